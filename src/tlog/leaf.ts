/**
 * One entry of the audit log as octets: JSON in the one canonical spelling. RFC 8785 §3.2: no spaces,
 * names sorted by UTF-16 code units, numbers and strings as ECMAScript writes them.
 */
import { isUtf8 } from 'node:buffer'
import { Refusal } from '../base/refusal.ts'
import { entryOctetsMax } from './limits.ts'
import type { ChainPoint, Leaf, LeafFields } from './types.ts'

const macPattern = /^[0-9a-f]{64}$/

/** What the first entry of a node links to. */
export const chainStartMac = '0'.repeat(64)

/** @throws Refusal('too-large') over 65,535 octets; ('invalid') what no verifier would take. */
export function formatLeaf(leaf: Leaf): Buffer {
  const octets = Buffer.from(canonicalJson(leaf))
  if (octets.length > entryOctetsMax)
    throw new Refusal('too-large', { what: 'audit entry', kind: leaf.kind, octets: octets.length })
  const fault = findFault(leaf)
  if (fault !== undefined) throw new Refusal('invalid', { what: `audit entry: ${fault}` })
  return octets
}

/** @throws Refusal('invalid') for anything but the canonical spelling of a leaf. */
export function parseLeaf(octets: Buffer): Leaf {
  const text = octets.toString()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Refusal('invalid', { what: 'audit entry: not JSON' }, { cause: error })
  }
  // Written again it must be the same text: no spaces, no name twice, no other spelling of a number.
  const isOnlySpelling = isUtf8(octets) && isSorted(value) && JSON.stringify(value) === text
  const fault = findFault(value) ?? (isOnlySpelling ? undefined : 'not canonical')
  if (fault !== undefined) throw new Refusal('invalid', { what: `audit entry: ${fault}` })
  // findFault has looked at every field.
  return value as Leaf
}

/** What the successor's `previous` must be: a void hands on the MAC its number would have had. */
export function macAfterLeaf({ kind, entry, mac }: Leaf): string {
  const inner = entry['mac']
  return kind === 'void' && typeof inner === 'string' ? inner : mac
}

/** For `LogOptions.chainOf`. */
export function chainOfLeaf(entry: Buffer): Omit<ChainPoint, 'index'> & { readonly node: string } {
  const leaf = parseLeaf(entry)
  return { node: leaf.node, seq: leaf.seq, mac: macAfterLeaf(leaf) }
}

/** RFC 8785 §3.2; a field that is undefined is left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  // UTF-16 code units are what the plain comparison compares.
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  // ECMAScript would write them first and by value, whatever their place.
  if (pairs.some(([name]) => /^\d/.test(name)))
    throw new Refusal('invalid', { what: 'audit entry: a field is named by a number' })
  return Object.fromEntries(pairs.map(([name, field]) => [name, sorted(field)]))
}

function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isSorted)
  let before: string | undefined
  for (const [name, field] of Object.entries(value)) {
    if ((before !== undefined && name <= before) || !isSorted(field)) return false
    before = name
  }
  return true
}

const names = ['at', 'entry', 'kind', 'mac', 'node', 'previous', 'seq', 'v']

function findFault(value: unknown): string | undefined {
  if (!isObject(value)) return 'not an object'
  const { v, node, seq, at, kind, entry, previous, mac } = value
  if (Object.keys(value).some((name) => !names.includes(name))) return 'a field too many'
  if (v !== 1) return 'version is not 1'
  if (typeof node !== 'string' || node === '') return 'no node'
  if (!Number.isSafeInteger(seq) || Number(seq) < 1) return 'seq is no number from 1 on'
  if (!Number.isSafeInteger(at) || Number(at) < 0) return 'at is no time'
  if (!isObject(entry) || typeof kind !== 'string' || entry['kind'] !== kind) return 'no kind'
  if (!isMac(previous) || !isMac(mac)) return 'no MACs'
  if (kind === 'void' && !isMac(entry['mac'])) return 'a void without its MAC'
  return undefined
}

function isMac(value: unknown): boolean {
  return typeof value === 'string' && macPattern.test(value)
}

function isObject(value: unknown): value is LeafFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
