/** Making, opening, moving and destroying one account's keys: the rows and what they mean. */
import type { KeyObject } from 'node:crypto'
import { Refusal } from '../base/refusal.ts'
import type { AccountId, DepartmentId } from '../base/id.ts'
import type { Tx } from '../db/types.ts'
import {
  accountPlace,
  epochPlace,
  findAccountRows,
  insertAccountKey,
  insertEpochKey,
  insertFirstEpochs,
  lockAccountKey,
  moveAccountKey,
  standingEpoch,
} from './account-rows.ts'
import type { AccountKeyRow, AccountRows, EpochKeyRow } from './account-rows.ts'
import type { Department, Departments } from './departments.ts'
import { takeSecret } from './derive.ts'
import type { Ground } from './ground.ts'
import { keyIdOctets, keyOctets, loadAttemptsMax } from './limits.ts'
import type { AccountRings } from './open-account.ts'
import { randomOctets } from './random.ts'
import { KeyRing } from './ring.ts'
import { epochOf } from './types.ts'

export interface KeyParts {
  readonly ground: Ground
  readonly departments: Departments
}

/** One account key, opened: it wraps the account's epochs. */
export interface OpenAccountKey {
  readonly row: AccountKeyRow
  readonly ring: KeyRing
}

export async function createAccountKeys(
  { ground, departments }: KeyParts,
  tx: Tx,
  id: AccountId,
  departmentId: DepartmentId,
): Promise<void> {
  const now = ground.clock.now()
  const department = await departments.hold(tx, departmentId)
  const { row, ring } = newAccountKey(ground, id, departmentId, department)
  await insertAccountKey(tx, id, row, now)
  const epochs = [newEpoch(ring, standingEpoch), newEpoch(ring, epochOf(now))]
  await insertFirstEpochs(tx, id, row.keyId, epochs, now)
}

export function newAccountKey(
  ground: Ground,
  id: AccountId,
  departmentId: DepartmentId,
  department: Department,
): OpenAccountKey {
  const keyId = randomOctets(keyIdOctets)
  const secret = randomOctets(keyOctets)
  const wrapped = department.wrap.seal(accountPlace(id, keyId), secret)
  const row = { keyId, departmentId, wrappingKeyId: department.wrappingKeyId, wrapped }
  return { row, ring: ringOf(ground, id, keyId, takeSecret(secret)) }
}

/** Opens the account's keys as they are now, making the month's epoch if it is missing. */
export async function loadAccountRings(
  { ground, departments }: KeyParts,
  id: AccountId,
): Promise<AccountRings> {
  const { database, clock } = ground
  for (let attempt = 0; attempt < loadAttemptsMax; attempt++) {
    const rows = await findAccountRows(database, id)
    if (rows === undefined) throw new Refusal('no-such-account', { account: id })
    const wrap = await departments.ringFor(rows.key.departmentId, rows.key.wrappingKeyId)
    // Rewrapped between the two reads: look again.
    if (wrap === undefined) continue
    const key = openAccountKey(ground, id, rows.key, wrap)
    const now = clock.now()
    const epoch = epochOf(now)
    if (rows.epochs.some((row) => row.epoch === epoch)) return arrange(ground, id, key, rows, epoch)
    const made = newEpoch(key.ring, epoch)
    if (await insertEpochKey(database, id, rows.key.keyId, made, now))
      return arrange(ground, id, key, { ...rows, epochs: [...rows.epochs, made] }, epoch)
  }
  throw new Refusal('try-again', { what: 'account keys', account: id })
}

export async function moveAccountKeys(
  departments: Departments,
  tx: Tx,
  id: AccountId,
  to: DepartmentId,
): Promise<void> {
  const key = await lockAccountKey(tx, id)
  if (key === undefined) throw new Refusal('no-such-account', { account: id })
  const from = await departments.ringIn(tx, key.departmentId, key.wrappingKeyId)
  if (from === undefined) throw new Refusal('try-again', { what: 'department key' })
  const target = await departments.hold(tx, to)
  const place = accountPlace(id, key.keyId)
  const secret = from.open(place, key.wrapped)
  const wrapped = target.wrap.seal(place, secret)
  secret.fill(0)
  const moved = { departmentId: to, wrappingKeyId: target.wrappingKeyId, wrapped }
  await moveAccountKey(tx, id, { ...key, ...moved })
}

export function openAccountKey(
  ground: Ground,
  id: AccountId,
  row: AccountKeyRow,
  wrap: KeyRing,
): OpenAccountKey {
  const secret = takeSecret(wrap.open(accountPlace(id, row.keyId), row.wrapped))
  return { row, ring: ringOf(ground, id, row.keyId, secret) }
}

function ringOf(ground: Ground, id: AccountId, keyId: Buffer, secret: KeyObject): KeyRing {
  const ring = new KeyRing(ground.suites, `account ${id}`)
  ring.add(keyId, () => secret)
  ring.sealUnder(keyId)
  return ring
}

function newEpoch(ring: KeyRing, epoch: number): EpochKeyRow {
  const keyId = randomOctets(keyIdOctets)
  const secret = randomOctets(keyOctets)
  const wrapped = ring.seal(epochPlace(epoch, keyId), secret)
  secret.fill(0)
  return { epoch, keyId, wrapped }
}

/** Past months are opened when something of theirs is read. */
function arrange(
  ground: Ground,
  id: AccountId,
  key: OpenAccountKey,
  rows: AccountRows,
  current: number,
): AccountRings {
  const standing = new KeyRing(ground.suites, `account ${id}`)
  const epochs = new KeyRing(ground.suites, `account ${id}`)
  for (const { epoch, keyId, wrapped } of rows.epochs) {
    const open = () => takeSecret(key.ring.open(epochPlace(epoch, keyId), wrapped))
    if (epoch === standingEpoch) {
      const secret = open()
      standing.add(keyId, () => secret)
      standing.sealUnder(keyId)
      standing.hashUnder(secret)
    } else epochs.add(keyId, open)
    if (epoch === current) epochs.sealUnder(keyId)
  }
  return { standing, epochs }
}
