/**
 * Departments' keys, opened by the master and held in memory: a few hundred at most. What a
 * transaction reads of itself is held for that transaction alone until it has committed.
 */
import assert from 'node:assert/strict'
import { Refusal } from '../base/refusal.ts'
import type { DepartmentId } from '../base/id.ts'
import type { Db, Tx } from '../db/types.ts'
import {
  departmentPlace,
  holdWrappingKey,
  insertDepartmentKey,
  listDepartmentKeys,
} from './department-rows.ts'
import type { DepartmentKeyRow, DepartmentPurpose } from './department-rows.ts'
import type { Ground } from './ground.ts'
import { keyIdOctets, keyOctets } from './limits.ts'
import { randomOctets } from './random.ts'
import { KeyRing } from './ring.ts'

export interface Department {
  readonly wrap: KeyRing
  readonly data: KeyRing
  /** The key that wraps now. */
  readonly wrappingKeyId: Buffer
}

export class Departments {
  readonly #ground: Ground
  readonly #opened = new Map<DepartmentId, Department>()
  readonly #uncommitted = new WeakMap<Tx, Map<DepartmentId, Department>>()

  constructor(ground: Ground) {
    this.#ground = ground
  }

  async get(id: DepartmentId): Promise<Department> {
    const held = this.#opened.get(id)
    if (held !== undefined) return held
    const department = await this.#load(this.#ground.database, id)
    if (department === undefined) throw new Refusal('not-found', { department: id })
    this.#opened.set(id, department)
    return department
  }

  /** The ring that opens what is wrapped under `keyId`; undefined when that key is destroyed. */
  async ringFor(id: DepartmentId, keyId: Buffer): Promise<KeyRing | undefined> {
    const held = this.#opened.get(id)
    if (held?.wrap.has(keyId) === true) return held.wrap
    const department = await this.#load(this.#ground.database, id)
    if (department === undefined) return undefined
    this.#opened.set(id, department)
    return department.wrap.has(keyId) ? department.wrap : undefined
  }

  /** The same inside a transaction, through its own connection. */
  async ringIn(tx: Tx, id: DepartmentId, keyId: Buffer): Promise<KeyRing | undefined> {
    const held = this.#uncommitted.get(tx)?.get(id) ?? this.#opened.get(id)
    if (held?.wrap.has(keyId) === true) return held.wrap
    const department = await this.#load(tx, id)
    return department?.wrap.has(keyId) === true ? department.wrap : undefined
  }

  /** For writers: the active key cannot be retired before `tx` ends. */
  async hold(tx: Tx, id: DepartmentId): Promise<Department> {
    const own = this.#uncommitted.get(tx)?.get(id)
    if (own !== undefined) return own
    // A rotation that was waited for leaves no active row in this statement's view: look again.
    const row = (await holdWrappingKey(tx, id)) ?? (await holdWrappingKey(tx, id))
    if (row === undefined) throw new Refusal('not-found', { department: id })
    const held = this.#opened.get(id)
    const isKnown = held?.wrappingKeyId.equals(row.keyId) === true
    const department = isKnown ? held : await this.#load(tx, id)
    assert(department !== undefined, 'the active key is held, so it is there')
    this.#keep(tx, id, department)
    return department
  }

  async create(tx: Tx, id: DepartmentId): Promise<void> {
    const now = this.#ground.clock.now()
    await insertDepartmentKey(tx, await this.newKey(id, 'wrap', 1), now)
    await insertDepartmentKey(tx, await this.newKey(id, 'data', 1), now)
  }

  async newKey(
    departmentId: DepartmentId,
    purpose: DepartmentPurpose,
    generation: number,
  ): Promise<DepartmentKeyRow> {
    const keyId = randomOctets(keyIdOctets)
    const secret = randomOctets(keyOctets)
    const place = departmentPlace({ departmentId, purpose, keyId })
    const wrapping = await this.#ground.masters.wrap(place, secret)
    secret.fill(0)
    return { keyId, departmentId, purpose, generation, isActive: true, wrapping }
  }

  forget(id: DepartmentId): void {
    this.#opened.delete(id)
  }

  #keep(tx: Tx, id: DepartmentId, department: Department): void {
    let own = this.#uncommitted.get(tx)
    if (own === undefined) this.#uncommitted.set(tx, (own = new Map()))
    own.set(id, department)
    tx.afterCommit(() => this.#opened.set(id, department))
  }

  async #load(db: Db, id: DepartmentId): Promise<Department | undefined> {
    const rows = await listDepartmentKeys(db, id)
    const wrap = new KeyRing(this.#ground.suites, `department ${id} wrap`)
    const data = new KeyRing(this.#ground.suites, `department ${id} data`)
    let wrappingKeyId: Buffer | undefined
    let hasData = false
    for (const row of rows) {
      const secret = await this.#ground.masters.open(departmentPlace(row), row.wrapping)
      const ring = row.purpose === 'wrap' ? wrap : data
      ring.add(row.keyId, () => secret)
      if (row.isActive) ring.sealUnder(row.keyId)
      if (row.isActive && row.purpose === 'wrap') wrappingKeyId = row.keyId
      if (row.purpose === 'data' && !hasData) {
        data.hashUnder(secret)
        hasData = true
      }
    }
    return wrappingKeyId && { wrap, data, wrappingKeyId }
  }
}
