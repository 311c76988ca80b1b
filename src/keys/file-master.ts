/**
 * The master key in a file outside the data directory, for the embedded default: one line of text,
 * mode 0600, owned by who runs the platform. Production uses a token (`pkcs11-master.ts`).
 */
import { createHmac } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { link, open, realpath, unlink } from 'node:fs/promises'
import { basename, dirname, join, relative, isAbsolute, resolve } from 'node:path'
import { takeSecret } from './derive.ts'
import { keyOctets } from './limits.ts'
import { codeOf, readPrivateFile } from './private-file.ts'
import { randomOctets } from './random.ts'
import { BoundKey } from './seal.ts'
import { aesGcm } from './suite-aes-gcm.ts'
import { MissingKey } from './types.ts'
import type { MasterKey, Place } from './types.ts'

export interface FileMasterOptions {
  readonly path: string
  /** Makes the key when there is no file; for the first start only. */
  readonly createIfMissing?: boolean
  /** Backups of it must not hold the key that opens them. */
  readonly dataDirectory?: string
}

const magic = 'tamar-master-key-1'

/** @throws MissingKey, whose message is one clear line for the operator. */
export async function openFileMaster(options: FileMasterOptions): Promise<MasterKey> {
  const { path, createIfMissing = false, dataDirectory } = options
  if (dataDirectory !== undefined) await requireOutside(path, dataDirectory)
  const found = await readSecret(path)
  if (found !== undefined) return new FileMaster(found)
  if (!createIfMissing) throw new MissingKey(`There is no master key at ${path}.`)
  const made = randomOctets(keyOctets)
  await writeSecret(path, made)
  made.fill(0)
  // What stands there now is the key: another node may have been first.
  const secret = await readSecret(path)
  if (secret === undefined) throw new MissingKey(`The master key at ${path} vanished.`)
  return new FileMaster(secret)
}

/** The secret itself, to be divided into shares. The caller wipes it. */
export async function exportMaster(path: string): Promise<Buffer> {
  const secret = await readSecret(path)
  if (secret === undefined) throw new MissingKey(`There is no master key at ${path}.`)
  return secret
}

/** Makes the file from a secret that shares gave back; never replaces one that is there. */
export async function importMaster(path: string, secret: Buffer): Promise<void> {
  if (secret.length !== keyOctets) throw new MissingKey('A master key has 32 octets.')
  if (!(await writeSecret(path, secret)))
    throw new MissingKey(`There is a master key at ${path} already; it is left as it is.`)
}

class FileMaster implements MasterKey {
  readonly id: string
  readonly #key: BoundKey

  constructor(secret: Buffer) {
    const digest = createHmac('sha256', secret).update('tamar master key id').digest()
    this.id = `file:${digest.toString('hex', 0, 8)}`
    const key: KeyObject = takeSecret(secret)
    this.#key = new BoundKey(aesGcm, digest.subarray(0, 8), key, 'master')
  }

  async wrap(place: Place, secret: Uint8Array): Promise<Buffer> {
    return this.#key.seal(place, secret)
  }

  async unwrap(place: Place, wrapped: Uint8Array): Promise<Buffer> {
    return this.#key.open(place, wrapped)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The key object is wiped by OpenSSL when it is freed.
  }
}

/** Undefined when there is no file. */
async function readSecret(path: string): Promise<Buffer | undefined> {
  const octets = await readPrivateFile(path, 'The master key')
  return octets && parseSecret(path, octets)
}

function parseSecret(path: string, octets: Buffer): Buffer {
  const [name, encoded = '', check, ...more] = octets.toString('latin1').trimEnd().split(' ')
  octets.fill(0)
  const secret = Buffer.from(encoded, 'base64url')
  if (name !== magic || more.length > 0 || secret.length !== keyOctets || check !== checkOf(secret))
    throw new MissingKey(`${path} is not a master key, or it is damaged.`)
  return secret
}

/** Tells a damaged file from a wrong key; eight digits of a one-way function give nothing away. */
function checkOf(secret: Buffer): string {
  return createHmac('sha256', secret).update('tamar master key file').digest('hex').slice(0, 8)
}

/** @returns false when there is a file already; it is left alone. */
async function writeSecret(path: string, secret: Buffer): Promise<boolean> {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${randomOctets(6).toString('hex')}`)
  try {
    await writeDurably(temporary, `${magic} ${secret.toString('base64url')} ${checkOf(secret)}\n`)
    try {
      // A link, unlike a rename, never replaces.
      await link(temporary, path)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      throw error
    } finally {
      await unlink(temporary)
    }
    await syncFolder(folder)
    return true
  } catch (error) {
    throw new MissingKey(`The master key cannot be written to ${path} (${codeOf(error)}).`, {
      cause: error,
    })
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function requireOutside(path: string, dataDirectory: string): Promise<void> {
  const [file, data] = await Promise.all([realFolder(dirname(path)), realFolder(dataDirectory)])
  const way = relative(data, file)
  if (way === '' || (!way.startsWith('..') && !isAbsolute(way)))
    throw new MissingKey(`The master key at ${path} must lie outside the data directory.`)
}

/** As the kernel sees it, where it exists; a folder still to be made is taken as written. */
async function realFolder(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path))
}
