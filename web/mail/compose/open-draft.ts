/** From what the reader asked for to the draft he writes. */
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { EmailContent, GetResponse, Identity } from '../../kit/jmap/types.ts'
import { upload } from '../../kit/jmap/upload.ts'
import { language, sayer } from '../../kit/words.ts'
import type { MailApp } from '../app/model.ts'
import { formatFullDate, nameOf } from '../messages/model.ts'
import { Draft, identityFor, type DraftParts } from './draft.ts'
import { plainTextOf } from './plain-text.ts'
import { signatureBlock } from './signature.ts'
import {
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
  const start = startOf(ask.purpose, content, identities)
  return new Draft({
    store,
    identities,
    start: withSignature(start, ask.purpose, identities),
    onKept: (emailId) => {
      // Another message may have come into its place since.
      if (app.composing.value === ask)
        app.keepDraft(emailId === undefined ? undefined : { accountId: ask.accountId, emailId })
    },
    upload: (file, options) => upload(uploadUrl(app, store), file, options),
    ...originalOf(ask),
  })
}

function startOf(
  purpose: Purpose,
  content: EmailContent | undefined,
  identities: readonly Identity[],
): Start {
  if (content === undefined || purpose === 'new') return nothing
  const text = plainTextOf(content)
  if (purpose === 'draft') return startFromDraft(content, text)
  const say = sayer(composeWords)
  const date = formatFullDate(content.sentAt ?? content.receivedAt, language.value)
  const name = (content.from ?? []).map(nameOf).join(', ')
  if (purpose !== 'forward')
    return startReply(
      { content, text, own: identities, saidBy: say('saidBy', { date, name }) },
      purpose,
    )
  const head = [
    say('forwarded'),
    `${say('from')}: ${name}`,
    `${say('date')}: ${date}`,
    `${say('subject')}: ${content.subject ?? ''}`,
    `${say('to')}: ${(content.to ?? []).map(nameOf).join(', ')}`,
  ].join('\n')
  return startForward({ content, text, head })
}

function withSignature(start: Start, purpose: Purpose, identities: readonly Identity[]): Start {
  if (purpose === 'draft') return start
  const signature = identityFor(identities, start.from)?.textSignature ?? ''
  return { ...start, text: `${signatureBlock(signature)}${start.text}` }
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
