/** The web mail as a whole: who is signed in, where he is, and what he looks at. */
import { Auth, type AskPasskey, type SignedIn } from '../../kit/auth.ts'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import { JmapClient, readSession } from '../../kit/jmap/client.ts'
import { RequestError, type Fetch } from '../../kit/jmap/transport.ts'
import type { Account } from '../../kit/jmap/types.ts'
import { Value } from '../../kit/observable.ts'
import { Toasts } from '../../kit/toasts.ts'
import { sayer } from '../../kit/words.ts'
import type { Draft } from '../compose/draft.ts'
import type { ComposeAsk } from '../compose/open-draft.ts'
import { Release } from '../install/release.ts'
import type { Managing } from '../mailboxes/manage/model.ts'
import { MarkedMailboxes } from '../mailboxes/marked.ts'
import type { OfflineMail } from '../offline/offline-mail.ts'
import { offlineWords } from '../offline/words.ts'
import { findByRole } from '../mailboxes/model.ts'
import { MessageList } from '../messages/model.ts'
import {
  formatRoute,
  parseDraft,
  parseRoute,
  placeOf,
  type KeptDraft,
  type Route,
  type Screen,
  type Section,
} from './route.ts'

/** `away`: nothing answered; `unreachable`: what answered could not serve. */
export type Status = 'starting' | 'signed-out' | 'ready' | 'away' | 'unreachable'

/** What of the browser is used; given by `main.tsx`, or by a test. */
export interface Browser {
  readonly fetch: Fetch
  /** Paths of the scripts and styles the page named when it was loaded. */
  readonly ownFiles: readonly string[]
  readonly openEvents: (url: string) => EventSource
  readonly askPasskey: AskPasskey
  /** What was read is kept there, where he wanted that. */
  readonly offline: OfflineMail
  readonly location: { readonly pathname: string; readonly search: string }
  /** Whether there is room for one pane only. */
  readonly isNarrow: () => boolean
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
  readonly history: Pick<History, 'pushState' | 'replaceState' | 'go' | 'state'>
}

export interface Question {
  readonly title: string
  readonly text: string
  readonly yes: string
  readonly act: () => void
}

export class MailApp {
  readonly status = new Value<Status>('starting')
  readonly route: Value<Route>
  readonly toasts = new Toasts()
  readonly auth: Auth
  /** Who is signed in; undefined until it is known. */
  readonly person = new Value<SignedIn | undefined>(undefined)
  /** What is asked before it is done; undefined when nothing is. */
  readonly question = new Value<Question | undefined>(undefined)
  /** Which mailbox is made or changed in a window; undefined: none. */
  readonly managing = new Value<Managing | undefined>(undefined)
  readonly marked: MarkedMailboxes
  /** Whether the list of mailboxes is open where there is no room for it. */
  readonly isDrawerOpen = new Value(false)
  /** What is being written; undefined: nothing. */
  readonly composing = new Value<ComposeAsk | undefined>(undefined)
  readonly release: Release
  /** What is being written, once it is open. */
  readonly writing = new Value<Draft | undefined>(undefined)
  readonly #browser: Browser
  #client: JmapClient | undefined
  #list: MessageList | undefined
  #draft: KeptDraft | undefined
  #keptAt: number | undefined

  constructor(browser: Browser) {
    this.#browser = browser
    this.marked = new MarkedMailboxes(browser.storage)
    this.release = new Release(browser.fetch, browser.ownFiles)
    this.auth = new Auth(browser.fetch, browser.askPasskey)
    this.route = new Value(parseRoute(browser.location.pathname, browser.location.search))
    this.#draft = parseDraft(browser.location.search)
  }

  /** What of the browser the screens use too. */
  get browser(): Browser {
    return this.#browser
  }

  isNarrow(): boolean {
    return this.#browser.isNarrow()
  }

  /** Only while somebody is signed in. */
  get client(): JmapClient {
    if (this.#client === undefined) throw new Error('nobody is signed in')
    return this.#client
  }

  /** Reads who is signed in, and his first screen. */
  async start(): Promise<void> {
    try {
      const { fetch, openEvents, offline } = this.#browser
      const session = await readSession(fetch)
      // What was read without a network is another client's.
      if (this.isOffline) this.status.set('starting')
      this.#keptAt = undefined
      this.#client?.[Symbol.dispose]()
      const onSignedOut = () => this.forget()
      const { reading } = offline
      const client = new JmapClient(session, { fetch, openEvents, onSignedOut, reading })
      this.#client = client
      await this.#settle()
      this.#goOnWriting()
      client.listen()
      this.status.set('ready')
      // He reads whether or not it can be kept.
      offline.begin(client).catch(() => undefined)
      this.person.set(await this.auth.whoIs())
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      if (error.isSignedOut) {
        this.#wipe()
        this.status.set('signed-out')
      }
      // Who reads what is kept goes on with it.
      else if (!this.isOffline) this.status.set(error.status === 0 ? 'away' : 'unreachable')
    }
  }

  /** Reads what is kept on this device. @returns whether it opened. */
  async startOffline(): Promise<boolean> {
    const { offline, openEvents } = this.#browser
    const opened = await offline.open()
    if (opened === undefined) return false
    const { fetch, at } = opened
    const session = await readSession(fetch)
    const onSignedOut = () => undefined
    this.#client = new JmapClient(session, { fetch, openEvents, onSignedOut })
    this.#keptAt = at
    await this.#settle()
    this.status.set('ready')
    return true
  }

  /** How old what is shown is, where it is what is kept; undefined: it is the server's. */
  get keptAt(): number | undefined {
    return this.#keptAt
  }

  get isOffline(): boolean {
    return this.#keptAt !== undefined
  }

  /** What only the server can do is refused in words, before anything seems done. @returns whether it was. */
  refuseOffline(): boolean {
    if (this.isOffline) this.toasts.show({ kind: 'fault', text: sayer(offlineWords)('refused') })
    return this.isOffline
  }

  async signOut(): Promise<void> {
    await this.auth.signOut().catch(() => undefined)
    this.forget()
  }

  /** Nothing of what was read stays. */
  forget(): void {
    this.#client?.[Symbol.dispose]()
    this.#client = undefined
    this.#list = undefined
    this.#keptAt = undefined
    this.#wipe()
    this.person.set(undefined)
    this.composing.set(undefined)
    this.managing.set(undefined)
    const { value } = this.route
    if (value.screen !== undefined) this.go(placeOf(value), 'replace')
    this.status.set('signed-out')
  }

  /** Where that fails it is sealed, and the next who signs in tries again. */
  #wipe(): void {
    this.#browser.offline.wipe().catch(() => undefined)
  }

  /** The account that is looked at: never another than the address says. */
  get accountId(): string {
    return this.route.value.accountId ?? this.client.accountIds()[0] ?? ''
  }

  get account(): Account | undefined {
    return this.client.session.accounts[this.accountId]
  }

  get store(): AccountStore {
    return this.client.account(this.accountId)
  }

  /** The list of the place; the same object while the place is the same. */
  get list(): MessageList {
    const { mailboxId, search } = this.route.value
    const { store } = this
    const list = this.#list
    if (list !== undefined && list.isOf(store, mailboxId, search)) return list
    this.#list = new MessageList(store, mailboxId, search)
    return this.#list
  }

  go(route: Route, how: 'push' | 'replace' = 'push'): void {
    const url = formatRoute(route, this.#draft)
    const { history } = this.#browser
    if (how === 'push') {
      const over = route.screen === undefined ? 0 : this.#stepsOver + 1
      history.pushState({ over }, '', url)
    } else history.replaceState({ over: this.#stepsOver }, '', url)
    this.#show(route)
  }

  /** How many steps of the browser's history lead back to what a screen stands over. */
  get #stepsOver(): number {
    const state: unknown = this.#browser.history.state
    if (typeof state !== 'object' || state === null || !('over' in state)) return 0
    return typeof state.over === 'number' ? state.over : 0
  }

  /** The browser went back or forth. */
  followAddress(): void {
    this.go(parseRoute(this.#browser.location.pathname, this.#browser.location.search), 'replace')
    void this.#settle().catch(() => undefined)
  }

  async openAccount(accountId: string): Promise<void> {
    const store = this.client.account(accountId)
    await store.readMailboxes()
    const inbox = findByRole(store.mailboxes.all(), 'inbox') ?? store.mailboxes.all()[0]
    this.isDrawerOpen.set(false)
    this.go({ accountId, ...(inbox === undefined ? {} : { mailboxId: inbox.id }), search: '' })
  }

  openMailbox(accountId: string, mailboxId: string): void {
    this.isDrawerOpen.set(false)
    this.go({ accountId, mailboxId, search: '' })
  }

  openThread(threadId: string): void {
    const { threadId: open, ...place } = this.route.value
    // Going from message to message is one step back, not a hundred.
    this.go({ ...place, threadId }, open === undefined ? 'push' : 'replace')
  }

  closeThread(): void {
    const { threadId, ...place } = this.route.value
    if (threadId !== undefined) this.go(place)
  }

  /** For the account that is looked at. */
  compose(purpose: ComposeAsk['purpose'] = 'new', emailId?: string): void {
    this.isDrawerOpen.set(false)
    if (this.refuseOffline()) return
    const about = emailId === undefined ? {} : { emailId }
    this.composing.set({ accountId: this.accountId, purpose, ...about })
  }

  /** What was written is sent, kept or gone: the window is not needed any more. */
  closeComposing(): void {
    this.composing.set(undefined)
    this.keepDraft(undefined)
  }

  /** The server has what is being written: it is in the address, for a page that is loaded anew. */
  keepDraft(draft: KeptDraft | undefined): void {
    this.#draft = draft
    this.go(this.route.value, 'replace')
  }

  #goOnWriting(): void {
    const draft = this.#draft
    if (draft !== undefined && this.client.accountIds().includes(draft.accountId))
      this.composing.set({ ...draft, purpose: 'draft' })
  }

  openScreen(screen: Screen): void {
    if (this.route.value.screen === screen) return
    this.isDrawerOpen.set(false)
    this.go({ ...placeOf(this.route.value), screen })
  }

  /** Back to what it stands over, also for the browser's own button. */
  closeScreen(): void {
    const { value } = this.route
    if (value.screen === undefined) return
    const steps = this.#stepsOver
    if (steps > 0) this.#browser.history.go(-steps)
    else this.go(placeOf(value), 'replace')
  }

  /** Where there is room for the list beside it, going about in the settings is no step of its own. */
  openSection(section: Section): void {
    const how = this.isNarrow() && this.route.value.section === undefined ? 'push' : 'replace'
    this.go({ ...this.route.value, screen: 'settings', section }, how)
  }

  /** To the list of sections, where it stands alone. */
  closeSection(): void {
    const { section, ...place } = this.route.value
    if (section === undefined) return
    if (this.#stepsOver > 1) this.#browser.history.go(-1)
    else this.go(place, 'replace')
  }

  /** What one types on the way is one step back, not one for each letter. */
  search(text: string): void {
    const { accountId, mailboxId, search } = this.route.value
    if (text === search) return
    const place = {
      ...(accountId === undefined ? {} : { accountId }),
      ...(mailboxId === undefined ? {} : { mailboxId }),
    }
    this.go({ ...place, search: text }, search === '' || text === '' ? 'push' : 'replace')
  }

  #show(route: Route): void {
    this.route.set(route)
  }

  /** An address that names no place, or one that is not there, becomes the inbox. */
  async #settle(): Promise<void> {
    const { client } = this
    const wanted = this.route.value
    const ids = client.accountIds()
    const isThere = wanted.accountId !== undefined && ids.includes(wanted.accountId)
    const accountId = isThere ? wanted.accountId : ids[0]
    if (accountId === undefined) return
    const store = client.account(accountId)
    await store.readMailboxes()
    const isWhole =
      isThere &&
      (wanted.search !== '' ||
        (wanted.mailboxId !== undefined && store.mailboxes.has(wanted.mailboxId)))
    if (isWhole) return
    const inbox = findByRole(store.mailboxes.all(), 'inbox') ?? store.mailboxes.all()[0]
    const place = inbox === undefined ? {} : { mailboxId: inbox.id }
    const over = {
      ...(wanted.screen === undefined ? {} : { screen: wanted.screen }),
      ...(wanted.section === undefined ? {} : { section: wanted.section }),
    }
    this.go({ accountId, ...place, search: '', ...over }, 'replace')
  }
}
