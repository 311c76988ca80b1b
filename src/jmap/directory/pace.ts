/** How fast one person may ask after others: as fast as he types, not as fast as a program copies. */
import { TokenBuckets } from '../../access/throttle/token-bucket.ts'
import type { Clock } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { AddressBook } from '../../directory/address-book.ts'
import type { MethodCall } from '../core/call.ts'
import { MethodError } from '../core/method-error.ts'
import { lookUpPace, lookUpPeopleMax } from '../limits.ts'

export type Book = Pick<AddressBook, 'lookUp' | 'judge'>

export class PacedAddressBook {
  readonly #book: Book
  readonly #clock: Clock
  readonly #buckets = new TokenBuckets(lookUpPace, lookUpPeopleMax)

  constructor(book: Book, clock: Clock) {
    this.#book = book
    this.#clock = clock
  }

  /** For so many questions of this person. @throws Refusal('too-fast') */
  open(principalId: string, questions: number): Book {
    const now = this.#clock.now()
    if (this.#buckets.isEmpty(principalId, now)) throw new Refusal('too-fast', { principalId })
    for (let n = 0; n < questions; n++) this.#buckets.take(principalId, now)
    return this.#book
  }
}

/** The address book, after the gate and the person's pace were asked. */
export function bookFor({ parts, principal }: MethodCall, questions: number): Book {
  parts.access.permit(principal, 'directory.look-up', {})
  if (parts.addressBook === undefined) throw new MethodError('forbidden')
  return parts.addressBook.open(principal.id, questions)
}
