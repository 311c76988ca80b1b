/**
 * `tamar verify`: every message and object, the numbers of every mailbox, every row with a MAC, every
 * chain of the audit trail. Says ids, never content. Architecture D3, D6, D11.
 */
import type { VerifyLine } from '../admin/ports.ts'
import { findBreaks } from '../audit/verify-chain.ts'
import { findLooseHold } from '../store/holds.ts'
import { verifyStore } from '../store/verify.ts'
import type { Ground } from './ground.ts'
import type { Platform } from './platform.ts'
import { findFalseRows } from './verify-rows.ts'

export interface VerifiedPlatform extends Pick<Platform, 'store' | 'directory'> {
  readonly ground: Pick<Ground, 'database' | 'keys'>
}

export async function* verifyPlatform(platform: VerifiedPlatform): AsyncGenerator<VerifyLine> {
  let faults = 0
  let messages = 0
  let accounts = 0
  let gaps = 0
  for await (const step of verifyStore(platform.store.context)) {
    messages += step.opened
    accounts = step.total
    faults += step.findings.length
    for (const { what, sentence } of step.findings) yield fault(what, sentence)
    yield {
      kind: 'progress',
      what: 'accounts',
      done: step.done,
      total: step.total,
      sentence: undefined,
    }
  }
  const { database, keys } = platform.ground
  for await (const sentence of findFalseRows(database, keys)) {
    faults++
    yield fault('rows', sentence)
  }
  for (const hold of platform.directory.holds()) {
    const loose = await findLooseHold(database, hold)
    if (loose === undefined) continue
    faults++
    const what = loose === 'no-hold' ? 'is recorded and not there' : 'does not keep every message'
    yield fault(
      'holds',
      `The hold of matter ${hold.matterId} on account ${hold.accountId} ${what}.`,
    )
  }
  for await (const { nodeId, seq, what } of findBreaks(database, keys.platform)) {
    // A gap is what a crash leaves, and is counted; what was altered is somebody's doing.
    if (what === 'gap') gaps++
    else {
      faults++
      yield fault('audit', `Audit trail of ${nodeId}: entry ${seq} was altered.`)
    }
  }
  const crashes = gaps === 0 ? '' : ` The audit chains show ${gaps} gaps, as crashes leave them.`
  const sentence = `${messages} messages in ${accounts} accounts opened, ${faults} faults.${crashes}`
  yield { kind: 'summary', what: 'all', done: messages, total: messages, sentence }
}

function fault(what: string, sentence: string): VerifyLine {
  return { kind: 'fault', what, done: 0, total: undefined, sentence }
}
