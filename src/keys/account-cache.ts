/**
 * Opened accounts, the least recently used forgotten first. A warm account is a map hit; a cold one
 * is one query, shared by all who ask at the same time. What is evicted may still be in somebody's
 * hands, so it is left to the collector: OpenSSL wipes a key object when it frees it.
 */
import type { Clock, Millis } from '../base/clock.ts'
import type { AccountId } from '../base/id.ts'
import { accountFreshMs, accountsOpenMax } from './limits.ts'
import { OpenAccount } from './open-account.ts'
import type { AccountRings } from './open-account.ts'
import type { Suites } from './suites.ts'

interface Held {
  readonly account: OpenAccount
  /** Already resolved: what `get` gives to those who await. */
  readonly promise: Promise<OpenAccount>
  freshUntil: Millis
}

export class AccountCache {
  readonly #clock: Clock
  readonly #suites: Suites
  readonly #load: (id: AccountId) => Promise<AccountRings>
  readonly #accountsMax: number
  /** In order of use. */
  readonly #held = new Map<AccountId, Held>()
  readonly #loading = new Map<AccountId, Promise<OpenAccount>>()

  constructor(options: {
    readonly clock: Clock
    readonly suites: Suites
    readonly load: (id: AccountId) => Promise<AccountRings>
    readonly accountsMax?: number
  }) {
    this.#clock = options.clock
    this.#suites = options.suites
    this.#load = options.load
    this.#accountsMax = options.accountsMax ?? accountsOpenMax
  }

  /** Undefined when it is cold, stale, or of last month. */
  find(id: AccountId): OpenAccount | undefined {
    return this.#findHeld(id)?.account
  }

  get(id: AccountId): Promise<OpenAccount> {
    return this.#findHeld(id)?.promise ?? this.#loading.get(id) ?? this.#startLoad(id)
  }

  forget(id: AccountId): void {
    this.#held.delete(id)
  }

  clear(): void {
    this.#held.clear()
  }

  #findHeld(id: AccountId): Held | undefined {
    const held = this.#held.get(id)
    if (held === undefined || this.#clock.now() >= held.freshUntil) return undefined
    this.#held.delete(id)
    this.#held.set(id, held)
    return held
  }

  #startLoad(id: AccountId): Promise<OpenAccount> {
    const loading = this.#loadNow(id).finally(() => this.#loading.delete(id))
    this.#loading.set(id, loading)
    return loading
  }

  async #loadNow(id: AccountId): Promise<OpenAccount> {
    const now = this.#clock.now()
    const rings = await this.#load(id)
    const account = this.#held.get(id)?.account ?? this.#newAccount(id, rings)
    account.adopt(rings)
    this.#keep(id, account, Math.min(now + accountFreshMs, startOfNextMonth(now)))
    return account
  }

  #newAccount(id: AccountId, rings: AccountRings): OpenAccount {
    const account: OpenAccount = new OpenAccount(id, this.#suites, rings, async () => {
      account.adopt(await this.#load(id))
    })
    return account
  }

  #keep(id: AccountId, account: OpenAccount, freshUntil: Millis): void {
    this.#held.delete(id)
    this.#held.set(id, { account, promise: Promise.resolve(account), freshUntil })
    if (this.#held.size <= this.#accountsMax) return
    for (const oldest of this.#held.keys()) {
      this.#held.delete(oldest)
      return
    }
  }
}

function startOfNextMonth(at: Millis): Millis {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}
