/** Names of mailboxes in responses. RFC 9051 §5.1. */
import { formatString } from '../../mime/format-string.ts'
import { encodeUtf7 } from './utf7.ts'

/** A mailbox name as this client reads it. */
export function formatMailboxName(name: string, isUtf8: boolean): string {
  return formatString(isUtf8 ? name : encodeUtf7(name), isUtf8)
}
