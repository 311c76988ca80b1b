/**
 * The key of one backup: made for it, wrapped under the platform's master key, bound to the file's
 * head. Whoever has the file and not the master key has nothing.
 */
import { createHash } from 'node:crypto'
import { idOctets } from '../base/id.ts'
import { takeSecret } from '../keys/derive.ts'
import { keyIdOctets, keyOctets } from '../keys/limits.ts'
import { randomOctets } from '../keys/random.ts'
import { BoundKey } from '../keys/seal.ts'
import { aesGcm } from '../keys/suite-aes-gcm.ts'
import { SealError, type MasterKey, type Place } from '../keys/types.ts'
import type { Head } from './header.ts'
import { RecoveryFault } from './types.ts'

export interface NewBackupKey {
  readonly secret: Buffer
  readonly wrapped: Buffer
}

export async function makeBackupKey(master: MasterKey, backupId: string): Promise<NewBackupKey> {
  const secret = randomOctets(keyOctets)
  return { secret, wrapped: await master.wrap(placeOfKey(backupId), secret) }
}

/** @throws RecoveryFault when it was made under another master key. */
export async function openBackupKey(master: MasterKey, { header }: Head): Promise<Buffer> {
  const { backupId, masterId, wrappedKey } = header
  if (masterId !== master.id)
    throw new RecoveryFault(
      `This backup was made under master key ${masterId}, but this node has ${master.id}. ` +
        'Put the right one back ("tamar key restore").',
    )
  try {
    return await master.unwrap(placeOfKey(backupId), Buffer.from(wrappedKey, 'base64'))
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    throw new RecoveryFault('The key of this backup does not open: its head was changed.', {
      cause: error,
    })
  }
}

/** What seals the frames. The secret is wiped. */
export function frameKey(secret: Buffer, head: Buffer, backupId: string): BoundKey {
  const scope = `backup ${createHash('sha256').update(head).digest('hex')}`
  const id = idOctets(backupId).subarray(-keyIdOctets)
  return new BoundKey(aesGcm, id, takeSecret(secret), scope)
}

export function placeOfFrame(backupId: string, frame: number, isFinal: boolean): Place {
  return { object: backupId, field: isFinal ? `frame ${frame} final` : `frame ${frame}` }
}

function placeOfKey(backupId: string): Place {
  return { object: backupId, field: 'backup key' }
}
