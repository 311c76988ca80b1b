/** What is said between the platform and the thread that reads PDF files. */
import type { ReadState } from './types.ts'

export interface ToThread {
  /** The thread's own from now on. */
  readonly octets: Uint8Array
  readonly charactersMax: number
  readonly pagesMax: number
}

export type FromThread =
  /** Once, when the library is loaded. */
  | { readonly kind: 'ready' }
  /** Of the file asked about, in order. */
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'end'; readonly state: ReadState }
