/** Keeps what is read while somebody is signed in, and opens it again without a network. ADR 0058 */
import type { JmapClient } from '../jmap/client.ts'
import type { AccountStore } from '../jmap/account-store.ts'
import { mail, type Email, type EmailContent } from '../jmap/types.ts'
import { askDeviceSecret } from './device-secret.ts'
import { KeptLists } from './kept-lists.ts'
import {
  contentName,
  fileName,
  frameName,
  keyOf,
  listName,
  partsOf,
  rowName,
  type Frame,
  type KeptRow,
} from './kept-mail.ts'
import { KeptRows } from './kept-rows.ts'
import { KeptStore, type KeptPart } from './kept-store.ts'
import { serverOf, type Opened } from './open-kept.ts'
import { makeDeviceKeys, openDeviceKeys, Opener, Sealer } from './sealing.ts'

/** A device the server has not heard of for so long opens nothing more: whose it is may have changed. */
const keptMs = 14 * 86_400_000

/** A larger file is not kept: a few of them would drive everything else out. */
const fileOctetsMax = 5_000_000

export type Kept = 'on' | 'off' | 'noSecret'

export class Keeper {
  readonly #now: () => number
  #store: KeptStore | undefined
  #sealer: Sealer | undefined
  #client: JmapClient | undefined
  #rows: KeptRows | undefined
  #lists: KeptLists | undefined
  /** One after the other. */
  #work: Promise<unknown> = Promise.resolve()

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Somebody is signed in: what is kept here is his, or goes. */
  begin(client: JmapClient): Promise<Kept> {
    return this.#after(async () => {
      this.#client = client
      const store = await KeptStore.find()
      const header = await store?.header()
      if (store === undefined || header === undefined) return 'off'
      if (header.owner !== ownerOf(client)) {
        await this.#wipe(store)
        return 'off'
      }
      await store.writeHeader({ ...header, heardAt: this.#now() })
      await this.#follow(client, store, await Sealer.open(header))
      return 'on'
    })
  }

  get isOn(): boolean {
    return this.#sealer !== undefined
  }

  /** From now on what is read in this browser is kept. */
  turnOn(client: JmapClient, rpId: string): Promise<Kept> {
    return this.#after(async () => {
      const salt = crypto.getRandomValues(new Uint8Array(32))
      const made = await askDeviceSecret({ rpId, salt })
      if (made === undefined) return 'noSecret'
      const keys = await makeDeviceKeys(made.secret)
      const { credentialId } = made
      // What other keys sealed would never open again.
      await this.#wipe(this.#store)
      const store = await KeptStore.open()
      const heardAt = this.#now()
      const owner = ownerOf(client)
      await store.writeHeader({ ...keys, owner, rpId, credentialId, salt, heardAt })
      await this.#follow(client, store, await Sealer.open(keys))
      return 'on'
    })
  }

  async #follow(client: JmapClient, store: KeptStore, sealer: Sealer): Promise<void> {
    this.#stop()
    this.#client = client
    this.#store = store
    this.#sealer = sealer
    await this.#keepFrame()
    const rows = new KeptRows({
      change: (accountId, email) => this.#keepRow(accountId, email),
      remove: (key) => this.#do((kept) => kept.remove('messages', key)),
    })
    this.#rows = rows
    this.#lists = new KeptLists((key, list) => this.#keepList(key, list))
    for (const account of client.openAccounts()) this.#lists.follow(account)
    await this.#forgetAccounts(client, store)
    // Where it cannot be read now, the next change or the next window brings it.
    rows.readAnew(client, await store.keys('messages')).catch(() => undefined)
  }

  /** Lists and files of those that may be read no more; of their messages `readAnew` takes care. */
  async #forgetAccounts(client: JmapClient, store: KeptStore): Promise<void> {
    const ids = new Set(client.accountIds())
    const isGone = (key: string) => !ids.has(partsOf(key).accountId)
    for (const { key } of await store.lists()) if (isGone(key)) await store.removeList(key)
    for (const key of await store.keys('files')) if (isGone(key)) await store.remove('files', key)
  }

  /** What somebody reads; what cannot be kept is not kept, and he reads on. */
  keep(account: AccountStore, content: EmailContent): void {
    const { accountId, emails } = account
    const email = emails.get(content.id)
    if (email === undefined || this.#sealer === undefined) return
    const key = keyOf(accountId, content.id)
    const row: KeptRow = { accountId, email }
    this.#rows?.add(account, email)
    this.#do(async (store) => {
      const [sealedRow, sealedContent] = await Promise.all([
        this.#seal(rowName(key), row),
        this.#seal(contentName(key), content),
      ])
      if (sealedRow === undefined || sealedContent === undefined) return
      await this.#keepFrame()
      await store.put({ key, at: this.#now(), row: sealedRow, content: sealedContent })
    })
  }

  /** What a list shows, from now on. */
  keepRowsOf(account: AccountStore): void {
    this.#lists?.follow(account)
  }

  /** A picture, or an attachment that was looked at. */
  keepFile(accountId: string, blobId: string, blob: Blob): void {
    if (blob.size > fileOctetsMax) return
    const key = keyOf(accountId, blobId)
    this.#do(async (store) => {
      const file = await this.#sealOctets(fileName(key), await blob.arrayBuffer())
      if (file !== undefined) await store.putFile({ key, at: this.#now(), file })
    })
  }

  #keepRow(accountId: string, email: Email): void {
    const key = keyOf(accountId, email.id)
    this.#do(async (store) => {
      const row = await this.#seal(rowName(key), { accountId, email } satisfies KeptRow)
      if (row !== undefined) await store.putRow(key, row)
    })
  }

  #keepList(key: string, list: readonly Email[]): void {
    this.#do(async (store) => {
      const rows = await this.#seal(listName(key), list)
      if (rows !== undefined) await store.putList({ key, at: this.#now(), rows })
      await this.#keepFrame()
    })
  }

  /** Nothing where nothing is kept; what cannot be kept is not kept, and he reads on. */
  #do(act: (store: KeptStore) => Promise<void>): void {
    if (this.#sealer === undefined) return
    this.#after(async () => {
      if (this.#store !== undefined) await act(this.#store)
    }).catch(() => this.#stop())
  }

  /** Nothing stays on this device. */
  wipe(): Promise<void> {
    return this.#after(() => this.#wipe(this.#store))
  }

  /** Whether something can be opened here. */
  async isThere(): Promise<boolean> {
    using store = await KeptStore.find()
    return (await store?.frame()) !== undefined
  }

  /** Asks for the passkey. Undefined: it did not open. */
  async open(): Promise<Opened | undefined> {
    const store = await KeptStore.find()
    const header = await store?.header()
    if (store === undefined || header === undefined) return undefined
    if (this.#now() - header.heardAt > keptMs) {
      await this.#wipe(store)
      return undefined
    }
    const made = await askDeviceSecret(header)
    if (made === undefined) return undefined
    const opener = new Opener(await openDeviceKeys(header, made.secret))
    return serverOf(store, opener)
  }

  async #keepFrame(): Promise<void> {
    const client = this.#client
    if (client === undefined) return
    const mailboxes = Object.fromEntries(
      client.accountIds().map((id) => [id, client.account(id).mailboxes.all()]),
    )
    const frame: Frame = { session: client.session, mailboxes, at: client.heardAt.value }
    const sealed = await this.#seal(frameName, frame)
    if (sealed !== undefined) await this.#store?.writeFrame(sealed)
  }

  async #seal(name: string, value: unknown): Promise<KeptPart | undefined> {
    return this.#sealOctets(name, new TextEncoder().encode(JSON.stringify(value)))
  }

  async #sealOctets(name: string, octets: BufferSource): Promise<KeptPart | undefined> {
    const sealer = this.#sealer
    if (sealer === undefined) return undefined
    return { ...(await sealer.sealOctets(name, octets)), windowKey: sealer.windowKey }
  }

  async #wipe(store: KeptStore | undefined): Promise<void> {
    this.#stop()
    store?.[Symbol.dispose]()
    await KeptStore.wipe()
  }

  #stop(): void {
    this.#sealer = undefined
    this.#rows?.[Symbol.dispose]()
    this.#lists?.[Symbol.dispose]()
    this.#rows = undefined
    this.#lists = undefined
    this.#store?.[Symbol.dispose]()
    this.#store = undefined
  }

  #after<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#work.then(act, act)
    // Whoever asked hears what went wrong.
    this.#work = mine.catch(() => undefined)
    return mine
  }
}

function ownerOf({ session }: JmapClient): string {
  return session.primaryAccounts[mail] ?? session.username
}
