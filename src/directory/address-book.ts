/**
 * Whom one can write to, found by what people type: names in English and Chinese, posts, departments,
 * addresses. Made of the directory in memory; made anew when somebody asks after it changed.
 */
import { displayDomain } from '../address/domain.ts'
import { findLookAlike } from '../address/look-alike.ts'
import type { DepartmentId } from '../base/id.ts'
import type { Millis } from '../base/clock.ts'
import { foldHan } from '../mime/fold-han.ts'
import { domainOf, findAddressKey } from './address-key.ts'
import { isHeldAt } from './memory.ts'
import { isShownTo } from './shown-to.ts'
import type { Department, Directory, Names } from './types.ts'

/** `list` goes to many. */
export type EntryKind = 'person' | 'post' | 'shared' | 'list'

export interface AddressEntry {
  readonly kind: EntryKind
  readonly address: string
  readonly names: Names
  /** Of a post: `SEO(A)2`. */
  readonly title?: string
  readonly departmentId: DepartmentId
  readonly department: Pick<Department, 'code' | 'names'>
  /** Who holds the post now. */
  readonly holders?: readonly Names[]
}

export interface JudgedAddress {
  /** `nobody`: an address of the government that leads to nobody. */
  readonly place: 'inside' | 'outside' | 'nobody'
  readonly entry?: AddressEntry
  /** A domain of the government that this one could be taken for. */
  readonly looksLike?: string
  /** Somebody of the government who has this name, and another address. */
  readonly namesake?: string
}

type Book = Pick<
  Directory,
  | 'departments'
  | 'department'
  | 'people'
  | 'person'
  | 'posts'
  | 'sharedMailboxes'
  | 'lists'
  | 'findAddress'
  | 'isInternalDomain'
  | 'onChange'
  | 'policy'
>

/**
 * What is looked into: names, addresses, department, one after the other. Each part begins with a space,
 * and so does each Latin word in it.
 */
interface Text {
  /** What it was made of: where that is the same, the text is. */
  readonly source: string
  readonly text: string
  readonly namesEnd: number
  readonly addressesEnd: number
  /** Its names as they are compared. */
  readonly nameKeys: readonly string[]
}

interface Indexed {
  readonly id: string
  readonly departmentId: DepartmentId
  readonly text: Text
  readonly make: (now: Millis) => AddressEntry
  /** Of a list that only they may write to. */
  readonly members?: ReadonlySet<string>
}

interface Index {
  readonly all: readonly Indexed[]
  /** By account, or by list. */
  readonly byId: ReadonlyMap<string, Indexed>
  readonly addressByName: ReadonlyMap<string, string>
  readonly domains: readonly string[]
}

export class AddressBook implements Disposable {
  readonly #book: Book
  readonly #listening: Disposable
  #index: Index | undefined
  /** Of the index before: a change of one person folds one name. */
  #texts: ReadonlyMap<string, Text> = new Map()

  constructor(book: Book) {
    this.#book = book
    this.#listening = book.onChange(() => {
      this.#index = undefined
    })
  }

  /** Best first, at most `max`; every word of the text is found in each. */
  lookUp(text: string, asked: Asked): readonly AddressEntry[] {
    const words = wordsOf(text).slice(0, wordsMax)
    if (words.length === 0) return []
    const found: { readonly one: Indexed; readonly rank: number }[] = []
    for (const one of this.#read().all) {
      const rank = rankOf(one, words)
      if (rank === undefined) continue
      if (!isShownTo(this.#book, one.departmentId, asked.departmentId)) continue
      if (one.members !== undefined && !one.members.has(asked.address)) continue
      found.push({ one, rank })
    }
    return found
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, asked.max)
      .map(({ one }) => one.make(asked.now))
  }

  judge(address: string, name: string | undefined, now: Millis): JudgedAddress {
    const key = findAddressKey(address)
    if (key === undefined) return { place: 'outside' }
    const { byId, addressByName, domains } = this.#read()
    const domain = domainOf(key)
    if (this.#book.isInternalDomain(domain)) {
      const destination = this.#book.findAddress(key)
      if (destination === undefined) return { place: 'nobody' }
      const id = destination.kind === 'list' ? destination.list.id : destination.accountId
      const entry = byId.get(id)?.make(now)
      return { place: 'inside', ...(entry === undefined ? {} : { entry }) }
    }
    const looksLike = findLookAlike(domain, domains)
    const namesake = name === undefined ? undefined : addressByName.get(nameKey(name))
    return {
      place: 'outside',
      ...(looksLike === undefined ? {} : { looksLike: displayDomain(looksLike) }),
      ...(namesake === undefined ? {} : { namesake }),
    }
  }

  #read(): Index {
    if (this.#index === undefined) {
      this.#index = buildIndex(this.#book, this.#texts)
      this.#texts = new Map(this.#index.all.map(({ id, text }) => [id, text]))
    }
    return this.#index
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
  }
}

export interface Asked {
  readonly max: number
  readonly now: Millis
  /** Of who asks: some lists are for their members only. */
  readonly address: string
  readonly departmentId: DepartmentId
}

/** More narrows nothing. */
const wordsMax = 6

function buildIndex(book: Book, texts: ReadonlyMap<string, Text>): Index {
  const departments = new Map(
    book.departments().map(({ id, code, names }) => [id, { code, names }] as const),
  )
  const departmentOf = (id: DepartmentId) => departments.get(id) ?? nowhere
  const all: Indexed[] = []
  const addressByName = new Map<string, string>()
  const add = (id: string, given: Given) => {
    const { kind, names, address, departmentId, title, members } = given
    const department = departmentOf(departmentId)
    const text = textOf(given, department, texts.get(id))
    const entry = { kind, address, names, departmentId, department }
    const make = (now: Millis) => ({
      ...entry,
      ...(title === undefined ? {} : { title, holders: given.holdersAt?.(now) ?? [] }),
    })
    all.push({ id, departmentId, text, make, ...(members && { members }) })
    return text
  }
  for (const person of book.people()) {
    if (person.state !== 'active') continue
    const { nameKeys } = add(person.accountId, { kind: 'person', ...person })
    for (const key of nameKeys) addressByName.set(key, person.address)
  }
  for (const post of book.posts()) {
    const holdersAt = (now: Millis) =>
      post.holdings
        .filter((holding) => isHeldAt(holding, now))
        .flatMap(({ personId }) => book.person(personId)?.names ?? [])
    add(post.accountId, { kind: 'post', ...post, holdersAt })
  }
  for (const shared of book.sharedMailboxes())
    add(shared.accountId, { kind: 'shared', ...shared, members: undefined })
  for (const list of book.lists()) {
    const members = list.posting === 'members' ? new Set(list.members) : undefined
    add(list.id, { kind: 'list', ...list, members })
  }
  return {
    all,
    byId: new Map(all.map((one) => [one.id, one])),
    addressByName,
    domains: book.departments().flatMap(({ domains }) => domains),
  }
}

const nowhere = { code: '', names: { en: '', zh: '' } }

interface Given {
  readonly kind: EntryKind
  readonly names: Names
  readonly address: string
  readonly departmentId: DepartmentId
  readonly title?: string
  readonly holdersAt?: (now: Millis) => readonly Names[]
  readonly members?: ReadonlySet<string> | undefined
}

/** The worst place that a word needed: 0 is a name, 1 an address, 2 a department; undefined: not found. */
function rankOf({ text }: Indexed, words: readonly string[]): number | undefined {
  let furthest = 0
  for (const word of words) {
    const at = text.text.indexOf(word)
    if (at === -1) return undefined
    furthest = Math.max(furthest, at)
  }
  if (furthest < text.namesEnd) return 0
  return furthest < text.addressesEnd ? 1 : 2
}

const isHan = /\p{Script=Han}/u

/** Latin words are found by their beginning, Chinese anywhere. */
function wordsOf(text: string): readonly string[] {
  return fold(text)
    .split(/[\s,，、]+/)
    .filter((word) => word !== '')
    .map((word) => (isHan.test(word) ? word : ` ${word}`))
}

function textOf(
  { names, title = '', address }: Given,
  department: AddressEntry['department'],
  before: Text | undefined,
): Text {
  const around = `${department.code} ${department.names.en} ${department.names.zh}`
  const source = [names.en, names.zh, title, address, around].join('\n')
  if (before?.source === source) return before
  // Folded together: most of what folding costs is beginning. A title is found as it is written, too.
  const [own = '', asWritten = '', local = '', place = ''] = fold(
    [`${names.en} ${names.zh} ${title}`, title, address, around].join('\n'),
  ).split('\n')
  const named = ` ${wordsApart(own)} ${asWritten}`
  const addressed = ` ${local} ${local.replaceAll(/[@._-]/g, ' ')}`
  const text = `${named}\n${addressed}\n ${wordsApart(place)}`
  const nameKeys = [names.en, names.zh].filter((name) => name !== '').map(nameKey)
  const namesEnd = named.length
  return { source, text, namesEnd, addressesEnd: namesEnd + 1 + addressed.length, nameKeys }
}

function wordsApart(text: string): string {
  return text.replaceAll(/[\s,()（）/-]+/g, ' ')
}

function fold(text: string): string {
  return foldHan(text.normalize('NFKC').toLowerCase())
}

/** `Chan Wai-ling` and `CHAN Wai Ling` are one. */
function nameKey(name: string): string {
  return fold(name).replaceAll(/[\s,.'’"-]+/g, '')
}
