/** MDN/parse: what a message that is a notification says. RFC 9007 §2.2, RFC 8098 §3. */
import { findField, findValue, unfoldedValue } from '../../mime/header.ts'
import { parseMessage } from '../../mime/parse.ts'
import { partText } from '../../mime/text.ts'
import type { HeaderField, Part } from '../../mime/types.ts'
import { emailOfBlob, partOctets } from '../blob/blob.ts'
import { OpenedBlobs } from '../blob/opened.ts'
import type { Account } from '../core/account.ts'
import { mdnCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { requireFew } from '../core/get.ts'
import { MethodError } from '../core/method-error.ts'
import { orNull } from '../core/set.ts'
import { readSummaries } from '../email/get.ts'
import { messageIdsOf, readForm } from '../email/header-forms.ts'
import { mdnTextCharactersMax } from '../limits.ts'
import { dispositionWords, knownFields, type Disposition, type Mdn } from './mdn.ts'

export const mdnParse: Method = {
  capability: mdnCapability,
  async run(call) {
    const account = accountOf(call)
    const blobIds = [...new Set(call.args.ids('blobIds'))]
    call.args.end()
    requireFew(blobIds.length)
    const opened = new OpenedBlobs(account, () => new MethodError('requestTooLarge'))
    const parsed = new Map<string, Mdn>()
    const notParsable: string[] = []
    const notFound: string[] = []
    for (const id of blobIds) {
      const blob = await opened.open(id)
      if (blob === undefined) {
        notFound.push(id)
        continue
      }
      const mdn = parseMdn(blob.octets)
      if (mdn === undefined) notParsable.push(id)
      else parsed.set(id, { ...mdn, forEmailId: await findOriginal(account, id, mdn) })
    }
    const some = (ids: readonly string[]) => (ids.length === 0 ? null : ids)
    return {
      accountId: account.id,
      parsed: orNull(parsed),
      notParsable: some(notParsable),
      notFound: some(notFound),
    }
  },
}

/** Undefined: it is none. */
export function parseMdn(octets: Buffer): Mdn | undefined {
  const message = parseMessage(octets)
  const [words, report, original] = message.children
  const isReport = message.type === 'multipart' && message.subtype === 'report'
  if (!isReport || words === undefined || report === undefined) return undefined
  if (!/^(?:global-)?disposition-notification$/.test(report.subtype)) return undefined
  const fields = fieldsOf(partOctets(octets, report))
  const first = (name: string) =>
    fields.find(([other]) => other.toLowerCase() === name)?.[1] ?? null
  const disposition = dispositionOf(first('disposition') ?? '')
  if (disposition === undefined) return undefined
  const subject = findField(message.fields, 'subject')
  const errors = fields.flatMap(([name, value]) => (name.toLowerCase() === 'error' ? [value] : []))
  const more = fields.filter(([name]) => !knownFields.has(name.toLowerCase()))
  return {
    forEmailId: null,
    subject: subject === undefined ? null : String(readForm(octets, subject, 'Text')),
    textBody: words.type === 'text' ? partText(octets, words, mdnTextCharactersMax) : null,
    includeOriginalMessage: original?.message !== undefined,
    reportingUA: first('reporting-ua'),
    disposition,
    mdnGateway: first('mdn-gateway'),
    originalRecipient: first('original-recipient'),
    finalRecipient: first('final-recipient'),
    originalMessageId: first('original-message-id'),
    error: errors.length === 0 ? null : errors,
    extensionFields: more.length === 0 ? null : Object.fromEntries(more),
  }
}

/** The fields of a report, as a header's: it is one block of them. */
function fieldsOf(report: Buffer): readonly (readonly [name: string, value: string])[] {
  const block = parseMessage(Buffer.concat([report, Buffer.from('\r\n\r\n')]))
  return block.fields.map((field: HeaderField) => [field.name, unfoldedValue(report, field).trim()])
}

/** RFC 8098 §3.2.6: whatever its letters' case. */
function dispositionOf(value: string): Disposition | undefined {
  const form = /^\s*([\w-]+)\s*\/\s*([\w-]+)\s*;\s*([\w-]+)/
  const [, actionMode = '', sendingMode = '', type = ''] = form.exec(value.toLowerCase()) ?? []
  const isKnown =
    dispositionWords.actionMode.some((each) => each === actionMode) &&
    dispositionWords.sendingMode.some((each) => each === sendingMode) &&
    dispositionWords.type.some((each) => each === type)
  return isKnown ? { actionMode, sendingMode, type } : undefined
}

/** Among those of its conversation: of an upload, and of what is elsewhere, it is not known. */
async function findOriginal(
  account: Account,
  blobId: string,
  { originalMessageId }: Mdn,
): Promise<string | null> {
  const holder = emailOfBlob(blobId)
  const [wanted] = messageIdsOf(originalMessageId ?? '') ?? []
  if (holder === undefined || wanted === undefined) return null
  const reading = await account.read()
  const email = reading.find(holder.emailId)
  if (email === undefined) return null
  const others = reading.threadOf(email.threadId).filter(({ id }) => id !== email.id)
  const summaries = await readSummaries(account, reading, others)
  const found = others.filter(({ id }) => {
    const header = summaries.get(id)?.header
    return header !== undefined && messageIdIn(header, parseMessage(header)) === wanted
  })
  const [only, ...more] = found
  return only === undefined || more.length > 0 ? null : only.id
}

function messageIdIn(octets: Buffer, { fields }: Part): string | undefined {
  return messageIdsOf(findValue(octets, fields, 'message-id') ?? '')?.[0]
}
