/** What is asked of packed texts, and what they answer. */
import type { MessageId } from '../../base/id.ts'

/** A text to find: folded by `mime/fold.ts`, without NUL, not empty. */
export interface TextQuery {
  /** Headers and bodies, bodies, or the values of one field: `SUBJECT: `, folded too. */
  readonly where: 'text' | 'body' | { readonly field: string }
  readonly needle: string
}

/** Of the whole account. */
export interface MessageHits {
  /** Messages nothing is said about: their text is not packed. */
  readonly unpacked: ReadonlySet<MessageId>
  /** For each query all others that have the text: lists of some of them each, and one may be in several. */
  readonly hits: readonly (readonly (readonly MessageId[])[])[]
}

export interface TextHits {
  /** UIDs nothing is said about: their text is not packed. */
  readonly unpacked: ReadonlySet<number>
  /** For each query the UIDs of all others that have the text. */
  readonly hits: readonly ReadonlySet<number>[]
}

/** In the words of attached documents. */
export interface DocumentHits {
  /** For each word the messages that have it. */
  readonly hits: readonly ReadonlySet<MessageId>[]
  /** False: documents of the account are still to be read. */
  readonly isWhole: boolean
}
