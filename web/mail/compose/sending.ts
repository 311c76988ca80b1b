/** Sending, with the way back; closing and discarding. What is said comes as a key of the words. */
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import { RequestError } from '../../kit/jmap/transport.ts'
import { language, sayer, type KeyOf } from '../../kit/words.ts'
import type { MailApp } from '../app/model.ts'
import { formatFullDate } from '../messages/model.ts'
import { doubtsOf, type Doubt } from './checks.ts'
import type { Warning } from './judging.ts'
import { holdSeconds, type Draft, type Sent } from './draft.ts'
import { NotSent } from './not-sent.ts'
import { takeBack } from './take-back.ts'
import { composeWords } from './words.ts'

type Word = KeyOf<keyof (typeof composeWords)['en']>

export interface Doubtful {
  readonly doubts: readonly Doubt[]
  /** Of recipients who may not be whom the sender means. */
  readonly warnings: readonly Warning[]
}

export type Readiness =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly why: Word }
  | ({ readonly kind: 'doubtful' } & Doubtful)

export function readinessOf(draft: Draft, warnings: readonly Warning[]): Readiness {
  const { recipients } = draft
  if (recipients.length === 0) return { kind: 'not-ready', why: 'noRecipients' }
  const { pictures, pictureIds } = draft
  if (pictures.hasFailed(pictureIds)) return { kind: 'not-ready', why: 'pictureFailed' }
  if (draft.files.isUploading || pictures.isUploading(pictureIds))
    return { kind: 'not-ready', why: 'stillUploading' }
  const { subject } = draft.fields.value
  const fileCount = draft.files.list.value.length
  const doubts = doubtsOf({ subject, text: draft.ownText, fileCount, recipients })
  return doubts.length + warnings.length === 0
    ? { kind: 'ready' }
    : { kind: 'doubtful', doubts, warnings }
}

const reasons: Readonly<Record<string, Word>> = {
  forbiddenFrom: 'notSentForbiddenFrom',
  forbiddenMailFrom: 'notSentForbiddenFrom',
  invalidRecipients: 'notSentInvalidRecipients',
  noRecipients: 'noRecipients',
  tooLarge: 'notSentTooLarge',
  overQuota: 'notSentOverQuota',
}

export interface Sending {
  readonly draft: Draft
  readonly store: AccountStore
  readonly accountId: string
}

/** @returns why it was not sent; undefined when it was, and the window is closed. */
export async function sendDraft(
  app: MailApp,
  sending: Sending,
  at?: Date,
): Promise<Word | undefined> {
  let sent: Sent
  try {
    sent = await sending.draft.send(at)
  } catch (error) {
    if (isUnreachable(error)) return 'unreachable'
    return error instanceof NotSent ? (reasons[error.type] ?? 'notSent') : 'notSent'
  }
  app.closeComposing()
  offerUndo(app, sending, { ...sent, at })
  return undefined
}

type Place = Pick<Sending, 'store' | 'accountId'>

function offerUndo(
  app: MailApp,
  place: Place,
  sent: Sent & { readonly at: Date | undefined },
): void {
  const say = sayer(composeWords)
  const text =
    sent.at === undefined
      ? say('sent')
      : say('leaves', { date: formatFullDate(sent.at.toISOString(), language.value) })
  app.toasts.show(
    {
      kind: 'done',
      text,
      action: { label: say('undo'), act: () => void undoSent(app, place, sent) },
    },
    holdSeconds * 1_000,
  )
}

/** What has not left yet is a draft again, and opened. */
export async function undoSent(
  app: MailApp,
  { store, accountId }: Place,
  sent: Sent,
): Promise<void> {
  const say = sayer(composeWords)
  const isBack = await takeBack(store, sent).catch(() => false)
  if (!isBack) {
    app.toasts.show({ kind: 'fault', text: say('tooLate') })
    return
  }
  app.composing.set({ accountId, purpose: 'draft', emailId: sent.emailId })
  app.toasts.show({ kind: 'done', text: say('takenBack') })
}

/** @returns why it stays open. */
export async function closeDraft(app: MailApp, draft: Draft): Promise<Word | undefined> {
  try {
    await draft.save()
  } catch (error) {
    return isUnreachable(error) ? 'unreachable' : 'unsaved'
  }
  app.closeComposing()
  return undefined
}

export async function discardDraft(app: MailApp, draft: Draft): Promise<void> {
  await draft.discard()
  app.closeComposing()
  app.toasts.show({ kind: 'done', text: sayer(composeWords)('discarded') })
}

function isUnreachable(error: unknown): boolean {
  return error instanceof RequestError && error.status === 0
}
