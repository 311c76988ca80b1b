/**
 * Whether a message may be answered by a machine: never another machine, a list, or who only had it sent
 * to him by chance. RFC 3834 §2, RFC 5230 §4.5 and §4.6.
 */
import type { SieveMessage } from '../../sieve/types.ts'
import { fieldsOf } from '../../sieve/fields.ts'

export interface Answering {
  readonly message: SieveMessage
  /** Our own fields before it: a list's are among them. */
  readonly trace: string
  readonly isJunk: boolean
  /** Whether the address leads to the account that would answer. */
  readonly isOwn: (address: string) => boolean
}

/** Why it is not answered; undefined: it may be. */
export type Silence = 'no-sender' | 'own' | 'machine' | 'list' | 'junk' | 'not-addressed'

export function whySilent(answering: Answering): Silence | undefined {
  const { message, trace, isJunk, isOwn } = answering
  const { from } = message.envelope
  if (from === '') return 'no-sender'
  if (isOwn(from)) return 'own'
  if (isJunk) return 'junk'
  if (machinePath.test(from) || isAutomatic(message)) return 'machine'
  if (/^List-/im.test(trace) || message.fields.some(({ name }) => /^list-/i.test(name)))
    return 'list'
  return isAddressed(message, isOwn) ? undefined : 'not-addressed'
}

/** Local parts that programs have. RFC 5230 §4.6. */
const machinePath =
  /^(?:mailer-daemon|postmaster|listserv|majordomo|no-?reply|do-?not-?reply|owner-.*|.*-request|.*-owner|.*-bounces?|bounces?[-+].*)@/i

function isAutomatic({ fields }: SieveMessage): boolean {
  const value = (name: string) => fieldsOf(fields, name)[0]?.text.trim().toLowerCase()
  const submitted = value('auto-submitted')
  if (submitted !== undefined && !submitted.startsWith('no')) return true
  if (['bulk', 'list', 'junk'].includes(value('precedence') ?? '')) return true
  return /\b(?:all|oof|autoreply)\b/.test(value('x-auto-response-suppress') ?? '')
}

/** RFC 5230 §4.5: an address of his stands where the writer sees it. */
function isAddressed(message: SieveMessage, isOwn: (address: string) => boolean): boolean {
  return ['to', 'cc', 'bcc', 'resent-to', 'resent-cc', 'resent-bcc']
    .flatMap((name) => fieldsOf(message.fields, name))
    .flatMap(({ raw }) => message.addresses(raw))
    .some(({ localPart, domain }) => isOwn(`${localPart}@${domain}`))
}
