/**
 * Opens another's account to a named person for a time: to examine it, or to take over the mail of
 * who has left. He reads and changes nothing; the owner's ledger says so, at once or when a delay ends.
 */
import type { WritingGate } from '../../access/types.ts'
import type { LedgerWriter } from '../../access/ledger/types.ts'
import type { Millis } from '../../base/clock.ts'
import { newId, type AccountId, type PrincipalId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { getRow } from '../../directory/write/shelf.ts'
import type { Writing } from '../../directory/write/writing.ts'
import { findRow, addRow, changeRow, lockFeeds } from '../rows.ts'
import type { Parts } from '../parts.ts'
import { findAccount } from './find-account.ts'
import { afterwardsOf } from '../rule.ts'

/** A writing whose gate knows every act. */
export type ApprovedWriting = Omit<Writing, 'requireGrant'> & {
  readonly requireGrant: WritingGate
}

export interface MailPorts {
  readonly parts: Parts
  readonly ledger: LedgerWriter
}

export interface MailOpening {
  readonly act: keyof typeof gives
  readonly accountId: AccountId
  readonly personId: PrincipalId
  readonly to: Millis
}

/** What each act gives: the account to read, or a copy of what is in it. */
const gives = {
  'mailbox.examine': { basis: 'examined', event: 'open' },
  'break-glass': { basis: 'examined', event: 'open' },
  'mail.take-over': { basis: 'taken-over', event: 'take-over' },
  'mail.export': { basis: 'examined', event: 'export', mayExport: true },
  'mail.restore-to-another': { basis: 'examined', event: 'restore', mayRestore: true },
} as const

/** RFC 4314 §2.1: to see that mailboxes are there, and to read; not even \Seen is set. */
const readingRights = 'lr'

/** @returns the id of what is open now. */
export async function openMail(
  tx: Tx,
  { parts, ledger }: MailPorts,
  writing: ApprovedWriting,
  opening: MailOpening,
): Promise<string> {
  const { act, accountId, personId, to } = opening
  const from = writing.clock.now()
  requireEnd(act, from, to)
  const { departmentId } = await requireAccount(tx, writing, opening)
  const person = await getRow(tx, writing, 'person', personId)
  if (person.state !== 'active')
    throw new Refusal('invalid', { message: 'This person is suspended or has left.' })
  const object = { accountId, departmentId }
  const granted = await writing.requireGrant(tx, { act, object, input: { personId, to } })
  const approvedBy = await voicesOf(tx, parts, granted.approvalId)
  const { basis, event, ...copies } = gives[act]
  const id = newId(writing.clock)
  const { approvalId } = granted
  const rights = 'mayExport' in copies || 'mayRestore' in copies ? '' : readingRights
  const content = {
    accountId,
    personId,
    basis,
    rights,
    from,
    to,
    approvalId,
    approvedBy,
    ...copies,
  }
  const row = { id, departmentId, parentId: personId, accountId, lookup: undefined, content }
  await lockFeeds(tx)
  await addRow(tx, parts.keys, 'opened_mail', row)
  const { actor } = writing
  await writing.audit.record(tx, {
    kind: 'examination',
    event,
    accountId,
    ...actor,
    ...granted,
    onBehalfOf: personId,
  })
  const what = basis === 'taken-over' ? 'take-over' : 'examination-allowed'
  const line = { byId: personId, what, basis, until: to, approvalId, approvedBy } as const
  await ledger.write(tx, accountId, { ...line, role: granted.role })
  return id
}

/** Ends it at once; sessions lose the account with the next look. */
export async function closeMail(
  tx: Tx,
  { parts }: MailPorts,
  writing: ApprovedWriting,
  id: string,
): Promise<void> {
  await lockFeeds(tx)
  const row = await findRow(tx, parts.keys, 'opened_mail', { id }, parts.onAlarm)
  if (row === undefined) throw new Refusal('not-found', { message: 'Nothing of this id is open.' })
  const { accountId, personId } = row.content
  const object = { accountId, departmentId: row.departmentId }
  const granted = await writing.requireGrant(tx, {
    act: 'mailbox.close',
    object,
    input: { personId, opened: id },
  })
  await changeRow(tx, parts.keys, 'opened_mail', { ...row, state: 'deleted' }, undefined)
  const { actor } = writing
  const event = 'close'
  await writing.audit.record(tx, { kind: 'examination', event, accountId, ...actor, ...granted })
}

function requireEnd(act: MailOpening['act'], from: Millis, to: Millis): void {
  const latest = from + (afterwardsOf(act).grantMsMax ?? 0)
  if (to > from && to <= latest) return
  const message = `This ends in the future, at the latest ${new Date(latest).toISOString()} (--to).`
  throw new Refusal('invalid', { field: 'to', message })
}

/** A leaver's mail is taken over from who has left, and from nobody else. */
async function requireAccount(tx: Tx, writing: ApprovedWriting, opening: MailOpening) {
  const { act, accountId, personId } = opening
  const found = await findAccount(tx, writing, accountId)
  if (found.ownerId === personId)
    throw new Refusal('invalid', { message: 'It is his own mailbox already.' })
  if (act === 'mail.take-over' && !found.hasLeft)
    throw new Refusal('invalid', {
      message: 'Only the mail of a person who has left is taken over.',
    })
  return found
}

/** Who said yes to it. */
export async function voicesOf(
  tx: Tx,
  parts: Parts,
  approvalId: string | undefined,
): Promise<readonly PrincipalId[]> {
  if (approvalId === undefined) return []
  const row = await findRow(tx, parts.keys, 'approval', { id: approvalId }, parts.onAlarm)
  return row?.content.voices.map(({ by }) => by) ?? []
}
