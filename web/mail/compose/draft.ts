/** A message that is being written: kept by the server as it grows, and sent with time to think again. */
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import { MethodError } from '../../kit/jmap/transport.ts'
import type { EmailAddress, Identity, SetResponse } from '../../kit/jmap/types.ts'
import { Value } from '../../kit/observable.ts'
import type { Writing } from '../../kit/settings.ts'
import type { RichText } from '../editor/rich-text.ts'
import { findByRole } from '../mailboxes/model.ts'
import { DraftFiles, type Upload } from './draft-files.ts'
import { DraftPictures, type InlinePicture } from './draft-pictures.ts'
import { emailObject, submissionArguments, type Written } from './email-object.ts'
import { markingIn, type Marking } from './marking.ts'
import { createdIn, NotSent } from './not-sent.ts'
import { exchangeSignature, signatureBlock } from './signature.ts'
import type { Start } from './start.ts'

export type DraftState = 'clean' | 'changed' | 'saving' | 'saved' | 'unsaved'

export interface Fields {
  readonly identityId: string
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly bcc: readonly EmailAddress[]
  readonly subject: string
  readonly text: string
  /** What is written where it is formatted; `text` is of no meaning then. */
  readonly rich: RichText | undefined
}

export interface DraftParts {
  readonly store: AccountStore
  readonly identities: readonly Identity[]
  readonly upload: Upload
  /** Reads a picture that is on the server. @throws RequestError */
  readonly read?: (blobId: string, type: string) => Promise<Blob>
  readonly start: Start
  /** What a message can be marked with. */
  readonly markings?: readonly Marking[]
  /** How each identity signs a formatted text. */
  readonly signatures?: ReadonlyMap<string, RichText>
  /** What was written before, when this goes on with it. */
  readonly savedId?: string
  /** The message that is answered or passed on, and how it is marked then. */
  readonly original?: { readonly id: string; readonly keyword: '$answered' | '$forwarded' }
  /** Told which Email has what was written; undefined: none any more. */
  readonly onKept?: (emailId: string | undefined) => void
  /** Waits and then acts; given by the browser, or by a test. */
  readonly later?: (act: () => void, ms: number) => () => void
  readonly now?: () => number
}

export interface Sent {
  readonly submissionId: string
  readonly emailId: string
}

/** A pause this long is the end of a thought. */
const pauseMs = 2_000
/** And whoever writes without a pause loses no more than this. */
const unsavedMsMax = 10_000
/** Each version carries its files along: with large ones there are fewer versions. */
const pausePerOctetMs = 1 / 500
/** How long a message can be taken back. */
export const holdSeconds = 10

export class Draft {
  readonly identities: readonly Identity[]
  readonly fields: Value<Fields>
  readonly files: DraftFiles
  readonly pictures: DraftPictures
  readonly state = new Value<DraftState>('clean')
  readonly #parts: DraftParts
  /** What the text ends with and others wrote; of a draft that is gone on with it is not known. */
  readonly #quoted: string | undefined
  #savedId: string | undefined
  #saving: Promise<void> | undefined
  #cancelSave: (() => void) | undefined
  #isOver = false
  #changedAt: number | undefined
  /** The formatted text that was made plain, in case it becomes formatted again. */
  #madePlain: { readonly rich: RichText; readonly text: string } | undefined

  constructor(parts: DraftParts) {
    const { start, identities } = parts
    this.#parts = parts
    this.#savedId = parts.savedId
    this.identities = identities
    const { to, cc, bcc, subject, text, rich } = start
    const identityId = identityFor(identities, start.from)?.id ?? ''
    this.fields = new Value({ identityId, to, cc, bcc, subject, text, rich })
    const signature = signatureBlock(this.identity?.textSignature ?? '')
    this.#quoted = parts.savedId === undefined ? text.slice(signature.length) : undefined
    this.files = new DraftFiles(start.files, parts.upload, () => this.#touch())
    this.pictures = new DraftPictures(start.pictures, {
      upload: parts.upload,
      read: parts.read ?? (() => Promise.reject(new Error('nowhere to read from'))),
      touch: () => this.#touch(),
    })
    if (parts.savedId !== undefined) parts.onKept?.(parts.savedId)
  }

  get markings(): readonly Marking[] {
    return this.#parts.markings ?? []
  }

  get identity(): Identity | undefined {
    const { identityId } = this.fields.value
    return this.identities.find(({ id }) => id === identityId)
  }

  get recipients(): readonly EmailAddress[] {
    const { to, cc, bcc } = this.fields.value
    return [...to, ...cc, ...bcc]
  }

  /** What is carried along, together. */
  get octets(): number {
    return this.files.octets + this.shownPictures.reduce((sum, { size }) => sum + size, 0)
  }

  /** Those that the text has, and that are on the server. */
  get shownPictures(): readonly InlinePicture[] {
    return this.pictures.of(this.pictureIds)
  }

  get pictureIds(): ReadonlySet<string> {
    return this.fields.value.rich?.cids() ?? new Set()
  }

  get isUnsaved(): boolean {
    return !this.#isOver && !['clean', 'saved'].includes(this.state.value)
  }

  /** His own words, without what is quoted where that is known. */
  get ownText(): string {
    const { text, rich } = this.fields.value
    return rich?.ownText() ?? text
  }

  /** Formatted text loses all but its words; made formatted again untouched, it is as it was. */
  async writeAs(form: Writing): Promise<void> {
    const { text, rich } = this.fields.value
    if (form === 'plain' && rich !== undefined) {
      this.#madePlain = { rich, text: rich.toText() }
      this.change({ text: this.#madePlain.text, rich: undefined })
    } else if (form === 'rich' && rich === undefined) {
      const { RichText } = await import('../editor/rich-text.ts')
      const before = this.#madePlain
      this.change({ rich: before?.text === text ? before.rich : RichText.ofPlainText(text) })
    }
  }

  /** He sends as another, and signs as that one. */
  sendAs(identityId: string): void {
    const { rich } = this.fields.value
    if (rich !== undefined) {
      const { signatures } = this.#parts
      const [was, will] = [signatures?.get(this.identity?.id ?? ''), signatures?.get(identityId)]
      return this.change({ identityId, rich: rich.withSignature(was, will) })
    }
    const before = this.identity?.textSignature ?? ''
    const after = this.identities.find(({ id }) => id === identityId)?.textSignature ?? ''
    const text = exchangeSignature(this.fields.value.text, { before, after, quoted: this.#quoted })
    this.change({ identityId, text })
  }

  change(fields: Partial<Fields>): void {
    this.fields.update((now) => ({ ...now, ...fields }))
    this.#touch()
  }

  #touch(): void {
    if (this.#isOver) return
    this.state.set('changed')
    this.#cancelSave?.()
    const { later = laterInBrowser, now = Date.now } = this.#parts
    this.#changedAt ??= now()
    const pause = pauseMs + Math.round(this.octets * pausePerOctetMs)
    const left = this.#changedAt + Math.max(unsavedMsMax, pause) - now()
    const save = () => void this.save().catch(() => undefined)
    this.#cancelSave = later(save, Math.max(0, Math.min(pause, left)))
  }

  /** Keeps what there is now. @throws MethodError | RequestError */
  async save(): Promise<void> {
    this.#cancelSave?.()
    await this.#saving
    // What was sent or thrown away is not a draft any more.
    if (this.#isOver) return
    if (this.state.value !== 'changed' && this.state.value !== 'unsaved') return
    this.#saving = this.#save().finally(() => {
      this.#saving = undefined
    })
    await this.#saving
  }

  async #save(): Promise<void> {
    const { store } = this.#parts
    this.state.set('saving')
    this.#changedAt = undefined
    try {
      const create = { draft: emailObject(this.#written(), this.#mailbox('drafts') ?? '') }
      const made = createdIn(await store.call<SetResponse>('Email/set', { create }), 'draft')
      await this.#replaceSaved(made)
      // What was typed meanwhile is not in it.
      if (this.state.value === 'saving') this.state.set('saved')
    } catch (error) {
      this.state.set('unsaved')
      throw error
    }
  }

  /** The new version is there before the old one goes. */
  async #replaceSaved(id: string | undefined): Promise<void> {
    const old = this.#savedId
    this.#savedId = id
    this.#parts.onKept?.(id)
    if (old === undefined) return
    await this.#parts.store
      .call<SetResponse>('Email/set', { destroy: [old] })
      // An older version that stays is seen and can be deleted; nothing is lost.
      .catch(() => undefined)
  }

  /** Leaves in `holdSeconds`, or then; until it does `takeBack` has it again. @throws NotSent | RequestError */
  async send(at?: Date): Promise<Sent> {
    this.#cancelSave?.()
    await this.#saving?.catch(() => undefined)
    const { store } = this.#parts
    const { identity } = this
    const draftsId = this.#mailbox('drafts')
    if (identity === undefined || draftsId === undefined) throw new NotSent('forbiddenFrom')
    const written = this.#written()
    const [made, answer] = await this.#ask([
      ['Email/set', { create: { message: emailObject(written, draftsId) } }],
      [
        'EmailSubmission/set',
        submissionArguments({
          identityId: identity.id,
          from: written.from,
          recipients: this.recipients,
          draftsId,
          sentId: this.#mailbox('sent'),
          hold: at === undefined ? { HOLDFOR: String(holdSeconds) } : { HOLDUNTIL: utcOf(at) },
        }),
      ],
    ])
    const emailId = createdIn(made, 'message')
    // From here on this is the version that is kept, sent or not.
    await this.#replaceSaved(emailId)
    const submissionId = createdIn(answer, 'sent')
    this.#isOver = true
    this.#parts.onKept?.(undefined)
    this.#markOriginal()
    void store.sync().catch(() => undefined)
    return { submissionId, emailId }
  }

  async #ask(calls: Parameters<AccountStore['calls']>[0]): Promise<[SetResponse, SetResponse]> {
    try {
      return (await this.#parts.store.calls(calls)) as [SetResponse, SetResponse]
    } catch (error) {
      throw error instanceof MethodError ? new NotSent(error.type) : error
    }
  }

  #markOriginal(): void {
    const { original, store } = this.#parts
    if (original === undefined) return
    const patch = { [`keywords/${original.keyword}`]: true }
    // An ornament: the answer is sent, marked or not.
    store.updateEmails(new Map([[original.id, patch]])).catch(() => undefined)
  }

  /** What was written goes, the kept version too. */
  async discard(): Promise<void> {
    this.#isOver = true
    this.#cancelSave?.()
    this.files.abort()
    await this.#saving?.catch(() => undefined)
    await this.#replaceSaved(undefined)
    void this.#parts.store.sync().catch(() => undefined)
  }

  #written(): Written {
    const { to, cc, bcc, subject, rich, ...fields } = this.fields.value
    const [text, html] = [rich?.toText() ?? fields.text, rich?.toHtml()]
    const { start } = this.#parts
    const { name = '', email = '' } = this.identity ?? {}
    const files = this.files.attached
    const { inReplyTo, references } = start
    const from = { name: name === '' ? null : name, email }
    const pictures = this.shownPictures
    const marking = markingIn(subject, this.markings)?.words.en
    const bodies = { text, html, files, pictures }
    return { from, to, cc, bcc, subject, marking, ...bodies, inReplyTo, references }
  }

  #mailbox(role: 'drafts' | 'sent'): string | undefined {
    return findByRole(this.#parts.store.mailboxes.all(), role)?.id
  }
}

/** Whom a message is from that came to `wanted`. */
export function identityFor(
  identities: readonly Identity[],
  wanted: EmailAddress | undefined,
): Identity | undefined {
  const key = wanted?.email.toLowerCase()
  return identities.find(({ email }) => email.toLowerCase() === key) ?? identities[0]
}

function laterInBrowser(act: () => void, ms: number): () => void {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

/** RFC 8620 §1.4: no fraction of a second where it is none. */
function utcOf(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}
