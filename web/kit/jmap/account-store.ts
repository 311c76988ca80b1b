/** What is known of one account, and how it is kept true: records, lists, changes, acts. */
import {
  contentAsked,
  contentProperties,
  listProperties,
  memberProperties,
  mutableProperties,
} from './properties.ts'
import { applyPatch } from './patch.ts'
import { WindowedQuery, type QueryAsked } from './query.ts'
import { Records, type Overlay } from './records.ts'
import { MethodError, Reference, type Call, type Transport } from './transport.ts'
import type {
  ChangesResponse,
  Email,
  EmailContent,
  GetResponse,
  Mailbox,
  Patch,
  QueryChangesResponse,
  QueryResponse,
  SetError,
  SetResponse,
  Thread,
} from './types.ts'

/** Messages whose content is kept. */
const contentsMax = 60
/** Lists kept up to date; the one looked at longest ago goes first. */
const queriesMax = 8
const objectsInSetMax = 200

/** Some objects of an act were refused: the others were changed. */
export class SetRefused extends Error {
  readonly refused: ReadonlyMap<string, SetError>

  constructor(refused: ReadonlyMap<string, SetError>) {
    super(`refused: ${[...refused.values()].map(({ type }) => type).join(', ')}`)
    this.refused = refused
  }
}

/** Who hears of what was read. */
export interface Reading {
  /** What stands in a message. */
  readonly onContent: (store: AccountStore, content: EmailContent) => void
  /** Rows of a list, the first or more. */
  readonly onRows: (store: AccountStore) => void
}

export class AccountStore {
  readonly accountId: string
  readonly mailboxes = new Records<Mailbox>()
  readonly emails = new Records<Email>()
  readonly threads = new Records<Thread>()
  readonly #transport: Transport
  readonly #reading: Reading | undefined
  readonly #contents = new Map<string, Promise<EmailContent>>()
  readonly #queries = new Map<string, WindowedQuery>()
  readonly #states = new Map<'Mailbox' | 'Email' | 'Thread', string>()
  #mailboxesRead: Promise<void> | undefined
  #syncing: Promise<void> | undefined
  #isOutdated = false

  constructor(accountId: string, transport: Transport, reading?: Reading) {
    this.#reading = reading
    this.accountId = accountId
    this.#transport = transport
  }

  /** Whether the server has what the capability names. */
  can(capability: string): boolean {
    return this.#transport.can(capability)
  }

  /** With this account's id. @throws MethodError | RequestError */
  call<T>(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return this.#transport.call(name, { accountId: this.accountId, ...args })
  }

  /** A group that stays in one request. */
  calls(calls: readonly Call[], isBackground = false): Promise<readonly unknown[]> {
    const { accountId } = this
    return this.#transport.calls(
      calls.map(([name, args]) => [name, { accountId, ...args }]),
      isBackground,
    )
  }

  /** Asked because of a change, not by hand. */
  #hear<T>(name: string, args: Readonly<Record<string, unknown>>): Promise<T> {
    return this.#transport.call(name, { accountId: this.accountId, ...args }, true)
  }

  readMailboxes(): Promise<void> {
    this.#mailboxesRead ??= this.call<GetResponse<Mailbox>>('Mailbox/get', { ids: null })
      .then(({ list, state }) => {
        this.mailboxes.put(list)
        this.#states.set('Mailbox', state)
      })
      .catch((error: unknown) => {
        this.#mailboxesRead = undefined
        throw error
      })
    return this.#mailboxesRead
  }

  /** The list asked for, the same object each time it is asked for. */
  query(asked: QueryAsked, expected?: number): WindowedQuery {
    const key = JSON.stringify(asked)
    let query = this.#queries.get(key)
    this.#queries.delete(key)
    query ??= new WindowedQuery(asked, this.#source(asked), expected)
    this.#queries.set(key, query)
    const [oldest] = this.#queries.keys()
    if (this.#queries.size > queriesMax && oldest !== undefined) this.#queries.delete(oldest)
    return query
  }

  queries(): readonly WindowedQuery[] {
    return [...this.#queries.values()]
  }

  #source({ collapseThreads }: QueryAsked) {
    return {
      window: async (asked: object) => {
        const [found, got] = await this.#readList(['Email/query', { ...asked }], collapseThreads)
        this.#keepState('Email', got)
        return found as QueryResponse
      },
      changes: (asked: object) =>
        this.#hear<QueryChangesResponse>('Email/queryChanges', { ...asked }),
      load: async (ids: readonly string[]) => {
        const missing = ids.filter((id) => !this.emails.has(id))
        if (missing.length > 0) await this.readEmails(missing, collapseThreads, true)
      },
    }
  }

  /** Rows, and with `withThreads` whatever stands in their conversations: one request. */
  async #readList(query: Call, withThreads: boolean) {
    const get: Call = ['Email/get', { ids: new Reference(0, '/ids'), properties: listProperties }]
    const more: readonly Call[] = withThreads
      ? [
          ['Thread/get', { ids: new Reference(1, '/list/*/threadId') }],
          [
            'Email/get',
            { ids: new Reference(2, '/list/*/emailIds'), properties: memberProperties },
          ],
        ]
      : []
    const answers = await this.calls([query, get, ...more])
    this.#keepEmails(answers.slice(1))
    return [answers[0], answers[1] as GetResponse<Email>] as const
  }

  async readEmails(
    ids: readonly string[],
    withThreads: boolean,
    isBackground = false,
  ): Promise<void> {
    const get: Call = ['Email/get', { ids, properties: listProperties }]
    const more: readonly Call[] = withThreads
      ? [
          ['Thread/get', { ids: new Reference(0, '/list/*/threadId') }],
          [
            'Email/get',
            { ids: new Reference(1, '/list/*/emailIds'), properties: memberProperties },
          ],
        ]
      : []
    this.#keepEmails(await this.calls([get, ...more], isBackground))
  }

  #keepEmails([emails, threads, members]: readonly unknown[]): void {
    if (members !== undefined) this.emails.put((members as GetResponse<Email>).list)
    this.emails.put((emails as GetResponse<Email>).list)
    this.#reading?.onRows(this)
    if (threads === undefined) return
    const read = threads as GetResponse<Thread>
    this.#keepState('Thread', read)
    this.threads.put(read.list)
  }

  #keepState(type: 'Email' | 'Thread', { state }: GetResponse<unknown>): void {
    // The first state known: what came later is told again with the changes since.
    if (!this.#states.has(type)) this.#states.set(type, state)
  }

  /** What stands in a message; read once. */
  content(id: string): Promise<EmailContent> {
    const known = this.#contents.get(id)
    if (known !== undefined) {
      this.#contents.delete(id)
      this.#contents.set(id, known)
      return known
    }
    const reading = this.#readContent(id)
    this.#contents.set(id, reading)
    reading.catch(() => this.#contents.delete(id))
    const [oldest] = this.#contents.keys()
    if (this.#contents.size > contentsMax && oldest !== undefined) this.#contents.delete(oldest)
    return reading
  }

  async #readContent(id: string): Promise<EmailContent> {
    const { list } = await this.call<GetResponse<EmailContent>>('Email/get', {
      ids: [id],
      properties: contentProperties,
      ...contentAsked,
    })
    const [content] = list
    if (content === undefined) throw new MethodError('Email/get', 'notFound', undefined)
    this.#reading?.onContent(this, content)
    return content
  }

  /** Hears what changed since it was last heard, and brings every list there. */
  async sync(): Promise<void> {
    if (this.#syncing !== undefined) {
      this.#isOutdated = true
      return this.#syncing
    }
    this.#syncing = this.#sync().finally(() => {
      this.#syncing = undefined
    })
    await this.#syncing
    if (!this.#isOutdated) return
    this.#isOutdated = false
    await this.sync()
  }

  async #sync(): Promise<void> {
    await Promise.all([
      this.#syncType('Mailbox', this.mailboxes, undefined),
      this.#syncType('Email', this.emails, mutableProperties),
      this.#syncType('Thread', this.threads, undefined),
      ...this.queries().map((query) => query.update()),
    ])
  }

  async #syncType<T extends { readonly id: string }>(
    type: 'Mailbox' | 'Email' | 'Thread',
    records: Records<T>,
    properties: readonly string[] | undefined,
  ): Promise<void> {
    const sinceState = this.#states.get(type)
    if (sinceState === undefined) return
    let changes: ChangesResponse
    try {
      changes = await this.#hear<ChangesResponse>(`${type}/changes`, { sinceState })
    } catch (error) {
      if (!(error instanceof MethodError)) throw error
      return this.#readAnew(type)
    }
    records.remove(changes.destroyed)
    // Who knows all mailboxes must hear of new ones; of messages only what is known is kept true.
    const updated = changes.updated.filter((id) => records.has(id))
    const ids = type === 'Mailbox' ? [...changes.created, ...updated] : updated
    if (ids.length > 0) {
      const got = await this.#hear<GetResponse<T>>(`${type}/get`, { ids, properties })
      records.put(got.list)
    }
    this.#states.set(type, changes.newState)
    if (changes.hasMoreChanges) await this.#syncType(type, records, properties)
  }

  async #readAnew(type: 'Mailbox' | 'Email' | 'Thread'): Promise<void> {
    this.#states.delete(type)
    if (type === 'Thread') return this.threads.clear()
    if (type === 'Mailbox') {
      const { list, state } = await this.#hear<GetResponse<Mailbox>>('Mailbox/get', { ids: null })
      const ids = new Set(list.map(({ id }) => id))
      this.mailboxes.remove(this.mailboxes.all().flatMap(({ id }) => (ids.has(id) ? [] : [id])))
      this.mailboxes.put(list)
      this.#states.set(type, state)
      return
    }
    const ids = this.emails.all().map(({ id }) => id)
    for (let at = 0; at < ids.length; at += 500) {
      const asked = { ids: ids.slice(at, at + 500), properties: mutableProperties }
      const got = await this.#hear<GetResponse<Email>>('Email/get', asked)
      if (at === 0) this.#states.set(type, got.state)
      this.emails.remove(got.notFound)
      this.emails.put(got.list)
    }
  }

  /**
   * Changes messages: seen at once, undone where the server refuses. `takenOut` are rows that leave the
   * lists they stand in. @throws SetRefused | MethodError | RequestError
   */
  async updateEmails(
    patches: ReadonlyMap<string, Patch>,
    leaving: readonly { readonly query: WindowedQuery; readonly ids: ReadonlySet<string> }[] = [],
  ): Promise<void> {
    const overlay = this.#overlay(patches)
    const putBack = leaving.map(({ query, ids }) => query.takeOut(ids))
    try {
      const refused = await this.#set(patches)
      overlay.commit()
      if (refused.size === 0) return
      throw new SetRefused(refused)
    } catch (error) {
      overlay.rollBack()
      for (const act of putBack.toReversed()) act()
      throw error
    } finally {
      void this.sync().catch(() => undefined)
    }
  }

  /** For good, as far as the reader is concerned. @throws SetRefused | MethodError | RequestError */
  async destroyEmails(
    ids: readonly string[],
    leaving: readonly { readonly query: WindowedQuery; readonly ids: ReadonlySet<string> }[],
  ): Promise<void> {
    const putBack = leaving.map((each) => each.query.takeOut(each.ids))
    try {
      const { notDestroyed } = await this.call<SetResponse>('Email/set', { destroy: ids })
      const refused = new Map(Object.entries(notDestroyed ?? {}))
      if (refused.size > 0) throw new SetRefused(refused)
    } catch (error) {
      for (const act of putBack.toReversed()) act()
      throw error
    } finally {
      void this.sync().catch(() => undefined)
    }
  }

  #overlay(patches: ReadonlyMap<string, Patch>): Overlay {
    return this.emails.overlay([...patches.keys()], (email) =>
      applyPatch(email, patches.get(email.id) ?? {}),
    )
  }

  async #set(patches: ReadonlyMap<string, Patch>): Promise<ReadonlyMap<string, SetError>> {
    const entries = [...patches]
    const refused = new Map<string, SetError>()
    for (let at = 0; at < entries.length; at += objectsInSetMax) {
      const update = Object.fromEntries(entries.slice(at, at + objectsInSetMax))
      const { notUpdated } = await this.call<SetResponse>('Email/set', { update })
      for (const [id, error] of Object.entries(notUpdated ?? {})) refused.set(id, error)
    }
    return refused
  }
}
