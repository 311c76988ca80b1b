/**
 * Authority: HMAC-SHA-256 (RFC 2104) over a table's name and a row's columns. Each column is
 * encoded with its type and length, so that no two different rows have the same octets.
 */
import assert from 'node:assert/strict'
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { deriveKey } from './derive.ts'
import type { Authority, MacColumn } from './types.ts'

const typeOf = { null: 0, text: 1, number: 2, false: 3, true: 4, octets: 5 } as const

export class RowAuthority implements Authority {
  #current: KeyObject | undefined
  #all: readonly KeyObject[] = []

  /** `current` signs; all of them, retired ones too, are believed. */
  adopt(current: KeyObject, all: readonly KeyObject[]): void {
    this.#current = deriveKey(current, 'authority')
    this.#all = all.map((secret) => deriveKey(secret, 'authority'))
  }

  mac(table: string, columns: readonly MacColumn[]): Buffer {
    assert(this.#current !== undefined, 'an authority signs after adopt')
    return createHmac('sha256', this.#current).update(encodeRow(table, columns)).digest()
  }

  verify(table: string, columns: readonly MacColumn[], mac: Uint8Array): boolean {
    const octets = encodeRow(table, columns)
    let isGenuine = false
    for (const key of this.#all) {
      const expected = createHmac('sha256', key).update(octets).digest()
      if (mac.length === expected.length && timingSafeEqual(expected, mac)) isGenuine = true
    }
    return isGenuine
  }
}

/** Exported for its test: the encoding is what makes a MAC mean one row only. */
export function encodeRow(table: string, columns: readonly MacColumn[]): Buffer {
  const parts: Uint8Array[] = []
  pushText(parts, table)
  const count = Buffer.allocUnsafe(4)
  count.writeUInt32BE(columns.length)
  parts.push(count)
  for (const column of columns) pushColumn(parts, column)
  return Buffer.concat(parts)
}

function pushColumn(parts: Uint8Array[], column: MacColumn): void {
  if (column === null) parts.push(Buffer.of(typeOf.null))
  else if (typeof column === 'boolean') parts.push(Buffer.of(column ? typeOf.true : typeOf.false))
  else if (typeof column === 'string') {
    parts.push(Buffer.of(typeOf.text))
    pushText(parts, column)
  } else if (typeof column === 'number') {
    assert(Number.isFinite(column), 'columns are finite')
    const octets = Buffer.allocUnsafe(9)
    octets[0] = typeOf.number
    // PostgreSQL has one zero; adding it makes -0 the same.
    octets.writeDoubleBE(column + 0, 1)
    parts.push(octets)
  } else {
    parts.push(Buffer.of(typeOf.octets), lengthOf(column.length), column)
  }
}

function pushText(parts: Uint8Array[], text: string): void {
  assert(text.isWellFormed(), 'lone surrogates have no octets of their own')
  const octets = Buffer.from(text)
  parts.push(lengthOf(octets.length), octets)
}

function lengthOf(octets: number): Buffer {
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(octets)
  return length
}
