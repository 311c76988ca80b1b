/**
 * Tells owners what was set aside for them, each once in a while. The notice goes into the queue in the
 * transaction that says they were told: each copy is told once, whichever node looks.
 */
import type { Clock } from '../../base/clock.ts'
import { hourMs } from '../../base/clock.ts'
import type { AccountId } from '../../base/id.ts'
import type { Database } from '../../db/types.ts'
import type { HeldCopies, HeldCopy } from '../../queue/held/types.ts'
import type { Queue, QueueInput } from '../../queue/types.ts'
import { digestCopiesMax } from '../limits.ts'
import { composeNotice } from '../notice.ts'
import { digestSubject, digestText } from './digest.ts'

export interface TellParts {
  readonly database: Database
  readonly held: Pick<HeldCopies, 'accountsToTell' | 'untold' | 'markTold'>
  readonly queue: Pick<Queue, 'prepare'>
  readonly clock: Clock
  readonly hostname: string
  /** Undefined: the account of somebody who was removed; nobody reads it. */
  readonly addressOf: (account: AccountId) => string | undefined
  readonly everyHours: number
  readonly heldDays: number
}

/** @returns how many were told. */
export async function tellOwners(parts: TellParts): Promise<number> {
  const { clock, held, everyHours } = parts
  const since = clock.now() - everyHours * hourMs
  let told = 0
  for (const account of await held.accountsToTell(since))
    if (await tellOwner(parts, account, since)) told++
  return told
}

async function tellOwner(parts: TellParts, account: AccountId, since: number): Promise<boolean> {
  const { database, held, queue, addressOf } = parts
  const copies = (await held.untold(account)).slice(0, digestCopiesMax)
  const address = addressOf(account)
  const inputs =
    address === undefined || copies.length === 0 ? [] : [inputOf(parts, address, copies)]
  const put = await queue.prepare(inputs)
  return database.transaction(async (tx) => {
    if (!(await held.markTold(tx, { account, copies, since }))) return false
    await put(tx)
    return inputs.length > 0
  })
}

function inputOf(parts: TellParts, address: string, copies: readonly HeldCopy[]): QueueInput {
  const { heldDays } = parts
  const text = digestText({ address, copies, heldDays })
  const { id, content } = composeNotice(parts, { to: address, subject: digestSubject, text })
  return {
    envelope: { reversePath: '', isSmtpUtf8: false, requiresTls: false, messageId: id },
    content,
    recipients: [{ forwardPath: address, notify: ['never'] }],
  }
}
