/** Sends what waited for its time, a round at a time. Any number of nodes may do it. */
import { isRefusal } from '../base/refusal.ts'
import type { Clock } from '../base/clock.ts'
import type { OwnedStore } from '../store/store.ts'
import type { HeldSubmission } from '../store/submissions/held.ts'
import { heldClaimMs, heldPerRound } from './limits.ts'
import type { Delivery, Sending } from './types.ts'

export interface HeldMailParts {
  readonly store: Pick<OwnedStore, 'claimHeld' | 'readHeld' | 'finishHeld' | 'expunge'>
  readonly delivery: Pick<Delivery, 'release'>
  readonly clock: Clock
  readonly log: { error(message: string, error: unknown, facts: object): void }
}

/** @returns how many left. What could not leave for now is tried again when its claim is over. */
export async function sendHeldMail(parts: HeldMailParts): Promise<number> {
  const { store, clock, log } = parts
  let sent = 0
  for (const held of await store.claimHeld(clock.now() + heldClaimMs, heldPerRound)) {
    try {
      if (await sendOne(parts, held)) sent += 1
    } catch (error) {
      if (!isRefusal(error)) log.error('held mail failed', error, {})
    }
  }
  return sent
}

async function sendOne({ store, delivery }: HeldMailParts, held: HeldSubmission): Promise<boolean> {
  const message = await store.readHeld(held)
  // What was kept is what `delivery` was given.
  const sending = held.sending as Sending
  const isSent = await delivery.release(sending, message, (work) => store.finishHeld(held, work))
  // Who moved it elsewhere keeps it.
  if (isSent && sending.filed !== undefined) {
    const { mailboxId, uid } = sending.filed
    await store.expunge(held.account, mailboxId, held.account, [uid])
  }
  return isSent
}
