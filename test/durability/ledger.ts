/** What was promised: every message a 250 was heard for, as it was sent. */
import { createHash } from 'node:crypto'

export interface Sent {
  /** In the subject, so that a mailbox can be read against the ledger. */
  readonly id: string
  readonly recipients: readonly string[]
  readonly octets: number
  readonly sha256: string
}

export class Ledger {
  /** By id. A message is in one of the two, never in both. */
  readonly acknowledged = new Map<string, Sent>()
  /** Sent, perhaps taken, never acknowledged: may be there once or not at all. */
  readonly unanswered = new Map<string, Sent>()

  sending(sent: Sent): void {
    this.unanswered.set(sent.id, sent)
  }

  acknowledge(sent: Sent): void {
    this.unanswered.delete(sent.id)
    this.acknowledged.set(sent.id, sent)
  }
}

export function digestOf(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}
