import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '../base/refusal.ts'
import { chainOfLeaf, chainStartMac, formatLeaf, macAfterLeaf, parseLeaf } from './leaf.ts'
import type { Leaf } from './types.ts'

const mac = 'ab'.repeat(32)
const leaf: Leaf = {
  v: 1,
  node: 'n1',
  seq: 1,
  at: 5,
  kind: 'sign-in',
  entry: { kind: 'sign-in', door: 'imap', who: { b: 1, a: ['ä', 2, true, null] }, gone: undefined },
  previous: chainStartMac,
  mac,
}
const isInvalid = (error: unknown) => isRefusal(error, 'invalid')

test('writes a leaf in one spelling and reads it back', () => {
  const octets = formatLeaf(leaf)
  assert.equal(
    octets.toString(),
    '{"at":5,"entry":{"door":"imap","kind":"sign-in","who":{"a":["ä",2,true,null],"b":1}},' +
      `"kind":"sign-in","mac":"${mac}","node":"n1","previous":"${chainStartMac}","seq":1,"v":1}`,
  )
  assert.deepEqual(formatLeaf(parseLeaf(octets)), octets)
  assert.deepEqual(chainOfLeaf(octets), { node: 'n1', seq: 1, mac })
})

test('hands on the MAC inside a void', () => {
  const inner = 'cd'.repeat(32)
  const lost = { ...leaf, kind: 'void', entry: { kind: 'void', mac: inner } }
  assert.equal(macAfterLeaf(parseLeaf(formatLeaf(lost))), inner)
})

test('reads no other spelling of the same leaf', () => {
  const text = formatLeaf(leaf).toString()
  const wrong = [
    ` ${text}`,
    text.replace('"seq":1', '"seq":1.0'),
    text.replace('"seq":1', '"seq":1,"seq":1'),
    text.replace('"at":5,', '').replace('"v":1', '"at":5,"v":1'),
    text.replace('ä', '\\u00e4'),
    text.replace('"v":1', '"v":2'),
    text.replace('"v":1', '"v":1,"w":1'),
    text.replace(mac, mac.toUpperCase()),
    text.slice(1),
    '[]',
    'null',
  ]
  for (const other of wrong) assert.throws(() => parseLeaf(Buffer.from(other)), isInvalid, other)
  const broken = Buffer.from(text)
  broken[text.indexOf('imap')] = 0xff
  assert.throws(() => parseLeaf(broken), isInvalid)
})

test('writes nothing that it would not read', () => {
  const wrong: readonly Leaf[] = [
    { ...leaf, seq: 0 },
    { ...leaf, seq: 1.5 },
    { ...leaf, node: '' },
    { ...leaf, at: -1 },
    { ...leaf, mac: 'ab' },
    { ...leaf, kind: 'other' },
    { ...leaf, kind: 'void', entry: { kind: 'void' } },
    { ...leaf, entry: { kind: 'sign-in', 9: 1, 10: 2 } },
  ]
  for (const other of wrong) assert.throws(() => formatLeaf(other), isInvalid)
})

test('refuses a leaf that no bundle can hold', () => {
  const long = { ...leaf, entry: { kind: 'sign-in', text: 'x'.repeat(65_535) } }
  assert.throws(
    () => formatLeaf(long),
    (error) => isRefusal(error, 'too-large'),
  )
})
