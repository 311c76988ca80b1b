/** Email/get. RFC 8621 §4.2. */
import type { EmailFacts, EmailView } from '../../store/emails/types.ts'
import { parseMessage } from '../../mime/parse.ts'
import { preview } from '../../mime/text.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Summary } from '../../store/types.ts'
import { emailBlobId } from '../blob/blob.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { formatUtcDate } from '../core/arguments.ts'
import { mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { idsOfGet, requireFew } from '../core/get.ts'
import { openedAtOnce, previewsMax } from '../limits.ts'
import { cachedMs } from '../../store/limits.ts'
import { keywordsOf } from './keywords.ts'
import {
  emailAsked,
  emailInitial,
  needsContent,
  needsHeader,
  presentEmail,
  type EmailAsked,
} from './present.ts'
import { findShown, keepShown, shownKeyOf } from './shown.ts'

export const emailGet: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    const ids = idsOfGet(call.args)
    const given = emailAsked(call.args, emailInitial)
    const asked = { ...given, properties: [...new Set(['id', ...given.properties])] }
    call.args.end()
    const reading = await account.read()
    const { state } = reading
    const wanted = ids ?? allOf(reading)
    requireFew(wanted.length)
    const emails = wanted.flatMap((id) => reading.find(id) ?? [])
    await account.recordRead(emails, reading)
    const list: object[] = []
    for (let at = 0; at < emails.length; at += openedAtOnce)
      list.push(...(await readEmails(account, reading, emails.slice(at, at + openedAtOnce), asked)))
    const found = new Set(emails.map(({ id }) => id))
    return { accountId: account.id, state, list, notFound: wanted.filter((id) => !found.has(id)) }
  },
}

function allOf(reading: AccountReading): readonly string[] {
  return reading.view.ordered.filter((email) => reading.isShown(email)).map(({ id }) => id)
}

export async function readEmails(
  account: Account,
  reading: AccountReading,
  emails: readonly EmailFacts[],
  asked: EmailAsked,
): Promise<readonly object[]> {
  if (needsContent(asked)) return [...(await readAnew(account, reading, emails, asked)).values()]
  const now = account.parts.clock.now()
  const key = shownKeyOf(asked)
  const known = new Map(emails.map(({ id }) => [id, findShown(key, id, now)]))
  const missing = emails.filter(({ id }) => known.get(id) === undefined)
  const fresh = await readAnew(account, reading, missing, asked)
  for (const [id, email] of fresh) keepShown(key, id, email, now)
  return emails.flatMap((email) => {
    const shown = known.get(email.id)
    if (shown === undefined) return fresh.get(email.id) ?? []
    return { ...shown, ...changingOf(reading, email, asked) }
  })
}

/** By id; without those that are gone. */
async function readAnew(
  account: Account,
  reading: AccountReading,
  emails: readonly EmailFacts[],
  asked: EmailAsked,
): Promise<ReadonlyMap<string, object>> {
  if (emails.length === 0) return new Map()
  const withContent = needsContent(asked)
  const summaries =
    needsHeader(asked) && !withContent ? await readSummaries(account, reading, emails) : undefined
  const shown = await Promise.all(
    emails.map(async (email) => {
      const metadata = metadataOf(reading, email, asked)
      const blobId = emailBlobId(email.id)
      const octets = withContent ? await readContent(account, reading, email) : undefined
      const content = octets && { octets, part: parseMessage(octets) }
      const summary = summaries?.get(email.id)
      const header = content
        ? { octets: content.octets, fields: content.part.fields }
        : summary && { octets: summary.header, fields: parseMessage(summary.header).fields }
      // It went between two looks.
      const isGone = (withContent && content === undefined) || (summaries && summary === undefined)
      if (isGone === true) return undefined
      const first = asked.properties.includes('preview')
        ? await previewOf(account, reading, email, content)
        : undefined
      const structure = summary?.structure
      const source = { metadata, blobId, header, structure, content, preview: first }
      return [email.id, presentEmail(source, asked)] as const
    }),
  )
  return new Map(shown.flatMap((each) => (each === undefined ? [] : [each])))
}

export async function readSummaries(
  account: Account,
  reading: AccountReading,
  emails: readonly EmailFacts[],
): Promise<ReadonlyMap<string, Summary>> {
  const found = new Map<string, Summary>()
  const places = emails.flatMap((email) => reading.placesOf(email).slice(0, 1))
  for (const [mailboxId, group] of Map.groupBy(places, (place) => place.mailboxId)) {
    const uids = group.map(({ uid }) => uid).toSorted((a, b) => a - b)
    for await (const batch of account.parts.store.summaries(account.id, mailboxId, uids))
      for (const summary of batch) found.set(summary.messageId, summary)
  }
  return found
}

/** Undefined: it is gone. */
export async function readContent(
  { id, parts }: Account,
  reading: AccountReading,
  email: EmailFacts,
): Promise<Buffer | undefined> {
  const [place] = reading.placesOf(email)
  if (place === undefined) return undefined
  try {
    return await parts.store.content(id, place.mailboxId, place.uid)
  } catch (error) {
    if (isRefusal(error, 'no-such-message')) return undefined
    throw error
  }
}

function metadataOf(
  reading: AccountReading,
  email: EmailFacts,
  asked: EmailAsked,
): Readonly<Record<string, unknown>> {
  return {
    id: email.id,
    blobId: emailBlobId(email.id),
    threadId: email.threadId,
    ...changingOf(reading, email, asked),
    size: email.octets,
    receivedAt: formatUtcDate(email.receivedAt),
  }
}

/** All else of an Email stays as it is. */
function changingOf(
  reading: AccountReading,
  email: EmailFacts,
  { properties }: EmailAsked,
): Readonly<Record<string, unknown>> {
  const places = reading.placesOf(email)
  return {
    ...(properties.includes('mailboxIds') && {
      mailboxIds: Object.fromEntries(places.map(({ mailboxId }) => [mailboxId, true])),
    }),
    ...(properties.includes('keywords') && {
      keywords: Object.fromEntries(keywordsOf(reading.view, places).map((name) => [name, true])),
    }),
  }
}

interface Previews {
  readonly byId: Map<string, string>
  readonly endsAt: number
}

/** Of each account a node remembers; like all that is read of messages, for minutes only. */
const known = new WeakMap<EmailView, Previews>()

async function previewOf(
  account: Account,
  reading: AccountReading,
  email: EmailFacts,
  content: { readonly octets: Buffer; readonly part: ReturnType<typeof parseMessage> } | undefined,
): Promise<string> {
  const now = account.parts.clock.now()
  let previews = known.get(reading.view)
  if (previews === undefined || now >= previews.endsAt || previews.byId.size >= previewsMax) {
    previews = { byId: new Map(), endsAt: now + cachedMs }
    known.set(reading.view, previews)
  }
  const before = previews.byId.get(email.id)
  if (before !== undefined) return before
  const octets = content?.octets ?? (await readContent(account, reading, email))
  if (octets === undefined) return ''
  const made = preview(octets, content?.part ?? parseMessage(octets))
  previews.byId.set(email.id, made)
  return made
}
