/**
 * An ARC set on what we hand on to others with a changed envelope or header: what we found of its
 * sender, under our seal, so that who gets it can believe it. RFC 8617 §5.1.
 */
import type { Millis } from '../../base/clock.ts'
import type { DkimKey } from '../dkim/key.ts'
import { loadLibrary } from './library.ts'
import type { ArcResult } from './types.ts'

export interface Sealing {
  readonly key: DkimKey
  /** What follows the name of our Authentication-Results. */
  readonly results: string
  /** Of the chain as it came. */
  readonly arc: ArcResult
  readonly at: Millis
}

/** @returns the fields with their line ends; empty where the chain cannot be continued. */
export async function sealMessage(message: Buffer, sealing: Sealing): Promise<string> {
  const { key, results, arc, at } = sealing
  // RFC 8617 §5.1.2: a chain that failed is not made longer; one nobody could check, neither.
  if (arc === 'fail' || arc === 'temperror') return ''
  const library = await loadLibrary()
  const { headers } = await library.createSeal(message, {
    seal: {
      signingDomain: key.domain,
      selector: key.selector,
      privateKey: key.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      authResults: results.trim(),
      cv: arc,
      signTime: new Date(at),
    },
    strict: true,
  })
  return headers.map((line) => `${line}\r\n`).join('')
}
