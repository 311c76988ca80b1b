/** Where the editor has the pictures that a text names. */
import type { Value } from '../../kit/observable.ts'

export type PictureState =
  | { readonly kind: 'waiting' | 'fetching' | 'failed' }
  | { readonly kind: 'shown'; readonly url: string }

export interface PictureSource {
  /** Undefined: no such picture. */
  stateOf(cid: string): Value<PictureState> | undefined
}
