/** The table of changes of many people at once. */
import { z } from 'zod'
import { newId } from '../../base/id.ts'
import type { Database, Db, Tx } from '../../db/types.ts'
import type { HashingSealer } from '../../keys/types.ts'
import { batchesListedMax, expiryBatch, tableBuckets } from '../limits.ts'
import type { AdminPorts } from '../ports.ts'

const fieldsSchema = z.strictObject({
  name: z.string(),
  nameZh: z.string(),
  departmentId: z.string(),
  state: z.enum(['active', 'suspended', 'left']),
})
export type PersonFields = Readonly<z.infer<typeof fieldsSchema>>

/** Stored data depends on it: add optional fields and kinds, never rename or remove. */
const contentSchema = z.strictObject({
  kind: z.enum(['import', 'change']),
  by: z.string().optional(),
  items: z.array(
    z.strictObject({
      personId: z.string(),
      /** Of a change: what he was and what he became. */
      before: fieldsSchema.optional(),
      after: fieldsSchema.optional(),
    }),
  ),
})
export type BatchContent = Readonly<z.infer<typeof contentSchema>>

export interface Batch {
  readonly id: string
  readonly madeAt: number
  readonly undoneAt: number | undefined
  readonly content: BatchContent
}

interface StoredBatch {
  readonly batch_id: string
  readonly made_at: number
  readonly undone_at: number | null
  readonly sealed: Buffer
}

/** @returns its id. */
export async function insertBatch(
  tx: Tx,
  { writing, clock }: Pick<AdminPorts, 'writing' | 'clock'>,
  content: BatchContent,
): Promise<string> {
  const id = newId(clock)
  const octets = Buffer.from(JSON.stringify(content))
  await tx.execute({
    name: 'admin.insert-batch',
    text: `INSERT INTO change_batch (bucket, batch_id, made_at, sealed) VALUES ($1, $2, $3, $4)`,
    values: [bucketOf(id), id, clock.now(), writing.keys.platform.seal(placeOf(id), octets)],
  })
  return id
}

/** The newest first. */
export async function listBatches(db: Db, keys: HashingSealer): Promise<readonly Batch[]> {
  const rows = await db.rows<StoredBatch>({
    name: 'admin.list-batches',
    text: `SELECT c.batch_id, c.made_at, c.undone_at, c.sealed
      FROM generate_series(0, $1::integer - 1) AS b (bucket) CROSS JOIN LATERAL (
        SELECT batch_id, made_at, undone_at, sealed FROM change_batch
        WHERE change_batch.bucket = b.bucket ORDER BY made_at DESC LIMIT $2) AS c
      ORDER BY c.made_at DESC LIMIT $2`,
    values: [tableBuckets, batchesListedMax],
  })
  return rows.map((row) => openBatch(keys, row))
}

/** In the transaction that undoes it: nobody else undoes it meanwhile. */
export async function findBatch(
  tx: Tx,
  keys: HashingSealer,
  id: string,
): Promise<Batch | undefined> {
  const row = await tx.row<StoredBatch>({
    name: 'admin.find-batch',
    text: `SELECT batch_id, made_at, undone_at, sealed FROM change_batch
      WHERE bucket = $1 AND batch_id = $2 FOR UPDATE`,
    values: [bucketOf(id), id],
  })
  return row && openBatch(keys, row)
}

export async function markUndone(tx: Tx, id: string, at: number): Promise<void> {
  await tx.execute({
    name: 'admin.undo-batch',
    text: 'UPDATE change_batch SET undone_at = $3 WHERE bucket = $1 AND batch_id = $2',
    values: [bucketOf(id), id, at],
  })
}

export async function expireBatches(database: Database, before: number): Promise<void> {
  for (let bucket = 0; bucket < tableBuckets; bucket++)
    await database.single({
      name: 'admin.expire-batches',
      text: `DELETE FROM change_batch WHERE bucket = $1 AND batch_id IN (
        SELECT batch_id FROM change_batch WHERE bucket = $1 AND made_at < $2 LIMIT $3)`,
      values: [bucket, before, expiryBatch],
    })
}

function openBatch(keys: HashingSealer, row: StoredBatch): Batch {
  const { batch_id: id, made_at: madeAt, undone_at: undoneAt, sealed } = row
  const octets = keys.open(placeOf(id), sealed)
  const content = contentSchema.parse(JSON.parse(octets.toString()))
  return { id, madeAt, undoneAt: undoneAt ?? undefined, content }
}

function placeOf(id: string): { readonly object: string; readonly field: string } {
  return { object: id, field: 'change_batch.sealed' }
}

function bucketOf(id: string): number {
  return Number.parseInt(id.slice(-2), 16) % tableBuckets
}
