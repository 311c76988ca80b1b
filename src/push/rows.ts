/** The rows of devices that are pushed to: believed only with their MAC (architecture D3). */
import type { Rest } from '../access/resting.ts'
import type { Millis } from '../base/clock.ts'
import { idOctets } from '../base/id.ts'
import type { Database, Db, Tx } from '../db/types.ts'
import type { Keys, Place } from '../keys/types.ts'
import { buckets } from './limits.ts'

/** Stored data depends on it: add optional fields, never rename or remove. */
export interface SubscriptionContent {
  /** Who he was when he asked for it. */
  readonly departmentId: string
  readonly address: string
  readonly openedAs?: string
  readonly sessionId: string
  readonly rest: Rest
  readonly createdAt: Millis
  readonly deviceClientId: string
  readonly url: string
  /** As the client gave them, base64url. */
  readonly keys?: { readonly p256dh: string; readonly auth: string }
  /** Absent: all. */
  readonly types?: readonly string[]
  readonly code: string
  /** The push service took it: it is not sent again. */
  readonly isCodeSent?: boolean
  readonly isVerified?: boolean
  /** Stands for all states that were pushed. */
  readonly told?: string
}

export interface Subscription {
  readonly id: string
  readonly personId: string
  readonly expiresAt: Millis
  readonly version: number
  readonly content: SubscriptionContent
}

interface Stored {
  readonly id: string
  readonly person_id: string
  readonly sealed: Buffer
  readonly expires_at: Millis
  readonly version: number
  readonly mac: Buffer
}

export interface Shelf {
  readonly keys: Pick<Keys, 'platform' | 'authority'>
  /** A row that does not verify. */
  readonly onAlarm: (rowId: string) => void
}

const table = 'push_subscription'

export function bucketOf(personId: string): number {
  return (idOctets(personId)[15] ?? 0) % buckets
}

export async function insertSubscription(tx: Tx, shelf: Shelf, row: Subscription): Promise<void> {
  const { sealed, mac } = seal(shelf, row)
  const { id, personId, expiresAt, version } = row
  await tx.execute({
    name: 'push.insert',
    text: `INSERT INTO push_subscription (bucket, id, person_id, sealed, expires_at, version, mac)
      VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    values: [bucketOf(personId), id, personId, sealed, expiresAt, version, mac],
  })
}

/** The oldest first. */
export async function subscriptionsOf(
  db: Db,
  shelf: Shelf,
  personId: string,
): Promise<readonly Subscription[]> {
  const rows = await db.rows<Stored>({
    name: 'push.list',
    text: `SELECT id, person_id, sealed, expires_at, version, mac FROM push_subscription
      WHERE bucket = $1 AND person_id = $2 ORDER BY id`,
    values: [bucketOf(personId), personId],
  })
  return rows.flatMap((row) => open(shelf, row) ?? [])
}

type Named = Pick<Subscription, 'id' | 'personId'>

/** Nobody else changes it until the transaction is over. */
export async function lockSubscription(
  tx: Tx,
  shelf: Shelf,
  { id, personId }: Named,
): Promise<Subscription | undefined> {
  const row = await tx.row<Stored>({
    name: 'push.lock',
    text: `SELECT id, person_id, sealed, expires_at, version, mac FROM push_subscription
      WHERE bucket = $1 AND id = $2 FOR UPDATE`,
    values: [bucketOf(personId), id],
  })
  return row && open(shelf, row)
}

/** One that was locked. @returns it as it stands now. */
export async function replaceSubscription(
  tx: Tx,
  shelf: Shelf,
  changed: Subscription,
): Promise<Subscription> {
  const row = { ...changed, version: changed.version + 1 }
  const { sealed, mac } = seal(shelf, row)
  await tx.execute({
    name: 'push.replace',
    text: `UPDATE push_subscription SET sealed = $3, expires_at = $4, version = $5, mac = $6
      WHERE bucket = $1 AND id = $2`,
    values: [bucketOf(row.personId), row.id, sealed, row.expiresAt, row.version, mac],
  })
  return row
}

/** @returns whether it was there. */
export async function deleteSubscription(tx: Tx, { id, personId }: Named): Promise<boolean> {
  const deleted = await tx.execute({
    name: 'push.delete',
    text: 'DELETE FROM push_subscription WHERE bucket = $1 AND id = $2',
    values: [bucketOf(personId), id],
  })
  return deleted > 0
}

/** Which there are in these buckets, and in which version. */
export async function versionsIn(
  db: Db,
  some: readonly number[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.rows<{ id: string; version: number }>({
    name: 'push.versions',
    text: 'SELECT id, version FROM push_subscription WHERE bucket = ANY($1::smallint[])',
    values: [some],
  })
  return new Map(rows.map(({ id, version }) => [id, version]))
}

export async function readSubscriptions(
  db: Db,
  shelf: Shelf,
  wanted: { readonly buckets: readonly number[]; readonly ids: readonly string[] },
): Promise<readonly Subscription[]> {
  const rows = await db.rows<Stored>({
    name: 'push.read',
    text: `SELECT id, person_id, sealed, expires_at, version, mac FROM push_subscription
      WHERE bucket = ANY($1::smallint[]) AND id = ANY($2::uuid[])`,
    values: [wanted.buckets, wanted.ids],
  })
  return rows.flatMap((row) => open(shelf, row) ?? [])
}

/** Those that no node pushes to any more. */
export async function expireSubscriptions(
  db: Pick<Database, 'single'>,
  now: Millis,
): Promise<void> {
  for (let bucket = 0; bucket < buckets; bucket++)
    await db.single({
      name: 'push.expire',
      text: 'DELETE FROM push_subscription WHERE bucket = $1 AND expires_at <= $2',
      values: [bucket, now],
    })
}

function seal({ keys }: Shelf, row: Subscription): { sealed: Buffer; mac: Buffer } {
  const sealed = keys.platform.seal(placeOf(row.id), Buffer.from(JSON.stringify(row.content)))
  const { id, personId, expiresAt, version } = row
  const mac = keys.authority.mac(table, [id, personId, sealed, expiresAt, version])
  return { sealed, mac }
}

function open({ keys, onAlarm }: Shelf, stored: Stored): Subscription | undefined {
  const { id, person_id: personId, sealed, expires_at: expiresAt, version } = stored
  const columns = [id, personId, sealed, expiresAt, version]
  if (!keys.authority.verify(table, columns, stored.mac)) {
    onAlarm(id)
    return undefined
  }
  // Sealed and under our MAC: it is what `seal` was given.
  const content = JSON.parse(keys.platform.open(placeOf(id), sealed).toString())
  return { id, personId, expiresAt, version, content: content as SubscriptionContent }
}

function placeOf(id: string): Place {
  return { object: id, field: `${table}.sealed` }
}
