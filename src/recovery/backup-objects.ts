/** Every object of the store into a backup, piece by piece. */
import { createHash, type Hash } from 'node:crypto'
import { idOctets } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import type { ObjectStore, StoredObject } from '../blob/types.ts'
import type { FrameWriter } from './frame-writer.ts'
import { pieceOctets } from './limits.ts'
import { writeRecord } from './records.ts'
import { RecoveryFault, type BackupOptions, type Manifest } from './types.ts'

export async function backUpObjects(
  frames: FrameWriter,
  { objects, onProgress }: Pick<BackupOptions, 'objects' | 'onProgress'>,
): Promise<Manifest['objects']> {
  const digest = createHash('sha256')
  let count = 0
  let octets = 0
  for await (const object of objects.list()) {
    const copied = await backUpObject(frames, objects, object, digest)
    if (copied === undefined) continue
    count += 1
    octets += copied
    onProgress?.('objects', count, undefined)
  }
  return { count, octets, sha256: digest.digest('hex') }
}

/** @returns its length; undefined when it was destroyed since it was listed. */
async function backUpObject(
  frames: FrameWriter,
  objects: ObjectStore,
  { id, octets }: StoredObject,
  digest: Hash,
): Promise<number | undefined> {
  let piece = await getPiece(objects, id, 0)
  if (piece === undefined) return undefined
  const name = idOctets(id)
  digest.update(name)
  await writeRecord(frames, 'object', name)
  for (let at = 0; ; piece = await getPiece(objects, id, at)) {
    if (piece === undefined || (piece.length === 0 && at < octets))
      throw new RecoveryFault(`Object ${id} was destroyed while it was read. Start again.`)
    digest.update(piece)
    if (piece.length > 0) await writeRecord(frames, 'piece', piece)
    at += piece.length
    if (at >= octets) return at
  }
}

async function getPiece(
  objects: ObjectStore,
  id: string,
  start: number,
): Promise<Buffer | undefined> {
  try {
    return await objects.get(id, { start, end: start + pieceOctets })
  } catch (error) {
    if (isRefusal(error, 'not-found')) return undefined
    throw error
  }
}
