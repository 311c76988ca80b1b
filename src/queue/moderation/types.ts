/** Messages that wait for the moderator of a list. Sealed; the room knows no rule of lists. */
import type { Millis } from '../../base/clock.ts'
import type { Tx } from '../../db/types.ts'

export interface NewPost {
  /** Stands in the moderator's copy. */
  readonly id: string
  readonly listId: string
  /** What makes a repetition the same. */
  readonly sameness: Buffer
  /** How it goes on: JSON, `delivery`'s business. */
  readonly facts: unknown
  /** Without trace. */
  readonly content: Buffer
  readonly expiresAt: Millis
}

export interface WaitingPost {
  readonly id: string
  readonly listId: string
  readonly octets: number
  readonly waitingSince: Millis
  readonly expiresAt: Millis
  readonly facts: unknown
  /** Opens it; asked only by who needs it. */
  content(): Promise<Buffer>
}

export interface Moderation {
  /** Before anybody takes the message. Refusal('too-busy'): too much waits for one of the lists. */
  requireRoom(listIds: readonly string[]): Promise<void>
  /** All in one transaction; durable when it resolves. */
  keep(posts: readonly NewPost[]): Promise<void>
  /** Sealed now, put in by whoever else's transaction it is to be one with. */
  prepare(posts: readonly NewPost[]): Promise<(tx: Tx) => Promise<void>>
  /** The oldest first. */
  waitingFor(listIds: readonly string[]): Promise<readonly WaitingPost[]>
  find(id: string): Promise<WaitingPost | undefined>
  /** @returns false: somebody was quicker. */
  remove(tx: Tx, id: string): Promise<boolean>
  expired(): Promise<readonly WaitingPost[]>
}
