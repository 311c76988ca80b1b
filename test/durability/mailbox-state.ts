/** What an IMAP program sees of a mailbox: the numbers that must never go back, and every message. */
import assert from 'node:assert/strict'
import type { ImapFlow } from 'imapflow'
import { digestOf, type Sent } from './ledger.ts'

export interface MailboxState {
  readonly uidValidity: bigint
  readonly uidNext: number
  readonly highestModSeq: bigint
}

/** A message of the load as it lies in a mailbox. */
export interface Found {
  readonly uid: number
  readonly id: string
  readonly source: Buffer
}

export async function readState(reader: ImapFlow): Promise<MailboxState> {
  const status = await reader.status('INBOX', {
    uidValidity: true,
    uidNext: true,
    highestModseq: true,
  })
  assert.ok(status !== false)
  const { uidValidity, uidNext, highestModseq: highestModSeq } = status
  assert.ok(uidValidity !== undefined && uidNext !== undefined && highestModSeq !== undefined)
  return { uidValidity, uidNext, highestModSeq }
}

/** Messages whose subject is an id of the ledger, with their octets. */
export async function readFound(reader: ImapFlow, fromUid = 1): Promise<readonly Found[]> {
  const lock = await reader.getMailboxLock('INBOX')
  try {
    const found: Found[] = []
    const query = { envelope: true, source: true } as const
    for await (const { uid, envelope, source } of reader.fetch(`${fromUid}:*`, query, {
      uid: true,
    })) {
      const id = envelope?.subject ?? ''
      if (id.startsWith('durability-') && source !== undefined) found.push({ uid, id, source })
    }
    return found
  } finally {
    lock.release()
  }
}

/** UIDs from one on, each with its message's subject: what a program keeps between two visits. */
export async function readSubjects(
  reader: ImapFlow,
  fromUid: number,
): Promise<ReadonlyMap<number, string>> {
  const lock = await reader.getMailboxLock('INBOX')
  try {
    const query = { envelope: true } as const
    const subjects = new Map<number, string>()
    for await (const { uid, envelope } of reader.fetch(`${fromUid}:*`, query, { uid: true }))
      subjects.set(uid, envelope?.subject ?? '')
    return subjects
  } finally {
    lock.release()
  }
}

/** The message as it was sent stands at the end, after the trace fields of its way. */
export function isUnaltered({ octets, sha256 }: Sent, source: Buffer): boolean {
  return source.length >= octets && digestOf(source.subarray(source.length - octets)) === sha256
}
