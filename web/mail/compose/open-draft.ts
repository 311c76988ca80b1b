/** From what the reader asked for to the draft he writes. */
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import {
  marking,
  type EmailContent,
  type GetResponse,
  type Identity,
} from '../../kit/jmap/types.ts'
import { upload } from '../../kit/jmap/upload.ts'
import { writing } from '../../kit/settings.ts'
import { language, sayer } from '../../kit/words.ts'
import type { MailApp } from '../app/model.ts'
import { formatFullDate, nameOf } from '../messages/model.ts'
import { Draft, identityFor, type DraftParts } from './draft.ts'
import { markingsOf } from './marking.ts'
import { plainTextOf } from './plain-text.ts'
import { signatureBlock } from './signature.ts'
import {
  fileOf,
  nothing,
  startForward,
  startFromDraft,
  startReply,
  type Purpose,
  type Start,
} from './start.ts'
import { composeWords } from './words.ts'

/** What the reader asked to write. */
export interface ComposeAsk {
  readonly accountId: string
  readonly purpose: Purpose
  /** The message that is answered, passed on or gone on with. */
  readonly emailId?: string
}

/** @throws MethodError | RequestError */
export async function openDraft(app: MailApp, ask: ComposeAsk): Promise<Draft> {
  const store = app.client.account(ask.accountId)
  const [{ list: identities }, content] = await Promise.all([
    store.call<GetResponse<Identity>>('Identity/get', { ids: null }),
    ask.emailId === undefined ? undefined : store.content(ask.emailId),
    store.readMailboxes(),
  ])
  const about = { purpose: ask.purpose, content, identities }
  const begun = isFormatted(ask.purpose, content) ? await beginRich(about) : await begin(about)
  return new Draft({
    store,
    identities,
    markings: markingsOf(app.client.session.accounts[ask.accountId]?.accountCapabilities[marking]),
    ...begun,
    onKept: (emailId) => {
      // Another message may have come into its place since.
      if (app.composing.value === ask)
        app.keepDraft(emailId === undefined ? undefined : { accountId: ask.accountId, emailId })
    },
    upload: (file, options) => upload(uploadUrl(app, store), file, options),
    read: (blobId, type) => app.client.readBlob(store.accountId, blobId, type),
    ...originalOf(ask),
  })
}

/** Gone on with as it was written, begun as the reader likes it. */
function isFormatted(purpose: Purpose, content: EmailContent | undefined): boolean {
  if (purpose !== 'draft') return writing.value === 'rich'
  return content?.htmlBody.some(({ type }) => type === 'text/html') === true
}

interface About {
  readonly purpose: Purpose
  readonly content: EmailContent | undefined
  readonly identities: readonly Identity[]
}

type Begun = Pick<DraftParts, 'start' | 'signatures'>

async function begin(about: About): Promise<Begun> {
  const { purpose, content, identities } = about
  const start = startOf(about, content === undefined ? '' : await plainTextOf(content))
  if (purpose === 'draft') return { start }
  const signature = identityFor(identities, start.from)?.textSignature ?? ''
  return { start: { ...start, text: `${signatureBlock(signature)}${start.text}` } }
}

async function beginRich(about: About): Promise<Begun> {
  const { purpose, content, identities } = about
  const [{ beginFormatted, picturesOf, readSignatures }] = await Promise.all([
    import('./rich-start.ts'),
    // Shown right after.
    import('./rich-body.tsx'),
  ])
  const signatures = await readSignatures(identities)
  const start = startOf(about, '')
  const signature = signatures.get(identityFor(identities, start.from)?.id ?? '')
  const head = content === undefined ? '' : headOf(purpose, content)
  const rich = await beginFormatted(purpose, content, { head, signature })
  if (content === undefined) return { start: { ...start, rich }, signatures }
  const cids = rich.cids()
  const pictures = picturesOf(content)
  const isShown = (cid: string | null) => cid !== null && cids.has(cid)
  // What the text shows is no file besides; an answer carries no files.
  const files =
    start.files.length === 0
      ? []
      : content.attachments.filter(({ cid }) => !isShown(cid)).flatMap(fileOf)
  return { start: { ...start, rich, pictures, files }, signatures }
}

function startOf({ purpose, content, identities }: About, text: string): Start {
  if (content === undefined || purpose === 'new') return nothing
  if (purpose === 'draft') return startFromDraft(content, text)
  const head = headOf(purpose, content)
  return purpose === 'forward'
    ? startForward({ content, text, head })
    : startReply({ content, text, own: identities, saidBy: head }, purpose)
}

/** Whose words follow, in the language of now. */
function headOf(purpose: Purpose, content: EmailContent): string {
  const say = sayer(composeWords)
  const date = formatFullDate(content.sentAt ?? content.receivedAt, language.value)
  const name = (content.from ?? []).map(nameOf).join(', ')
  if (purpose !== 'forward') return say('saidBy', { date, name })
  return [
    say('forwarded'),
    `${say('from')}: ${name}`,
    `${say('date')}: ${date}`,
    `${say('subject')}: ${content.subject ?? ''}`,
    `${say('to')}: ${(content.to ?? []).map(nameOf).join(', ')}`,
  ].join('\n')
}

function originalOf({ purpose, emailId }: ComposeAsk): Pick<DraftParts, 'savedId' | 'original'> {
  if (emailId === undefined || purpose === 'new') return {}
  if (purpose === 'draft') return { savedId: emailId }
  const keyword = purpose === 'forward' ? '$forwarded' : '$answered'
  return { original: { id: emailId, keyword } }
}

function uploadUrl(app: MailApp, store: AccountStore): string {
  return app.client.uploadUrl(store.accountId)
}
