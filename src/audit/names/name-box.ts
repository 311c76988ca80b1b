/**
 * A box of names: what pseudonyms stand for, sealed to the auditors (RFC 9180). The log holds the hash
 * of a box, never the box: names can be destroyed without touching what is proved.
 */
import { hash, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { openWith, sealTo } from './hpke.ts'

const info = Buffer.from('tamar audit names v1')

const nameSchema = z.strictObject({
  pseudonym: z.string(),
  class: z.enum(['id', 'address', 'text']),
  value: z.string(),
  /** Address or title of what `value` identifies, when the box was made. */
  known: z.exactOptional(z.string()),
})
export type KnownName = Readonly<z.infer<typeof nameSchema>>

export interface NameBox {
  /** SHA-256 of the octets, hex: its file's name, and what entries refer to. */
  readonly hash: string
  readonly octets: Buffer
}

export function sealNames(auditors: KeyObject, names: readonly KnownName[]): NameBox {
  const octets = sealTo(auditors, { info }, Buffer.from(JSON.stringify(names)))
  return { hash: hashBox(octets), octets }
}

/** @throws SealError when it is not sealed to this key; ZodError when we did not write it. */
export function openNames(privateKey: KeyObject, box: Uint8Array): readonly KnownName[] {
  const opened = openWith(privateKey, { info }, box)
  return z.array(nameSchema).parse(JSON.parse(opened.toString()))
}

export function hashBox(octets: Uint8Array): string {
  return hash('sha256', octets, 'hex')
}
