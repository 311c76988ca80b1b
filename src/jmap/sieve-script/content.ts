/** What a blob says, as a script that can be kept: UTF-8, not too long, without a fault. RFC 9661 §2.2. */
import { isUtf8 } from 'node:buffer'
import { isRefusal } from '../../base/refusal.ts'
import { compileScript } from '../../sieve/compile.ts'
import { scriptOctetsMax } from '../../sieve/limits.ts'
import { openBlob } from '../blob/blob.ts'
import type { Account } from '../core/account.ts'
import { SetRefusal } from '../core/method-error.ts'

/** @throws SetRefusal: blobNotFound, tooLarge, or invalidSieve with the fault and its place. */
export async function readScript(account: Account, blobId: string): Promise<string> {
  const blob = await openBlob(account, blobId)
  if (blob === undefined) throw new SetRefusal({ type: 'blobNotFound', notFound: [blobId] })
  const { octets } = blob
  if (octets.length > scriptOctetsMax) throw new SetRefusal({ type: 'tooLarge' })
  if (!isUtf8(octets)) throw invalidSieve('A script is UTF-8 text.')
  const script = octets.toString('utf8')
  try {
    compileScript(script)
  } catch (error) {
    if (!isRefusal(error, 'invalid')) throw error
    throw invalidSieve(String(error.facts['message']))
  }
  return script
}

function invalidSieve(description: string): SetRefusal {
  return new SetRefusal({ type: 'invalidSieve', description })
}
