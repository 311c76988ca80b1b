/** What was read, for a page without a network: loaded only where something is kept. ADR 0058. */
import type { ClientOptions, JmapClient } from '../../kit/jmap/client.ts'
import type { Keeper, Kept } from '../../kit/offline/keeper.ts'
import type { Opened } from '../../kit/offline/open-kept.ts'

/** As `kept-store.ts` names it: looked for without loading that. */
const databaseName = 'tamar-offline'

export class OfflineMail {
  #loading: Promise<Keeper> | undefined
  #keeper: Keeper | undefined

  readonly reading: NonNullable<ClientOptions['reading']> = {
    onContent: (store, content) => this.#keeper?.keep(store, content),
    onRows: (store) => this.#keeper?.keepRowsOf(store),
    onFile: (accountId, blobId, file) => this.#keeper?.keepFile(accountId, blobId, file),
  }

  async begin(client: JmapClient): Promise<Kept> {
    return (await this.#isMade()) ? (await this.#load()).begin(client) : 'off'
  }

  async turnOn(client: JmapClient, rpId: string): Promise<Kept> {
    return (await this.#load()).turnOn(client, rpId)
  }

  get isOn(): boolean {
    return this.#keeper?.isOn === true
  }

  async isThere(): Promise<boolean> {
    return (await this.#isMade()) && (await this.#load()).isThere()
  }

  /** Undefined: it did not open. */
  async open(): Promise<Opened | undefined> {
    return (await this.#load()).open()
  }

  async wipe(): Promise<void> {
    if (await this.#isMade()) await (await this.#load()).wipe()
  }

  async #isMade(): Promise<boolean> {
    // Some private windows have no such thing.
    if (!('indexedDB' in globalThis)) return false
    return (await indexedDB.databases()).some(({ name }) => name === databaseName)
  }

  async #load(): Promise<Keeper> {
    this.#loading ??= import('../../kit/offline/keeper.ts').then((module) => new module.Keeper())
    this.#keeper = await this.#loading
    return this.#keeper
  }
}
