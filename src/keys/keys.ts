/** The key hierarchy, opened: what `app` makes once and gives to the rooms that seal. */
import type { Clock, Millis } from '../base/clock.ts'
import type { AccountId, DepartmentId } from '../base/id.ts'
import type { Database, Tx } from '../db/types.ts'
import { AccountCache } from './account-cache.ts'
import { createAccountKeys, loadAccountRings, moveAccountKeys } from './account-keys.ts'
import type { KeyParts } from './account-keys.ts'
import { deleteAccountKeys } from './account-rows.ts'
import { Departments } from './departments.ts'
import type { Ground } from './ground.ts'
import { platformFreshMs } from './limits.ts'
import type { AccountRings } from './open-account.ts'
import { Masters } from './masters.ts'
import { PlatformKeys } from './platform.ts'
import { createRotation } from './rotation.ts'
import { standardSuites } from './suites.ts'
import type { Suites } from './suites.ts'
import type {
  AccountKeys,
  Authority,
  HashingSealer,
  KeyRotation,
  Keys,
  MasterKey,
} from './types.ts'

export interface KeysOptions {
  readonly database: Database
  /** New keys are wrapped under it. Stays the caller's to dispose. */
  readonly master: MasterKey
  /** Those it replaces, until everything is rewrapped. */
  readonly formerMasters?: readonly MasterKey[]
  readonly clock: Clock
  readonly suites?: Suites
  readonly accountsMax?: number
}

/**
 * Makes the platform's keys at the first start; safe when two nodes start together.
 * @throws MissingKey when the database's keys are under a master key that is not among these.
 */
export async function createKeys(options: KeysOptions): Promise<Keys> {
  const ground: Ground = {
    database: options.database,
    clock: options.clock,
    suites: options.suites ?? standardSuites,
    masters: new Masters(options.master, options.formerMasters ?? []),
  }
  const platform = new PlatformKeys(ground)
  await platform.refresh()
  return new HierarchicalKeys(ground, platform, options.accountsMax)
}

class HierarchicalKeys implements Keys {
  readonly directory: HashingSealer
  readonly platform: HashingSealer
  readonly authority: Authority
  readonly pepper: Buffer
  readonly rotation: KeyRotation
  readonly #ground: Ground
  readonly #platformKeys: PlatformKeys
  readonly #parts: KeyParts
  readonly #accounts: AccountCache
  #refreshedAt: Millis

  constructor(ground: Ground, platformKeys: PlatformKeys, accountsMax: number | undefined) {
    this.#ground = ground
    this.#platformKeys = platformKeys
    this.directory = platformKeys.directory
    this.platform = platformKeys.platform
    this.authority = platformKeys.authority
    this.pepper = platformKeys.pepper
    this.#parts = { ground, departments: new Departments(ground) }
    this.#accounts = new AccountCache({
      ...ground,
      ...(accountsMax === undefined ? {} : { accountsMax }),
      load: (id) => this.#loadAccount(id),
    })
    this.rotation = createRotation({
      ...this.#parts,
      platform: platformKeys,
      forget: (id) => this.#accounts.forget(id),
    })
    this.#refreshedAt = ground.clock.now()
  }

  async department(id: DepartmentId): Promise<HashingSealer> {
    return (await this.#parts.departments.get(id)).data
  }

  createDepartment(tx: Tx, id: DepartmentId): Promise<void> {
    return this.#parts.departments.create(tx, id)
  }

  createAccount(tx: Tx, id: AccountId, department: DepartmentId): Promise<void> {
    return createAccountKeys(this.#parts, tx, id, department)
  }

  moveAccount(tx: Tx, id: AccountId, to: DepartmentId): Promise<void> {
    return moveAccountKeys(this.#parts.departments, tx, id, to)
  }

  account(id: AccountId): Promise<AccountKeys> {
    return this.#accounts.get(id)
  }

  opened(id: AccountId): AccountKeys | undefined {
    return this.#accounts.find(id)
  }

  async destroyAccount(tx: Tx, id: AccountId): Promise<void> {
    await deleteAccountKeys(tx, id)
    tx.afterCommit(() => this.#accounts.forget(id))
  }

  async refresh(): Promise<void> {
    // Set before, so that those who come meanwhile do not do it too.
    this.#refreshedAt = this.#ground.clock.now()
    await this.#platformKeys.refresh()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#accounts.clear()
    this.pepper.fill(0)
  }

  async #loadAccount(id: AccountId): Promise<AccountRings> {
    if (this.#ground.clock.now() - this.#refreshedAt > platformFreshMs) await this.refresh()
    return loadAccountRings(this.#parts, id)
  }
}
