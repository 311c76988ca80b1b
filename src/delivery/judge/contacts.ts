/**
 * Whom an account had mail from or wrote to: who writes to it for the first time is shown as such. Kept
 * in the account's own memory (`store/remember.ts`) as hashes under its key, which end; what a process
 * knows of them besides is hashed under a secret of its own.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { Clock, Millis } from '../../base/clock.ts'
import type { AccountId } from '../../base/id.ts'
import {
  contactAccountsMax,
  contactAddressesMax,
  contactAuthorsMax,
  contactKeptMs,
  contactsFreshMax,
  contactsFreshMs,
} from '../limits.ts'
import type { StorePort } from '../ports.ts'

export interface ContactsParts {
  readonly store: Pick<StorePort, 'isRemembered' | 'rememberUntil'>
  readonly clock: Clock
}

export class Contacts {
  readonly #parts: ContactsParts
  readonly #secret = randomBytes(32)
  /** Pairs that were written down lately: they cost no statement. */
  readonly #fresh = new Map<string, Millis>()

  constructor(parts: ContactsParts) {
    this.#parts = parts
  }

  /** Of these accounts, those to which one of the authors is new. */
  async strangersAmong(
    authors: readonly string[],
    accounts: readonly AccountId[],
  ): Promise<ReadonlySet<AccountId>> {
    const asked = accounts.slice(0, contactAccountsMax)
    const known = await Promise.all(asked.map((account) => this.#knowsAll(account, authors)))
    return new Set(asked.filter((_, at) => known[at] === false))
  }

  /** From now on each of the accounts knows these addresses. */
  async learn(accounts: readonly AccountId[], addresses: readonly string[]): Promise<void> {
    const now = this.#parts.clock.now()
    for (const account of accounts.slice(0, contactAccountsMax))
      for (const address of addresses.slice(0, contactAddressesMax)) {
        const name = this.#nameOf(account, address)
        if (this.#isFresh(name, now)) continue
        const [what, until] = [whatOf(address), now + contactKeptMs]
        await this.#parts.store.rememberUntil(account, { what, until, isRenewed: true })
        this.#keepFresh(name, now)
      }
  }

  async #knowsAll(account: AccountId, authors: readonly string[]): Promise<boolean> {
    const { store, clock } = this.#parts
    for (const author of authors.slice(0, contactAuthorsMax)) {
      if (this.#isFresh(this.#nameOf(account, author), clock.now())) continue
      if (!(await store.isRemembered(account, whatOf(author)))) return false
    }
    return true
  }

  #nameOf(account: AccountId, address: string): string {
    const pair = `${account} ${address.toLowerCase()}`
    return createHmac('sha256', this.#secret).update(pair).digest('base64')
  }

  #isFresh(name: string, now: Millis): boolean {
    const until = this.#fresh.get(name)
    return until !== undefined && until > now
  }

  #keepFresh(name: string, now: Millis): void {
    this.#fresh.delete(name)
    this.#fresh.set(name, now + contactsFreshMs)
    for (const oldest of this.#fresh.keys()) {
      if (this.#fresh.size <= contactsFreshMax) break
      this.#fresh.delete(oldest)
    }
  }
}

const whatOf = (address: string): string => `contact\0${address.toLowerCase()}`
