/** Puts one message into many accounts, a few at a time; one that fails does not stop the others. */
import type { MailboxId } from '../base/id.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { Prepared } from '../store/types.ts'
import { arrivalConcurrencyMax } from './limits.ts'
import type { DeliveryParts, StorePort } from './ports.ts'
import { isPassing } from './statuses.ts'

export interface Copy {
  readonly accountId: string
  readonly tag: string | undefined
  /** The policy wants it to wait in the queue, for this reason. */
  readonly heldFor?: string
  readonly isJunk: boolean
  readonly trace: string
}

export type Arrived =
  | { readonly result: 'arrived' }
  /** The policy wants it to wait in the queue. */
  | { readonly result: 'held'; readonly reason: string }
  /** For now. */
  | { readonly result: 'later'; readonly error: unknown }
  | { readonly result: 'never'; readonly error: Refusal }

/** One answer for each copy, in their order. Durable where it says `arrived`. */
export async function arriveAll(
  parts: Pick<DeliveryParts, 'store' | 'log'>,
  message: Buffer,
  sameness: Buffer,
  copies: readonly Copy[],
): Promise<readonly Arrived[]> {
  if (copies.length === 0) return []
  const prepared = await parts.store.prepare(message)
  const answers: Arrived[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < copies.length; at = next++) {
      const copy = copies[at]
      if (copy !== undefined) answers[at] = await arriveOne(parts, prepared, sameness, copy)
    }
  }
  await Promise.all(Array.from({ length: Math.min(arrivalConcurrencyMax, copies.length) }, work))
  return answers
}

async function arriveOne(
  parts: Pick<DeliveryParts, 'store' | 'log'>,
  prepared: Prepared,
  sameness: Buffer,
  copy: Copy,
): Promise<Arrived> {
  const { accountId, heldFor } = copy
  if (heldFor !== undefined) return { result: 'held', reason: heldFor }
  const arrival = { accountId, trace: Buffer.from(copy.trace), sameness }
  try {
    const mailboxId = await findMailbox(parts.store, copy)
    if (mailboxId !== undefined) {
      try {
        await parts.store.arrive(prepared, { ...arrival, mailboxId })
        return { result: 'arrived' }
      } catch (error) {
        // Deleted since it was looked up: the message belongs in INBOX then.
        if (!isRefusal(error, 'no-such-mailbox')) throw error
      }
    }
    await parts.store.arrive(prepared, arrival)
    return { result: 'arrived' }
  } catch (error) {
    if (error instanceof Refusal)
      return isPassing(error.code) ? { result: 'later', error } : { result: 'never', error }
    // A bug of ours must not lose a message that others could take: it waits, we hear of it.
    parts.log.error({ error, accountId }, 'arrival failed unexpectedly')
    return { result: 'later', error }
  }
}

/** Undefined: INBOX. */
async function findMailbox(store: StorePort, copy: Copy): Promise<MailboxId | undefined> {
  if (copy.isJunk)
    return (await store.mailboxes(copy.accountId)).find(({ role }) => role === 'junk')?.id
  return copy.tag === undefined ? undefined : findTagged(store, copy)
}

/**
 * `+tag` leads to the mailbox of that name. Mailboxes with a role are left out: a stranger shall not
 * put a message among what somebody sent, drafted or threw away.
 */
async function findTagged(store: StorePort, copy: Copy): Promise<MailboxId | undefined> {
  const wanted = copy.tag?.normalize('NFC').toLowerCase()
  const mailboxes = await store.mailboxes(copy.accountId)
  return mailboxes.find(({ name, role }) => role === undefined && name.toLowerCase() === wanted)?.id
}
