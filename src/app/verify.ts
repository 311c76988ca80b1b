/**
 * `tamar verify`: opens every message of every account, looks whether numbers only grow, and follows
 * every chain of the audit trail. Says ids, never content. Architecture D3, D6, D11.
 */
import type { VerifyLine } from '../admin/ports.ts'
import { findBreaks } from '../audit/verify-chain.ts'
import type { Directory } from '../directory/types.ts'
import { isRefusal } from '../base/refusal.ts'
import { SealError } from '../keys/types.ts'
import type { Store } from '../store/types.ts'
import type { Ground } from './ground.ts'

export interface VerifyGround {
  readonly directory: Directory
  readonly store: Store
  readonly ground: Pick<Ground, 'database' | 'keys'>
}

/** Nobody's reading changes anything here: \Seen is not touched. */
const viewer = '00000000-0000-8000-8000-000000000002'

export async function* verifyPlatform(platform: VerifyGround): AsyncIterable<VerifyLine> {
  const { directory, ground } = platform
  const accounts = [
    ...directory.people(),
    ...directory.posts(),
    ...directory.sharedMailboxes(),
  ].map(({ accountId }) => accountId)
  let faults = 0
  let messages = 0
  for (const [index, account] of accounts.entries()) {
    for await (const found of verifyAccount(platform.store, account)) {
      if (found === 'opened') messages += 1
      else {
        faults += 1
        yield fault('messages', index, found)
      }
      if (messages % progressEvery === 0) yield progress('accounts', index, accounts.length)
    }
    yield progress('accounts', index + 1, accounts.length)
  }
  for await (const { nodeId, seq, what } of findBreaks(ground.database, ground.keys.platform)) {
    // A gap is what a crash leaves; what was altered is somebody's doing.
    if (what === 'altered') faults += 1
    yield fault('audit', 0, `Audit trail of ${nodeId}, entry ${seq}: ${what}.`)
  }
  const sentence = `${messages} messages in ${accounts.length} accounts opened, ${faults} faults.`
  yield { kind: 'summary', what: 'all', done: messages, total: messages, sentence }
}

const progressEvery = 64

async function* verifyAccount(store: Store, account: string): AsyncIterable<string> {
  for (const { id } of await store.mailboxes(account)) {
    const { mailbox, entries } = await store.entries(account, id, viewer)
    let last = 0
    for (const { uid, modSeq } of entries) {
      const at = `Account ${account}, mailbox ${id}, UID ${uid}`
      if (uid <= last || uid >= mailbox.uidNext) yield `${at}: the UID is out of order.`
      if (modSeq > mailbox.highestModSeq) yield `${at}: the modseq is ahead of its mailbox.`
      last = uid
      yield (await openMessage(store, { account, mailbox: id, uid })) ?? 'opened'
    }
  }
}

async function openMessage(
  store: Store,
  at: { readonly account: string; readonly mailbox: string; readonly uid: number },
): Promise<string | undefined> {
  const { account, mailbox, uid } = at
  try {
    const [facts] = await store.facts(account, mailbox, [uid])
    const octets = (await store.content(account, mailbox, uid)).length
    return facts === undefined || facts.octets === octets
      ? undefined
      : `Account ${account}, mailbox ${mailbox}, UID ${uid}: ${octets} octets, not ${facts.octets}.`
  } catch (error) {
    // Expunged while we walked: no fault.
    if (isRefusal(error, 'no-such-message')) return undefined
    if (isRefusal(error, 'try-again')) throw error
    if (error instanceof SealError || isRefusal(error) || isMissing(error))
      return `Account ${account}, mailbox ${mailbox}, UID ${uid}: cannot be opened.`
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function progress(what: string, done: number, total: number): VerifyLine {
  return { kind: 'progress', what, done, total, sentence: undefined }
}

function fault(what: string, done: number, sentence: string): VerifyLine {
  return { kind: 'fault', what, done, total: undefined, sentence }
}
