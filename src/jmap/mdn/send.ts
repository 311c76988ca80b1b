/**
 * MDN/send: who wanted to know hears what became of his message, once. RFC 9007 §2.1, RFC 8098 §2.1. It goes from
 * the null reverse-path, so that no report answers it.
 */
import { isDeepStrictEqual } from 'node:util'
import { newId } from '../../base/id.ts'
import { isRefusal } from '../../base/refusal.ts'
import { findField, findValue, unfoldedValue } from '../../mime/header.ts'
import { parseMailboxes } from '../../mime/mailboxes.ts'
import { parseMessage } from '../../mime/parse.ts'
import type { Part } from '../../mime/types.ts'
import type { EmailFacts } from '../../store/emails/types.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { Arguments, isId } from '../core/arguments.ts'
import { mailCapability, mdnCapability } from '../core/capabilities.ts'
import { accountOf, type Method, type MethodCall } from '../core/call.ts'
import { isObject, type Json, type JsonObject } from '../core/json.ts'
import {
  invalidArguments,
  MethodError,
  setErrorWithin,
  SetRefusal,
  type SetError,
} from '../core/method-error.ts'
import { entriesOf, orNull } from '../core/set.ts'
import { sendingOf } from '../email-submission/send.ts'
import { readContent } from '../email/get.ts'
import { addressesOf, messageIdsOf, readForm } from '../email/header-forms.ts'
import { hasKeyword } from '../email/keywords.ts'
import { emailSet } from '../email/set.ts'
import { identitiesOf, type Identity } from '../identity/identity.ts'
import { mdnAddressesMax, objectsInSetMax } from '../limits.ts'
import { composeMdn, isAscii } from './compose.ts'
import { mdnSentKeyword } from './mdn.ts'
import { readMdn, type AskedMdn } from './read-mdn.ts'

export const mdnSend: Method = {
  capability: mdnCapability,
  async run(call) {
    const { args } = call
    // RFC 9007 §2.1: for the Email/set that follows.
    if (!call.using.has(mailCapability)) throw new MethodError('unknownMethod')
    const account = accountOf(call)
    account.requireWritable()
    const identityId = args.id('identityId')
    const wishes = entriesOf(args.object('send'), 'send')
    const onSuccess = args.object('onSuccessUpdateEmail') ?? {}
    args.end()
    if (wishes.length > objectsInSetMax) throw new MethodError('requestTooLarge')
    if (wishes.some(([name]) => !isId(name))) throw invalidArguments('A creation id is an Id')
    const identity = (await identitiesOf(account)).find(({ id }) => id === identityId)
    if (identity === undefined) throw invalidArguments('There is no such identity')
    for (const [name] of wishes)
      if (!setsKeyword(onSuccess[`#${name}`]))
        throw invalidArguments(`onSuccessUpdateEmail must set ${mdnSentKeyword} for #${name}`)
    // Of two who ask at once the second finds the keyword.
    return call.turns.run(`${account.id} mdn`, () =>
      sendAll({ call, account, identity }, wishes, onSuccess),
    )
  },
}

interface Sender {
  readonly call: MethodCall
  readonly account: Account
  readonly identity: Identity
}

async function sendAll(
  sender: Sender,
  wishes: readonly (readonly [string, JsonObject])[],
  onSuccess: JsonObject,
) {
  const { call, account } = sender
  const sent = new Map<string, object>()
  const notSent = new Map<string, SetError>()
  const update: Record<string, Json> = {}
  for (const [name, object] of wishes) {
    try {
      const { emailId, made } = await sendOne(sender, object, update)
      sent.set(name, made)
      update[emailId] = onSuccess[`#${name}`] ?? null
    } catch (error) {
      notSent.set(name, setErrorWithin(error, sent.size > 0))
    }
  }
  const answer = { accountId: account.id, sent: orNull(sent), notSent: orNull(notSent) }
  if (sent.size === 0) return answer
  const resolve = (id: string) => call.createdIds.get(id)
  const implicit = new Arguments({ accountId: account.id, update }, resolve)
  // They are to see what was sent, and the flag as it is now.
  return [
    ['MDN/send', answer],
    ['Email/set', await emailSet.run({ ...call, args: implicit })],
  ] as readonly (readonly [string, object])[] // Email/set alone never answers with several.
}

/** As a patch of one keyword, or as all of them. */
function setsKeyword(patch: Json | undefined): boolean {
  if (!isObject(patch)) return false
  const { keywords = null, [`keywords/${mdnSentKeyword}`]: one = null } = patch
  return one === true || (isObject(keywords) && keywords[mdnSentKeyword] === true)
}

async function sendOne(
  { call, account, identity }: Sender,
  object: JsonObject,
  done: Readonly<Record<string, Json>>,
): Promise<{ readonly emailId: string; readonly made: object }> {
  const asked = readMdn(object)
  const reading = await account.read()
  const email = reading.find(call.args.resolveId(asked.forEmailId))
  if (email === undefined) throw new SetRefusal({ type: 'notFound' })
  requireUnsent(account, reading, email, done)
  const finalAddress = finalRecipientOf(account, identity, asked)
  await account.recordRead([email], reading)
  const octets = await readContent(account, reading, email)
  if (octets === undefined) throw new SetRefusal({ type: 'notFound' })
  const original = parseMessage(octets)
  const to = whoAsked(octets, original)
  if (asked.disposition.sendingMode === 'mdn-sent-automatically')
    requireWanted(octets, original, to)
  const { clock } = account.parts
  const said = textsOf(asked, octets, original)
  const server = {
    finalRecipient: `${isAscii(finalAddress) ? 'rfc822' : 'utf-8'}; ${finalAddress}`,
    originalRecipient: lineOf(findValue(octets, original.fields, 'original-recipient')),
    originalMessageId: messageIdOf(octets, original),
  }
  const messageId = `${newId(clock)}@${identity.email.split('@')[1] ?? 'localhost'}`
  const about = { asked, messageId, now: clock.now(), from: identity.email, to }
  const message = composeMdn({ ...about, ...said, ...server, original: octets })
  await submit(call, to, message)
  return { emailId: email.id, made: unknownOf(object, asked, said, server) }
}

/** RFC 8098 §2.1: once for a message. What will not be kept is not sent. */
function requireUnsent(
  account: Account,
  reading: AccountReading,
  email: EmailFacts,
  done: Readonly<Record<string, Json>>,
): void {
  const places = reading.placesOf(email)
  if (email.id in done || hasKeyword(reading.view, places, mdnSentKeyword))
    throw new SetRefusal({ type: 'mdnAlreadySent' })
  for (const { mailboxId } of places) account.permit('mail.write', mailboxId)
}

/** RFC 9007 §5: one of his own addresses in this account. */
function finalRecipientOf(account: Account, identity: Identity, asked: AskedMdn): string {
  const { finalRecipient } = asked
  if (finalRecipient === null) return identity.email
  const own = account.parts
    .identitiesOf(account.principal)
    .find(
      ({ accountId, address }) =>
        accountId === account.id && address.toLowerCase() === finalRecipient.toLowerCase(),
    )
  if (own === undefined) throw new SetRefusal({ type: 'forbiddenFrom' })
  return own.address
}

/** @throws SetRefusal('notFound') where nobody did, or in a form that cannot be answered. */
function whoAsked(octets: Buffer, { type, subtype, parameters, fields }: Part): readonly string[] {
  const field = findField(fields, 'disposition-notification-to')
  const asked = field === undefined ? [] : addressesOf(parseMailboxes(unfoldedValue(octets, field)))
  const to = [...new Set(asked.map(({ email }) => email))]
  // RFC 8098 §2.1: a notification is never answered by one.
  const isNotification =
    type === 'multipart' &&
    subtype === 'report' &&
    parameters.get('report-type')?.toLowerCase() === 'disposition-notification'
  if (to.length === 0 || to.length > mdnAddressesMax || isNotification)
    throw new SetRefusal({ type: 'notFound' })
  // RFC 8098 §2.2: what is required and not understood forbids it.
  const options = findValue(octets, fields, 'disposition-notification-options') ?? ''
  if (/=\s*required\b/i.test(options)) throw new SetRefusal({ type: 'forbidden' })
  return to
}

/** RFC 8098 §2.1: without a person's word nobody hears but who sent the message. */
function requireWanted(octets: Buffer, { fields }: Part, to: readonly string[]): void {
  const returnPath = findValue(octets, fields, 'return-path')?.replace(/^<|>$/g, '')
  if (to.some((each) => each.toLowerCase() !== returnPath?.toLowerCase()))
    throw new SetRefusal({ type: 'forbidden' })
}

function messageIdOf(octets: Buffer, { fields }: Part): string | null {
  const [id] = messageIdsOf(findValue(octets, fields, 'message-id') ?? '') ?? []
  return id === undefined || !isAscii(id) ? null : `<${id}>`
}

/** As its sender wrote it, where it fits into a field of ours. */
function lineOf(value: string | undefined): string | null {
  const text = value?.trim() ?? ''
  return text !== '' && text.length <= 500 && isAscii(text) ? text : null
}

function textsOf(
  { subject, textBody, disposition }: AskedMdn,
  octets: Buffer,
  { fields }: Part,
): { readonly subject: string; readonly text: string } {
  const field = findField(fields, 'subject')
  const about = field === undefined ? '' : String(readForm(octets, field, 'Text'))
  const isShown = disposition.type === 'displayed'
  return {
    subject: (subject ?? `Receipt 回條: ${about}`).replaceAll(/\p{Cc}+/gu, ' ').slice(0, 500),
    text: textBody ?? (isShown ? displayedText : otherText),
  }
}

const displayedText =
  'Your message was displayed to its recipient. This does not mean that it was read or understood.\n\n' +
  '你的郵件已向收件人顯示。這不表示郵件已被細閱或理解。\n'
const otherText =
  'Your message was handled as the report below says.\n\n你的郵件已按以下報告所述處理。\n'

async function submit(call: MethodCall, to: readonly string[], message: Buffer): Promise<void> {
  const sending = await sendingOf(call, { mailFrom: '', recipients: to })
  const { principal, peer, envelope, recipients } = sending
  try {
    await call.parts.delivery.submit(principal, peer, envelope, recipients, message)
  } catch (error) {
    if (isRefusal(error, 'sender-not-yours')) throw new SetRefusal({ type: 'forbiddenFrom' })
    throw error
  }
}

/** What the client did not say itself. */
function unknownOf(
  object: JsonObject,
  asked: AskedMdn,
  { subject, text }: { readonly subject: string; readonly text: string },
  server: object,
): object {
  const { includeOriginalMessage, reportingUA, extensionFields } = asked
  const mdn = { subject, textBody: text, includeOriginalMessage, reportingUA, extensionFields }
  const all = { ...mdn, ...server, mdnGateway: null, error: null }
  const isNews = ([name, value]: readonly [string, unknown]) =>
    !isDeepStrictEqual(object[name], value)
  return Object.fromEntries(Object.entries(all).filter(isNews))
}
