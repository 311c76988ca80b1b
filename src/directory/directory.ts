/** The directory of one node: opened at start, kept fresh by notices and every two seconds. */
import type { Millis } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Database, Listener } from '../db/types.ts'
import type { Keys } from '../keys/types.ts'
import { findAddressKey, findDomainKey } from './address-key.ts'
import { refreshEveryMs } from './limits.ts'
import { isHeldAt, Memory } from './memory.ts'
import type { PolicyName, PolicyValue } from './policies/catalogue.ts'
import { valueIn } from './policies/view-policies.ts'
import { FeedReader } from './rows/feed-reader.ts'
import { directoryNouns } from './rows/nouns.ts'
import type { Alarm, Department, Destination, Directory, Person, Post, Redirect } from './types.ts'
import type { View } from './view.ts'

export interface DirectoryOptions {
  readonly database: Database
  readonly keys: Pick<Keys, 'directory' | 'authority'>
  /** A row that does not verify: it was ignored, somebody must look. */
  readonly onAlarm: (alarm: Alarm) => void
}

/** Resolves when the whole directory is open. */
export async function createDirectory(options: DirectoryOptions): Promise<Directory> {
  const directory = new OpenDirectory(options)
  try {
    await directory.refresh()
  } catch (error) {
    await directory[Symbol.asyncDispose]()
    throw error
  }
  return directory
}

/** Writers announce on this channel in their own transaction. */
export const directoryChannel = 'directory'

class OpenDirectory implements Directory {
  readonly #memory = new Memory()
  readonly #reader: FeedReader
  readonly #listener: Listener
  readonly #timer: NodeJS.Timeout
  readonly #listeners = new Set<() => void>()
  #pending: Promise<void> = Promise.resolve()

  constructor({ database, keys, onAlarm }: DirectoryOptions) {
    this.#reader = new FeedReader({
      database,
      keys,
      feed: { name: 'directory', tables: directoryNouns },
      apply: (changes) => {
        this.#memory.apply(changes)
        for (const listener of this.#listeners) listener()
      },
      onAlarm,
    })
    const again = () => this.#refreshLater()
    this.#listener = database.listen(directoryChannel, again, again)
    this.#timer = setInterval(again, refreshEveryMs)
    this.#timer.unref()
  }

  get isBelievable(): boolean {
    return this.#reader.isBelievable
  }

  get #view(): View {
    return this.#memory.view
  }

  isInternalDomain(domain: string): boolean {
    const { domains } = this.#view
    if (domains.has(domain)) return true
    const key = findDomainKey(domain)
    return key !== undefined && domains.has(key)
  }

  findAddress(address: string): Destination | undefined {
    // Most clients write what we gave them: already in the form of our key, without a tag.
    const { destinations } = this.#view
    const exact = destinations.get(address)
    if (exact !== undefined) return exact
    const key = findAddressKey(address)
    if (key === undefined) return undefined
    const found = destinations.get(key)
    if (found !== undefined) return found
    const plus = key.indexOf('+')
    const at = key.lastIndexOf('@')
    if (plus <= 0 || plus > at) return undefined
    const target = destinations.get(key.slice(0, plus) + key.slice(at))
    if (target?.kind !== 'account') return undefined
    // As the sender wrote it: a tag may become the name of a mailbox.
    const written = address.slice(address.indexOf('+') + 1, address.lastIndexOf('@'))
    return { ...target, tag: written.normalize('NFC') }
  }

  person(id: string): Person | undefined {
    return this.#view.people.get(id)
  }

  personByAddress(address: string): Person | undefined {
    const { peopleByAddress } = this.#view
    const exact = peopleByAddress.get(address)
    if (exact !== undefined) return exact
    const key = findAddressKey(address)
    return key === undefined ? undefined : peopleByAddress.get(key)
  }

  department(id: string): Department | undefined {
    return this.#view.departments.get(id)
  }

  departmentByCode(code: string): Department | undefined {
    return this.#view.departmentsByCode.get(code.toUpperCase())
  }

  post(id: string): Post | undefined {
    return this.#view.posts.get(id)
  }

  addressesOf(id: string) {
    return this.#view.addresses.get(id) ?? []
  }

  holdingsOf(id: string) {
    return this.#view.holdings.get(id) ?? []
  }

  postsHeldBy(id: string, at: Millis): readonly Post[] {
    const held = this.holdingsOf(id).filter(({ holding }) => isHeldAt(holding, at))
    // Held twice at once (acting and then substantive): one post all the same.
    return [...new Set(held.map(({ post }) => post))]
  }

  sharedWith(id: string) {
    return this.#view.shared.get(id) ?? []
  }

  roleGrantsOf(id: string) {
    return this.#view.roleGrants.get(id) ?? []
  }

  roleGrants() {
    return [...this.#view.roleGrants.values()].flat()
  }

  delegationsTo(id: string) {
    return this.#view.delegationsTo.get(id) ?? []
  }

  delegationsOf(accountId: string) {
    return this.#view.delegationsOf.get(accountId) ?? []
  }

  redirectsOf(accountId: string) {
    return this.#view.redirects.get(accountId) ?? []
  }

  redirectsInForce(accountId: string, at: Millis) {
    // Hardly anybody has one, and every delivery asks.
    const all = this.#view.redirects.get(accountId)
    if (all === undefined) return []
    return all.filter((one) => isHeldAt(one, at) && this.#hasGround(one, at))
  }

  filtersOf(accountId: string) {
    return this.#view.filters.get(accountId) ?? []
  }

  filterInForce(accountId: string, at: Millis) {
    const all = this.#view.filters.get(accountId)
    if (all === undefined) return undefined
    // Nobody's script is run: who put it in force is no owner any more, or there was none.
    const one = all.find(({ isInForce, ownerId }) => isInForce && ownerId !== undefined)
    return one !== undefined && this.#hasGround(one, at) ? one : undefined
  }

  shareNoticesOf(id: string) {
    return this.#view.shareNotices.get(id) ?? []
  }

  vacationOf(accountId: string, at: Millis) {
    const found = this.#view.vacations.get(accountId)
    if (found === undefined) return undefined
    const { ownerId, ...vacation } = found
    const isEnabled = vacation.isEnabled && ownerId !== undefined && this.#hasGround(found, at)
    return { ...vacation, isEnabled }
  }

  vacationInForce(accountId: string, at: Millis) {
    // Hardly anybody is away, and every delivery asks.
    const vacation = this.vacationOf(accountId, at)
    if (vacation?.isEnabled !== true) return undefined
    const { from = at, to } = vacation
    return isHeldAt({ from, to }, at) ? vacation : undefined
  }

  #hasGround({ accountId, ownerId }: Pick<Redirect, 'accountId' | 'ownerId'>, at: Millis): boolean {
    if (ownerId === undefined) return true
    const person = this.person(ownerId)
    if (person?.state !== 'active') return false
    if (person.accountId === accountId) return true
    return this.postsHeldBy(ownerId, at).some((post) => post.accountId === accountId)
  }

  holds() {
    return this.#view.holds
  }

  policy<N extends PolicyName>(name: N, departmentId?: string): PolicyValue<N> {
    return valueIn(this.#view.policies, name, departmentId)
  }

  policyVersions(name: PolicyName) {
    return this.#view.policies.versions.get(name) ?? []
  }

  departments() {
    return [...this.#view.departments.values()]
  }

  people() {
    return [...this.#view.people.values()]
  }

  posts() {
    return [...this.#view.posts.values()]
  }

  sharedMailboxes() {
    return [...this.#view.sharedMailboxes.values()]
  }

  lists() {
    return [...this.#view.lists.values()]
  }

  refresh(): Promise<void> {
    return this.#reader.refresh()
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  /** A database that is away is asked again in two seconds; meanwhile the node knows what it knew. */
  #refreshLater(): void {
    this.#pending = this.refresh().catch((error: unknown) => {
      if (!isRefusal(error, 'try-again')) throw error
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    this.#listeners.clear()
    await this.#listener[Symbol.asyncDispose]()
    await this.#pending
  }
}
