/** Mail loops: too many hops (RFC 5321 §6.3), or a message that has been here before. */
import { Refusal } from '../base/refusal.ts'
import type { MessageFacts } from './facts.ts'
import { receivedFieldsMax } from './limits.ts'

/** @throws Refusal('mail-loop') */
export function requireNoLoop(facts: MessageFacts): void {
  if (facts.receivedFields >= receivedFieldsMax)
    throw new Refusal('mail-loop', { receivedFields: facts.receivedFields })
}
