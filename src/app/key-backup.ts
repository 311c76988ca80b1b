/** `tamar key backup` and `restore`: the master key's file as shares on paper, and back. */
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { exportMaster, importMaster } from '../keys/file-master.ts'
import { keyOctets } from '../keys/limits.ts'
import { formatShare, parseShare } from '../keys/share-text.ts'
import { combineShares, makeShares } from '../keys/shares.ts'
import { MissingKey } from '../keys/types.ts'
import type { Config } from './config.ts'
import { makeKeyFolder } from './ground.ts'
import { StartFault } from './start-fault.ts'

export async function backUpKey(
  config: Config,
  wanted: { readonly shares: number; readonly threshold: number },
): Promise<readonly string[]> {
  const { shares, threshold } = wanted
  const isPossible = threshold >= 2 && threshold <= shares && shares <= 255
  if (!isPossible) {
    const sentence = 'Two or more, and not more than there are shares, restore the key.'
    throw new StartFault(sentence)
  }
  const secret = await sayMissing(exportMaster(keyFile(config)))
  try {
    return makeShares(secret, threshold, shares, randomBytes).map(formatShare)
  } finally {
    secret.fill(0)
  }
}

/** A new master key, to replace the present one with. One that is there is left as it is. */
export async function makeKey(path: string): Promise<void> {
  const secret = randomBytes(keyOctets)
  try {
    await sayMissing(importMaster(path, secret))
  } finally {
    secret.fill(0)
  }
}

/** @returns where the key is now. */
export async function restoreKey(config: Config, texts: readonly string[]): Promise<string> {
  const path = keyFile(config)
  const secret = combineShares(texts.map(parseShare))
  try {
    makeKeyFolder(dirname(path))
    await sayMissing(importMaster(path, secret))
  } finally {
    secret.fill(0)
  }
  return path
}

function keyFile({ masterKey }: Config): string {
  if (masterKey.kind === 'file') return masterKey.path
  const sentence = 'The master key is in a token: back it up with the token’s own tools.'
  throw new StartFault(sentence)
}

async function sayMissing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof MissingKey)) throw error
    throw new StartFault(error.message, { cause: error })
  }
}
