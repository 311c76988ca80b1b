/**
 * The head of a backup file: magic, format version, header as JSON, SHA-256 of all before. In clear,
 * so that anybody can see what a file is and which key it needs.
 */
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { headerOctetsMax } from './limits.ts'
import { RecoveryFault, type BackupHeader } from './types.ts'

/** Raised when a reader of the former number could not read what is written now. */
export const formatVersion = 1

const magic = Buffer.from('tamar-backup', 'latin1')
/** Magic, version (2 octets), length of the header (4). */
const fixedOctets = magic.length + 2 + 4
const digestOctets = 32

const schema = z.strictObject({
  backupId: z.uuid(),
  platformId: z.string(),
  takenAt: z.int(),
  masterId: z.string(),
  wrappedKey: z.base64(),
  migrations: z.array(z.strictObject({ number: z.int(), name: z.string(), digest: z.string() })),
})

export function formatHead(header: BackupHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header))
  const fixed = Buffer.alloc(fixedOctets)
  magic.copy(fixed)
  fixed.writeUInt16BE(formatVersion, magic.length)
  fixed.writeUInt32BE(json.length, magic.length + 2)
  return Buffer.concat([fixed, json, digestOf(fixed, json)])
}

export interface Head {
  readonly header: BackupHeader
  /** The octets the header came from: every frame is bound to them. */
  readonly octets: Buffer
}

/** @throws RecoveryFault for what is no backup, a newer one or a damaged one. */
export async function readHead(file: FileHandle, name: string): Promise<Head> {
  const fixed = await readExactly(file, 0, fixedOctets)
  if (fixed?.subarray(0, magic.length).equals(magic) !== true)
    throw new RecoveryFault(`${name} is not a backup of Tamar.`)
  const version = fixed.readUInt16BE(magic.length)
  if (version > formatVersion)
    throw new RecoveryFault(
      `${name} has format ${version}; this release reads up to ${formatVersion}. ` +
        'Use the release that made it, or a newer one.',
    )
  const length = fixed.readUInt32BE(magic.length + 2)
  const rest =
    length > headerOctetsMax
      ? undefined
      : await readExactly(file, fixedOctets, length + digestOctets)
  const json = rest?.subarray(0, length)
  if (json === undefined || !digestOf(fixed, json).equals(rest?.subarray(length) ?? magic))
    throw new RecoveryFault(`The head of ${name} is damaged.`)
  const header = schema.parse(JSON.parse(json.toString()))
  return { header, octets: Buffer.concat([fixed, rest ?? magic]) }
}

/** Undefined when the file ends before. */
export async function readExactly(
  file: FileHandle,
  position: number,
  octets: number,
): Promise<Buffer | undefined> {
  const buffer = Buffer.allocUnsafeSlow(octets)
  let filled = 0
  while (filled < octets) {
    const { bytesRead } = await file.read(buffer, filled, octets - filled, position + filled)
    if (bytesRead === 0) return undefined
    filled += bytesRead
  }
  return buffer
}

function digestOf(fixed: Buffer, json: Buffer): Buffer {
  return createHash('sha256').update(fixed).update(json).digest()
}
