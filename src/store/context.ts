/** What every verb of the store is given: the ground it stands on and the small caches they share. */
import { randomBytes } from 'node:crypto'
import type { AccountId, MailboxId } from '../base/id.ts'
import type { Clock, Millis } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import type { ObjectStore } from '../blob/types.ts'
import type { Database } from '../db/types.ts'
import type { AccountKeys, Keys } from '../keys/types.ts'
import { UnknownEpoch } from '../keys/types.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { PackCache } from './packs/pack-cache.ts'
import type { Mirror } from './mirror/mirror.ts'
import type { FilterCache } from './search/filter-cache.ts'
import type { HoldsOf } from './holds.ts'
import type { AccountKind } from './types.ts'

export interface StoreContext {
  readonly database: Database
  readonly keys: Keys
  readonly objects: ObjectStore
  readonly clock: Clock
  readonly feed: ChangeFeed
  /** What this node remembers; every commit that changes an account is told to it. */
  readonly mirror: Mirror
  /** Opened parts of packs. */
  readonly packs: PackCache
  /** Accounts in which this node has put a pack's worth of messages, and when the last came. */
  readonly due: Map<AccountId, Millis>
  /** Opened filters of search segments. */
  readonly searchFilters: FilterCache
  /** How long what is deleted from now on can be recovered. */
  readonly recoverableMs: () => number
  /** Times of which the account's mail is held, as the record of holds says. */
  readonly holdsOf: HoldsOf
  /** Where the INBOX of an account is: it never changes, and every delivery asks. */
  readonly inboxes: Map<AccountId, MailboxId>
  /** The kind of an account never changes either. */
  readonly kinds: Map<AccountId, AccountKind>
  /** Names of the keyword bits of an account, in bit order. Only ever grows. */
  readonly keywordNames: Map<AccountId, readonly string[]>
}

/** Entries a cache may hold before the oldest goes; a few hundred octets each. */
export const cacheEntriesMax = 200_000

export function remember<K, V>(cache: Map<K, V>, key: K, value: V): V {
  if (cache.size >= cacheEntriesMax) {
    const oldest = cache.keys().next()
    if (!oldest.done) cache.delete(oldest.value)
  }
  cache.set(key, value)
  return value
}

export function accountKeys(
  context: StoreContext,
  account: AccountId,
): AccountKeys | Promise<AccountKeys> {
  return context.keys.opened(account) ?? context.keys.account(account)
}

/** Runs `open`; when another node has made a key since, learns of it and runs once more. */
export async function withFreshKeys<T>(keys: AccountKeys, open: () => T): Promise<T> {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof UnknownEpoch)) throw error
    await keys.refresh()
    return open()
  }
}

export async function kindOf(context: StoreContext, account: AccountId): Promise<AccountKind> {
  const known = context.kinds.get(account)
  if (known !== undefined) return known
  const row = await context.database.row<{ kind: AccountKind }>({
    name: 'store.kind',
    text: 'SELECT kind FROM account WHERE account_id = $1',
    values: [account],
  })
  if (row === undefined) throw new Refusal('no-such-account')
  return remember(context.kinds, account, row.kind)
}

/** UIDVALIDITY grows with time and is unlikely to meet a former one even after a restore. */
export function newUidValidity(context: StoreContext): number {
  return Math.floor(context.clock.now() / 1000) + (randomBytes(1)[0] ?? 0)
}
