/** What changed in the accounts of one person since he was last told. RFC 8620 §7.1. */
import { createHash } from 'node:crypto'
import type { Principal } from '../../access/types.ts'
import { isRefusal } from '../../base/refusal.ts'
import { pushBatchMs, pushWaitMs } from '../limits.ts'
import type { JmapParts } from '../ports.ts'
import { accountsOf, type Account } from './account.ts'
import { statesOf, vacationStateOf, type TypeStates } from './pushed-states.ts'

/** By account. */
export type Changed = ReadonlyMap<string, TypeStates>

export interface WatchOptions {
  /** Undefined: all of them. */
  readonly types: ReadonlySet<string> | undefined
  /** @param token stands for all that the client was told with it. */
  readonly tell: (changed: Changed, token: string) => void
  /** States could not be read: the client comes back by itself and reads what it missed. */
  readonly onFault: () => void
  /** False: what changes is kept until the client took what was told before. */
  readonly isReady?: () => boolean
}

export class StateWatch implements Disposable {
  readonly #parts: JmapParts
  readonly #principal: Principal
  readonly #options: WatchOptions
  readonly #stack = new DisposableStack()
  readonly #changed = new Set<string>()
  /** What the client knows, by account. */
  readonly #told = new Map<string, TypeStates>()
  #hasBegun = false
  #timer: NodeJS.Timeout | undefined

  constructor(parts: JmapParts, principal: Principal, options: WatchOptions) {
    this.#parts = parts
    this.#principal = principal
    this.#options = options
  }

  /** What changes after this resolves is after the states read here. */
  async open(): Promise<void> {
    const { store, vacations } = this.#parts
    const accounts = accountsOf(this.#parts, this.#principal)
    for (const account of accounts) {
      if (this.#stack.disposed) return
      this.#stack.use(store.watch(account.id, () => this.#note(account.id)))
      this.#told.set(account.id, await statesOf(account, this.#options.types))
    }
    if (this.#stack.disposed) return
    this.#stack.use(vacations.onChange(() => this.#noteVacations(accounts)))
  }

  /** @param token of what the client knew when it was last here: what it missed is told at once. */
  begin(token?: string): void {
    this.#hasBegun = true
    if (token !== undefined && token !== this.token) this.#options.tell(this.#told, this.token)
    else if (this.#changed.size > 0) this.#schedule(pushBatchMs)
  }

  /** Of all the client was told: whoever comes back with it has missed nothing. */
  get token(): string {
    const told = [...this.#told].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 16)
  }

  /** The directory says that something changed, and not what. */
  #noteVacations(accounts: readonly Account[]): void {
    for (const account of accounts) {
      const before = this.#told.get(account.id)?.['VacationResponse']
      // Most accounts of others have none, and every change of the directory comes by here.
      if (before === undefined || before === 'none') continue
      if (before !== vacationStateOf(account)) this.#note(account.id)
    }
  }

  #note(account: string): void {
    this.#changed.add(account)
    if (this.#hasBegun) this.#schedule(pushBatchMs)
  }

  #schedule(afterMs: number): void {
    this.#timer ??= setTimeout(() => void this.#tell(), afterMs)
  }

  /** States are read anew: they are those that /get would answer with. */
  async #tell(): Promise<void> {
    this.#timer = undefined
    const { types, tell, onFault, isReady } = this.#options
    if (isReady?.() === false) return this.#schedule(pushWaitMs)
    const changed = new Map<string, TypeStates>()
    const all = accountsOf(this.#parts, this.#principal)
    const accounts = all.filter(({ id }) => this.#changed.has(id))
    this.#changed.clear()
    try {
      for (const account of accounts) {
        const states = await statesOf(account, types)
        const before = this.#told.get(account.id)
        this.#told.set(account.id, states)
        const others = Object.entries(states).filter(([type, state]) => before?.[type] !== state)
        if (others.length > 0) changed.set(account.id, Object.fromEntries(others))
      }
    } catch (error) {
      if (!isRefusal(error)) this.#parts.log.error('push failed', error, { door: 'jmap' })
      return onFault()
    }
    if (changed.size > 0 && !this.#stack.disposed) tell(changed, this.token)
    return undefined
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#stack.dispose()
  }
}
