/**
 * Where what was read lies on this device, sealed: IndexedDB. It knows ids, sizes and times, and nothing of
 * what stands in a message. ADR 0058.
 */
import type { DeviceKeys, Sealed } from './sealing.ts'

const databaseName = 'tamar-offline'
/** The oldest go beyond either. */
export const keptMax: KeptMax = { parts: 1_000, octets: 50_000_000 }

export interface KeptMax {
  /** Messages and files together. */
  readonly parts: number
  readonly octets: number
}

export interface Header extends DeviceKeys {
  /** The account of whose sign-in it is: an id, no name. */
  readonly owner: string
  readonly rpId: string
  readonly credentialId: ArrayBuffer
  readonly salt: Uint8Array<ArrayBuffer>
  /** When the server last knew him. */
  readonly heardAt: number
}

/** What one window sealed. */
export interface KeptPart extends Sealed {
  readonly windowKey: ArrayBuffer
}

export interface KeptMessage {
  /** Account and message. */
  readonly key: string
  /** When it was read. */
  readonly at: number
  readonly row: KeptPart
  readonly content: KeptPart
}

/** A picture or an attachment that was looked at. */
export interface KeptFile {
  /** Account and blob. */
  readonly key: string
  readonly at: number
  readonly file: KeptPart
}

/** The rows of a mailbox. */
export interface KeptList {
  /** Account and mailbox. */
  readonly key: string
  readonly at: number
  readonly rows: KeptPart
}

/** Mailboxes; the one looked at longest ago goes first. */
const listsMax = 40

type Shelf = 'messages' | 'files'

interface Size {
  readonly key: string
  readonly shelf: Shelf
  readonly at: number
  readonly octets: number
}

export class KeptStore implements Disposable {
  readonly #database: IDBDatabase

  private constructor(database: IDBDatabase) {
    this.#database = database
    // Another window wipes it: this one must not hold it open.
    database.addEventListener('versionchange', () => database.close())
  }

  static async open(): Promise<KeptStore> {
    const asked = indexedDB.open(databaseName, 1)
    asked.addEventListener('upgradeneeded', () => {
      const { result } = asked
      result.createObjectStore('about')
      result.createObjectStore('messages', { keyPath: 'key' })
      result.createObjectStore('files', { keyPath: 'key' })
      result.createObjectStore('lists', { keyPath: 'key' })
      result.createObjectStore('sizes', { keyPath: ['shelf', 'key'] })
    })
    return new KeptStore(await answerOf(asked))
  }

  /** Undefined: nothing is kept here, and nothing was made by looking. */
  static async find(): Promise<KeptStore | undefined> {
    const names = (await indexedDB.databases()).map(({ name }) => name)
    if (!names.includes(databaseName)) return undefined
    const store = await KeptStore.open()
    if ((await store.header()) !== undefined) return store
    store[Symbol.dispose]()
    return undefined
  }

  /** Nothing of it is left that this page could read. */
  static async wipe(): Promise<void> {
    await answerOf(indexedDB.deleteDatabase(databaseName))
  }

  async header(): Promise<Header | undefined> {
    return answerOf(this.#of('about').get('header')) as Promise<Header | undefined>
  }

  async writeHeader(header: Header): Promise<void> {
    await answerOf(this.#of('about', 'readwrite').put(header, 'header'))
  }

  /** Session and mailboxes. */
  async frame(): Promise<KeptPart | undefined> {
    return answerOf(this.#of('about').get('frame')) as Promise<KeptPart | undefined>
  }

  async writeFrame(frame: KeptPart): Promise<void> {
    await answerOf(this.#of('about', 'readwrite').put(frame, 'frame'))
  }

  async messages(): Promise<readonly KeptMessage[]> {
    return answerOf(this.#of('messages').getAll()) as Promise<readonly KeptMessage[]>
  }

  /** Of all that is kept, without opening any of it. */
  async keys(shelf: Shelf): Promise<readonly string[]> {
    return answerOf(this.#of(shelf).getAllKeys()) as Promise<readonly string[]>
  }

  async put(message: KeptMessage): Promise<void> {
    const octets = message.row.octets.byteLength + message.content.octets.byteLength
    await this.#put('messages', message, octets)
  }

  /** The same message, as its list shows it now; nothing where it is not kept any more. */
  async putRow(key: string, row: KeptPart): Promise<void> {
    const work = this.#database.transaction('messages', 'readwrite')
    const messages = work.objectStore('messages')
    const old = (await answerOf(messages.get(key))) as KeptMessage | undefined
    if (old !== undefined) messages.put({ ...old, row })
    await endOf(work)
  }

  async remove(shelf: Shelf, key: string): Promise<void> {
    const work = this.#database.transaction([shelf, 'sizes'], 'readwrite')
    work.objectStore(shelf).delete(key)
    work.objectStore('sizes').delete([shelf, key])
    await endOf(work)
  }

  async putFile(file: KeptFile): Promise<void> {
    await this.#put('files', file, file.file.octets.byteLength)
  }

  async lists(): Promise<readonly KeptList[]> {
    return answerOf(this.#of('lists').getAll()) as Promise<readonly KeptList[]>
  }

  async putList(list: KeptList): Promise<void> {
    const work = this.#database.transaction('lists', 'readwrite')
    const lists = work.objectStore('lists')
    lists.put(list)
    const all = (await answerOf(lists.getAll())) as readonly KeptList[]
    const newestFirst = all.toSorted((a, b) => b.at - a.at)
    for (const { key } of newestFirst.slice(listsMax)) lists.delete(key)
    await endOf(work)
  }

  async removeList(key: string): Promise<void> {
    await answerOf(this.#of('lists', 'readwrite').delete(key))
  }

  async file(key: string): Promise<KeptFile | undefined> {
    return answerOf(this.#of('files').get(key)) as Promise<KeptFile | undefined>
  }

  async #put(shelf: Shelf, one: KeptMessage | KeptFile, octets: number): Promise<void> {
    const work = this.#database.transaction(['messages', 'files', 'sizes'], 'readwrite')
    const sizes = work.objectStore('sizes')
    const { key, at } = one
    work.objectStore(shelf).put(one)
    sizes.put({ key, shelf, at, octets } satisfies Size)
    const all = (await answerOf(sizes.getAll())) as readonly Size[]
    for (const old of beyond(all)) {
      work.objectStore(old.shelf).delete(old.key)
      sizes.delete([old.shelf, old.key])
    }
    await endOf(work)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }

  #of(name: 'about' | 'lists' | Shelf, mode: IDBTransactionMode = 'readonly'): IDBObjectStore {
    return this.#database.transaction(name, mode).objectStore(name)
  }
}

/** One too many, or more octets than may lie here: the oldest. */
export function beyond(sizes: readonly Size[], max = keptMax): readonly Size[] {
  const newestFirst = sizes.toSorted((a, b) => b.at - a.at)
  let octets = 0
  return newestFirst.filter((size, at) => {
    octets += size.octets
    return at >= max.parts || octets > max.octets
  })
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('not kept')))
  })
}

function endOf(work: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    work.addEventListener('complete', () => resolve())
    work.addEventListener('abort', () => reject(work.error ?? new Error('not kept')))
  })
}
