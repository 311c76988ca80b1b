/** JMAP for a browser: the session, its accounts, and the stream of changes. RFC 8620 §2, §7.3. */
import { Signal, Value } from '../observable.ts'
import { AccountStore, type Reading } from './account-store.ts'
import { RequestError, Transport, type Fetch } from './transport.ts'
import {
  core,
  directory,
  mail,
  recoverable,
  sieve,
  submission,
  vacation,
  type Session,
} from './types.ts'

export interface ClientOptions {
  readonly fetch: Fetch
  /** Opens a stream of events; the browser's own, but for tests. */
  readonly openEvents: (url: string) => EventSource
  readonly onSignedOut: () => void
  readonly reading?: Reading & {
    /** A file of a message, whole. */
    readonly onFile: (accountId: string, blobId: string, file: Blob) => void
  }
}

/** @throws RequestError when nobody is signed in or nothing answers */
export async function readSession(fetch: Fetch): Promise<Session> {
  let response: Response
  try {
    response = await fetch('/.well-known/jmap', { headers: { 'x-tamar-request': '1' } })
  } catch (error) {
    throw new RequestError(0, error)
  }
  if (!response.ok) throw new RequestError(response.status)
  return (await response.json()) as Session
}

export class JmapClient implements Disposable {
  readonly session: Session
  readonly transport: Transport
  /** Whether changes are heard at this moment. */
  readonly isLive = new Value(false)
  /** When the server was last heard, in milliseconds. */
  readonly heardAt = new Value(Date.now())
  readonly changed = new Signal()
  readonly #options: ClientOptions
  readonly #accounts = new Map<string, AccountStore>()
  #events: EventSource | undefined
  #wasLive = false

  constructor(session: Session, options: ClientOptions) {
    this.session = session
    this.#options = options
    const { maxCallsInRequest } = session.capabilities[core] as { maxCallsInRequest: number }
    this.transport = new Transport({
      // The path alone: behind another name or port we still ask whoever gave us the page.
      apiUrl: pathOf(session.apiUrl),
      using: [core, mail, submission, vacation, sieve, directory, recoverable].filter(
        (name) => name in session.capabilities,
      ),
      callsMax: maxCallsInRequest,
      fetch: options.fetch,
      onSignedOut: options.onSignedOut,
    })
  }

  /** Ids of accounts that hold mail: one's own first. */
  accountIds(): readonly string[] {
    const own = this.session.primaryAccounts[mail]
    const ids = Object.keys(this.session.accounts).filter(
      (id) => mail in (this.session.accounts[id]?.accountCapabilities ?? {}),
    )
    return ids.toSorted((a, b) => Number(b === own) - Number(a === own))
  }

  /** Ids of accounts that can do this too: one's own first. */
  accountsWith(capability: string): readonly string[] {
    const { accounts } = this.session
    return this.accountIds().filter((id) => capability in (accounts[id]?.accountCapabilities ?? {}))
  }

  account(id: string): AccountStore {
    let account = this.#accounts.get(id)
    if (account === undefined) {
      account = new AccountStore(id, this.transport, this.#options.reading)
      this.#accounts.set(id, account)
    }
    return account
  }

  /** What of them was looked at. */
  openAccounts(): readonly AccountStore[] {
    return [...this.#accounts.values()]
  }

  /** Of the files of one message, as the server says it. RFC 8621 §1.3.1. */
  attachmentOctetsMax(accountId: string): number {
    const { [mail]: limits } = this.session.accounts[accountId]?.accountCapabilities ?? {}
    const octets = limits?.['maxSizeAttachmentsPerEmail']
    return typeof octets === 'number' ? octets : Infinity
  }

  /** Where a blob is fetched from. RFC 8620 §6.2. */
  downloadUrl(accountId: string, blobId: string, name: string, type: string): string {
    const values: Readonly<Record<string, string>> = { accountId, blobId, name, type }
    return pathOf(this.session.downloadUrl).replaceAll(/\{(\w+)\}/g, (_, key: string) =>
      encodeURIComponent(values[key] ?? ''),
    )
  }

  /** RFC 8620 §6.1. */
  uploadUrl(accountId: string): string {
    return pathOf(this.session.uploadUrl).replace('{accountId}', encodeURIComponent(accountId))
  }

  async readBlob(accountId: string, blobId: string, type: string): Promise<Blob> {
    const url = this.downloadUrl(accountId, blobId, 'blob', type)
    const response = await this.#options.fetch(url, { headers: { 'x-tamar-request': '1' } })
    if (!response.ok) throw new RequestError(response.status)
    const file = await response.blob()
    this.#options.reading?.onFile(accountId, blobId, file)
    return file
  }

  /** From now on what changes is heard, until disposed; anew when the session is another. */
  listen(): void {
    const url = pathOf(this.session.eventSourceUrl)
      .replace('{types}', 'Email,Mailbox,Thread')
      .replace('{closeafter}', 'no')
      .replace('{ping}', '60')
    this.#events?.close()
    const events = this.#options.openEvents(url)
    this.#events = events
    const hear = () => this.heardAt.set(Date.now())
    for (const event of ['open', 'ping', 'state']) events.addEventListener(event, hear)
    events.addEventListener('open', () => {
      this.isLive.set(true)
      // What changed while nothing was heard.
      if (this.#wasLive) this.syncAll()
      this.#wasLive = true
    })
    events.addEventListener('error', () => this.isLive.set(false))
    events.addEventListener('state', (event) => {
      const { changed } = JSON.parse(event.data as string) as { changed: Record<string, unknown> }
      for (const id of Object.keys(changed)) this.#sync(this.#accounts.get(id))
    })
  }

  syncAll(): void {
    for (const account of this.#accounts.values()) this.#sync(account)
  }

  #sync(account: AccountStore | undefined): void {
    // The next change, or the next time the stream opens, tries again.
    account?.sync().catch(() => this.isLive.set(false))
  }

  [Symbol.dispose](): void {
    this.#events?.close()
  }
}

/** A template's path and question, with its braces as they were. */
export function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]+/, '')
}
