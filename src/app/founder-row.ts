/** A founder as a row and back. Stored data depends on it: add optional fields, never rename. */
import { z } from 'zod'
import type { Keys, MacColumn, Place } from '../keys/types.ts'
import { type Seat, seats } from '../http/founding/port.ts'
import { type Founder, nameKeyOf } from './founding-record.ts'

export interface StoredFounder {
  readonly seat: string
  readonly sign_in_lookup: Buffer
  readonly name_lookup: Buffer
  readonly sealed: Buffer
  readonly public_key: Buffer
  readonly sealed_private_key: Buffer
  readonly enrolled_at: number
  readonly signature: Buffer | null
  readonly signed_at: number | null
  readonly mac: Buffer
}

const contentSchema = z.object({
  nameEn: z.string(),
  nameZh: z.string(),
  signInName: z.string(),
})
const seatSchema = z.enum(seats)

export function formatFounder(keys: Keys, founder: Founder): StoredFounder {
  const { seat, nameEn, nameZh, signInName } = founder
  const content = Buffer.from(JSON.stringify({ nameEn, nameZh, signInName }), 'utf8')
  const row = {
    seat,
    sign_in_lookup: keys.directory.hash('founder-sign-in', signInName),
    name_lookup: keys.directory.hash('founder-name', nameKeyOf(founder)),
    sealed: keys.directory.seal(placeOf(seat), content),
    public_key: founder.publicKey,
    sealed_private_key: founder.sealedPrivateKey,
    enrolled_at: founder.enrolledAt,
    signature: founder.signature ?? null,
    signed_at: founder.signedAt ?? null,
  }
  return { ...row, mac: keys.authority.mac('founder', columnsOf(row)) }
}

/** Undefined when the row is not one that this platform wrote. */
export function openFounder(keys: Keys, row: StoredFounder): Founder | undefined {
  if (!keys.authority.verify('founder', columnsOf(row), row.mac)) return undefined
  const seat = seatSchema.parse(row.seat)
  const opened = keys.directory.open(placeOf(seat), row.sealed).toString('utf8')
  return {
    seat,
    ...contentSchema.parse(JSON.parse(opened)),
    publicKey: row.public_key,
    sealedPrivateKey: row.sealed_private_key,
    enrolledAt: row.enrolled_at,
    signature: row.signature ?? undefined,
    signedAt: row.signed_at ?? undefined,
  }
}

function placeOf(seat: Seat): Place {
  return { object: seat, field: 'founder.sealed' }
}

function columnsOf(row: Omit<StoredFounder, 'mac'>): readonly MacColumn[] {
  return [
    row.seat,
    row.sign_in_lookup,
    row.name_lookup,
    row.sealed,
    row.public_key,
    row.sealed_private_key,
    row.enrolled_at,
    row.signature,
    row.signed_at,
  ]
}
