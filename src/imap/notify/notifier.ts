/**
 * Tells a client what happens in mailboxes, its open one and others, between its commands and while it
 * is idle. RFC 5465. A look takes place when an account changed and nothing else is being said.
 */
import { isRefusal } from '../../base/refusal.ts'
import { gatherNames, type Listed } from '../list/gather.ts'
import { notifyAccountsMax, notifyRestMs } from '../limits.ts'
import { mayRead } from '../recoverable.ts'
import { refreshContexts } from '../search/contexts.ts'
import type { Session } from '../session.ts'
import { formatStatus } from '../status.ts'
import { syncMailbox, tellExpunges } from '../updates.ts'
import { formatMailboxName } from '../wire/format-string.ts'
import { isOfSelected, type NotifyGroup, type NotifyRequest } from '../wire/parse-notify.ts'
import type { StatusItem } from '../wire/parse-status.ts'
import { ConnectionGone } from '../wire/writer.ts'
import { differences, firstItems, snapshotOf, type Notice, type Snapshot } from './snapshot.ts'
import { tellNew } from './tell-new.ts'

export class Notifier implements Disposable {
  readonly #session: Session
  readonly #groups: readonly NotifyGroup[]
  readonly #ofSelected: NotifyGroup | undefined
  readonly #watches: Disposable[] = []
  #snapshot: Snapshot = new Map()
  #isDirty = false
  /** A command is at work: what it says comes first. */
  #isHeld = true
  #working: Promise<void> | undefined
  #isEnded = false
  /** Set between two looks: what happens meanwhile is told together. */
  #rest: NodeJS.Timeout | undefined

  private constructor(session: Session, { groups }: NotifyRequest) {
    this.#session = session
    this.#groups = groups.filter((group) => !isOfSelected(group))
    this.#ofSelected = groups.find(isOfSelected)
  }

  /** While the NOTIFY command is at work. Undefined: there is too much to watch (RFC 5465 §5.8). */
  static async start(session: Session, request: NotifyRequest): Promise<Notifier | undefined> {
    const accounts = session.mounts().map(({ grant }) => grant.accountId)
    if (accounts.length > notifyAccountsMax) return undefined
    const notifier = new Notifier(session, request)
    // Watched before it is read: nothing may fall between.
    for (const account of accounts) {
      notifier.#watches.push(session.ports.store.watch(account, () => notifier.#mark()))
    }
    notifier.#snapshot = snapshotOf(await gatherNames(session), notifier.#groups)
    if (request.hasStatus) await notifier.#tellFirst()
    return notifier
  }

  /** Expunges of the open mailbox wait for a command that may tell them. */
  get tellsSelected(): boolean {
    return this.#ofSelected !== undefined && this.#ofSelected.events.size > 0
  }

  /** Resolves when nothing is being said: a command may begin. */
  async hold(): Promise<void> {
    this.#isHeld = true
    await this.#working
  }

  release(): void {
    this.#isHeld = false
    this.#wake()
  }

  [Symbol.dispose](): void {
    this.#isEnded = true
    clearTimeout(this.#rest)
    for (const watch of this.#watches) watch[Symbol.dispose]()
  }

  #mark(): void {
    this.#isDirty = true
    // The view of the open mailbox hears of it in the same turn: look after that.
    setImmediate(() => this.#wake())
  }

  #wake(): void {
    if (this.#isHeld || !this.#isDirty || this.#isEnded || this.#rest !== undefined) return
    this.#working ??= this.#look().finally(() => {
      this.#working = undefined
      this.#rest = setTimeout(() => {
        this.#rest = undefined
        this.#wake()
      }, notifyRestMs).unref()
    })
  }

  async #look(): Promise<void> {
    this.#isDirty = false
    const session = this.#session
    try {
      await this.#lookAtSelected()
      if (this.#groups.length > 0) await this.#lookAtOthers()
      session.writer.flush()
    } catch (error) {
      if (error instanceof ConnectionGone) return
      if (isRefusal(error, 'not-permitted')) session.channel.sayBye('Your access has ended')
      else if (isRefusal(error)) session.ports.log?.warn({ code: error.code }, 'no notice now')
      else session.ports.log?.error({ err: error }, 'a notice failed')
    }
  }

  async #lookAtSelected(): Promise<void> {
    const session = this.#session
    const { selected } = session
    if (selected === undefined || !this.tellsSelected) return
    const before = selected.count
    await syncMailbox(session, false)
    await refreshContexts(session)
    await tellNew(session, before, this.#ofSelected?.items ?? [])
    if (this.#ofSelected?.filter.kind === 'selected') tellExpunges(session)
  }

  async #lookAtOthers(): Promise<void> {
    const session = this.#session
    const after = snapshotOf(await gatherNames(session), this.#groups)
    const notices = differences(this.#snapshot, after, session.selected?.id)
    this.#snapshot = after
    for (const notice of notices) await this.#tell(notice)
  }

  async #tell(notice: Notice): Promise<void> {
    const session = this.#session
    const { listed } = notice
    if (notice.kind === 'status') {
      await this.#tellStatus(listed, notice.items)
      return
    }
    const name = formatMailboxName(listed.name, session.isUtf8)
    const line = (attributes: string, tail = '') =>
      session.writer.untagged(`LIST (${attributes}) "/" ${name}${tail}`)
    const subscribed = listed.isSubscribed ? '\\Subscribed' : ''
    if (notice.kind === 'gone') line('\\NonExistent')
    else if (notice.kind === 'subscription') line(subscribed)
    else if (notice.oldName === undefined) line(subscribed)
    else {
      const oldName = formatMailboxName(notice.oldName, session.isUtf8)
      line(subscribed, ` ("OLDNAME" (${oldName}))`)
    }
  }

  async #tellStatus(listed: Listed, items: readonly StatusItem[]): Promise<void> {
    const session = this.#session
    const { mailbox, mount } = listed
    if (mailbox === undefined || mount === undefined || items.length === 0) return
    if (!mayRead(session, mailbox, mount.grant)) return
    const status = await formatStatus(session, mailbox, items)
    const name = formatMailboxName(listed.name, session.isUtf8)
    session.writer.untagged(`STATUS ${name} (${status})`)
  }

  async #tellFirst(): Promise<void> {
    for (const watched of this.#snapshot.values()) {
      if (watched.listed.mailbox?.id === this.#session.selected?.id) continue
      await this.#tellStatus(watched.listed, firstItems(watched))
    }
  }
}
