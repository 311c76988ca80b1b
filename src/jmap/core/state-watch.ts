/** What changed in the accounts of one person since he was last told. RFC 8620 §7.1. */
import { createHash } from 'node:crypto'
import type { Principal } from '../../access/types.ts'
import { isRefusal } from '../../base/refusal.ts'
import { directoryBatchMs, pushBatchMs, pushWaitMs } from '../limits.ts'
import type { JmapParts } from '../ports.ts'
import { accountsOf, type Account } from './account.ts'
import { isMovedInDirectory, statesOf, type TypeStates } from './pushed-states.ts'

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
  #directoryTimer: NodeJS.Timeout | undefined
  /** Whom he may send as, as the directory has it. */
  #identities = ''

  constructor(parts: JmapParts, principal: Principal, options: WatchOptions) {
    this.#parts = parts
    this.#principal = principal
    this.#options = options
  }

  /** What changes after this resolves is after the states read here. */
  async open(): Promise<void> {
    const note = () => this.#noteDirectory()
    this.#stack.use(this.#parts.onDirectoryChange(note))
    this.#stack.use(this.#parts.sharing.book.onMoved(note))
    this.#identities = this.#identitiesNow()
    for (const account of accountsOf(this.#parts, this.#principal)) {
      if (this.#stack.disposed) return
      await this.#take(account)
    }
  }

  async #take(account: Account): Promise<void> {
    this.#stack.use(this.#parts.store.watch(account.id, () => this.#note(account.id)))
    this.#told.set(account.id, await statesOf(account, this.#options.types))
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
  #noteDirectory(): void {
    this.#directoryTimer ??= setTimeout(() => this.#compareDirectory(), directoryBatchMs)
  }

  #compareDirectory(): void {
    this.#directoryTimer = undefined
    const before = this.#identities
    this.#identities = this.#identitiesNow()
    for (const account of accountsOf(this.#parts, this.#principal)) {
      const known = this.#told.get(account.id)
      // One that he reaches since he came is in the session he reads next.
      if (known === undefined) continue
      const isMoved = isMovedInDirectory(account, known, this.#options.types)
      if (isMoved || before !== this.#identities) this.#note(account.id)
    }
  }

  #identitiesNow(): string {
    return JSON.stringify(this.#parts.identitiesOf(this.#principal))
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
    clearTimeout(this.#directoryTimer)
    this.#stack.dispose()
  }
}
