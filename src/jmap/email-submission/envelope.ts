/** Who sends a message to whom, and when: RFC 8621 §7, RFC 4865. */
import { secondMs, type Millis } from '../../base/clock.ts'
import { findField, unfoldedValue } from '../../mime/header.ts'
import { parseMailboxes } from '../../mime/mailboxes.ts'
import { parseMessage } from '../../mime/parse.ts'
import { dateForm } from '../core/arguments.ts'
import { isObject, type Json, type JsonObject } from '../core/json.ts'
import { invalidProperties } from '../core/method-error.ts'
import { addressesOf } from '../email/header-forms.ts'
import { delayedSendMs } from '../../delivery/limits.ts'

export interface SubmissionEnvelope {
  readonly mailFrom: string
  readonly recipients: readonly string[]
  /** As the client wrote them. */
  readonly parameters?: Readonly<Record<string, string | null>>
  /** Undefined: now. */
  readonly dueAt?: Millis
}

/** As given, or of the message. */
export function envelopeOf(
  value: Json,
  {
    email,
    message,
    now,
  }: { readonly email: string; readonly message: Buffer; readonly now: Millis },
): SubmissionEnvelope {
  if (value === null) return { mailFrom: email, recipients: recipientsIn(message) }
  if (!isObject(value)) throw invalidProperties('envelope')
  const { mailFrom = null, rcptTo = null } = value
  if (!Array.isArray(rcptTo) || !isObject(mailFrom)) throw invalidProperties('envelope')
  const recipients = rcptTo.map((each: Json) => {
    if (!isObject(each) || !isEmpty(each['parameters'] ?? null)) throw invalidProperties('envelope')
    return addressIn(each)
  })
  const from = { mailFrom: addressIn(mailFrom), recipients: [...new Set(recipients)] }
  const { parameters = null } = mailFrom
  if (isEmpty(parameters)) return from
  const kept = parametersOf(parameters)
  return { ...from, parameters: kept, ...dueOf(kept, now) }
}

function isEmpty(parameters: Json): boolean {
  return parameters === null || (isObject(parameters) && Object.keys(parameters).length === 0)
}

function addressIn({ email }: JsonObject): string {
  if (typeof email !== 'string') throw invalidProperties('envelope')
  return email
}

function parametersOf(value: Json): Readonly<Record<string, string | null>> {
  if (!isObject(value)) throw invalidProperties('envelope')
  const entries = Object.entries(value).map(([name, given]) => {
    if (typeof given !== 'string' && given !== null) throw invalidProperties('envelope')
    return [name, given] as const
  })
  return Object.fromEntries(entries)
}

/** RFC 4865 §4: one of the two, within what is advertised. No other extension is. */
function dueOf(
  parameters: Readonly<Record<string, string | null>>,
  now: Millis,
): { readonly dueAt?: Millis } {
  const [first, ...more] = Object.entries(parameters)
  const [name, value] = first ?? []
  const at =
    name?.toUpperCase() === 'HOLDFOR'
      ? holdForOf(value, now)
      : name?.toUpperCase() === 'HOLDUNTIL'
        ? holdUntilOf(value)
        : undefined
  if (at === undefined || more.length > 0 || at > now + delayedSendMs)
    throw invalidProperties('envelope')
  return at <= now ? {} : { dueAt: at }
}

function holdForOf(value: string | null | undefined, now: Millis): Millis | undefined {
  return /^\d{1,9}$/.test(value ?? '') ? now + Number(value) * secondMs : undefined
}

function holdUntilOf(value: string | null | undefined): Millis | undefined {
  if (typeof value !== 'string' || !dateForm.test(value)) return undefined
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : at
}

function recipientsIn(message: Buffer): readonly string[] {
  const { fields } = parseMessage(message)
  const found = ['to', 'cc', 'bcc'].flatMap((name) => {
    const field = findField(fields, name)
    return field === undefined ? [] : addressesOf(parseMailboxes(unfoldedValue(message, field)))
  })
  return [...new Set(found.map(({ email }) => email))]
}
