/**
 * What stands in the frames: records of kind (1 octet), length (4) and body. A table, its rows in
 * batches, the next table; then each object and its pieces; at the end the manifest.
 */
import { z } from 'zod'
import type { FrameReader } from './frame-reader.ts'
import type { FrameWriter } from './frame-writer.ts'
import { recordOctetsMax } from './limits.ts'
import { RecoveryFault } from './types.ts'

/** Stored: a number is never given another meaning. */
export const recordKinds = { table: 1, rows: 2, object: 3, piece: 4, manifest: 5 } as const

export interface BackupRecord {
  readonly kind: number
  readonly body: Buffer
}

const headOctets = 5

export async function writeRecord(
  frames: FrameWriter,
  kind: keyof typeof recordKinds,
  body: Uint8Array,
): Promise<void> {
  const head = Buffer.allocUnsafe(headOctets)
  head[0] = recordKinds[kind]
  head.writeUInt32BE(body.length, 1)
  await frames.write(head)
  await frames.write(body)
}

export async function readRecord(frames: FrameReader): Promise<BackupRecord> {
  const head = await frames.read(headOctets)
  const length = head.readUInt32BE(1)
  if (length > recordOctetsMax) throw new RecoveryFault('A part of the backup is too long.')
  return { kind: head.readUInt8(), body: await frames.read(length) }
}

export const tableSchema = z.strictObject({ name: z.string(), columns: z.array(z.string()) })

export const manifestSchema = z.strictObject({
  tables: z.array(z.strictObject({ name: z.string(), rows: z.int(), sha256: z.string() })),
  sequences: z.array(z.strictObject({ name: z.string(), value: z.int() })),
  objects: z.strictObject({ count: z.int(), octets: z.int(), sha256: z.string() }),
})
