/** What each act needs: a right of RFC 4314 §2.1 in the account, or something else that is named. */
import type { Act } from './types.ts'

export type Need =
  | { readonly kind: 'right'; readonly letter: string }
  /** Any person who is signed in. */
  | { readonly kind: 'signed-in' }
  /** His own account only. */
  | { readonly kind: 'own' }
  /** Nobody who signs in over the network: the machine's operator at the local socket. */
  | { readonly kind: 'operator' }

export const needs: Readonly<Record<Act, Need>> = {
  'mail.lookup': { kind: 'right', letter: 'l' },
  'mail.read': { kind: 'right', letter: 'r' },
  'mail.seen': { kind: 'right', letter: 's' },
  'mail.write': { kind: 'right', letter: 'w' },
  'mail.insert': { kind: 'right', letter: 'i' },
  'mail.submit': { kind: 'right', letter: 'p' },
  'mail.create': { kind: 'right', letter: 'k' },
  'mail.delete-mailbox': { kind: 'right', letter: 'x' },
  'mail.delete-message': { kind: 'right', letter: 't' },
  'mail.expunge': { kind: 'right', letter: 'e' },
  'mail.administer': { kind: 'right', letter: 'a' },
  'directory.read': { kind: 'signed-in' },
  'directory.write': { kind: 'operator' },
  'credential.write': { kind: 'own' },
  'platform.operate': { kind: 'operator' },
}
