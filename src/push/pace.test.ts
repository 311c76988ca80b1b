/** When a push service is called again, and in how many pieces it is told. RFC 8620 §7.2 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatStateChange, piecesOf } from './bodies.ts'
import { plaintextOctetsMax } from './encrypt.ts'
import { gapMs, gapMsMax } from './limits.ts'
import { Pace, usualPace } from './pace.ts'

test('waits longer after each failure, as long as it is asked to, and never over an hour', () => {
  const pace = new Pace(usualPace)
  const waits = Array.from({ length: 8 }, () => {
    pace.failed(0, undefined)
    return pace.waitMs(0) / 1_000
  })
  assert.deepEqual(waits, [5, 30, 120, 600, 1_800, 3_600, 3_600, 3_600])
  pace.succeeded(0)
  assert.equal(pace.waitMs(0), gapMs)
  assert.equal(pace.waitMs(gapMs + 1), 0)
  pace.failed(0, 60_000)
  assert.equal(pace.waitMs(0), 60_000)
  pace.failed(0, 86_400_000)
  assert.equal(pace.waitMs(0), 3_600_000)
})

test('calls less often after each 429, and comes back slowly', () => {
  const pace = new Pace(usualPace)
  for (let n = 0; n < 3; n++) pace.tooOften()
  const gaps = Array.from({ length: 5 }, () => {
    pace.succeeded(0)
    return pace.waitMs(0) / gapMs
  })
  assert.deepEqual(gaps, [8, 4, 2, 1, 1])
  for (let n = 0; n < 30; n++) pace.tooOften()
  pace.succeeded(0)
  assert.equal(pace.waitMs(0), gapMsMax)
})

test('tells of many accounts in pieces that a push service takes, each state once', () => {
  const states = { Email: '123456-abcdefgh', Mailbox: '123456-abcdefgh' }
  const changed = new Map(Array.from({ length: 100 }, (_, n) => [`account-${n}`, states]))
  const pieces = piecesOf(changed)
  assert.ok(pieces.length > 1)
  for (const piece of pieces) assert.ok(formatStateChange(piece).length <= plaintextOctetsMax)
  const ids = pieces.flatMap((piece) => [...piece.keys()])
  assert.deepEqual(ids, [...changed.keys()])
  assert.deepEqual(piecesOf(new Map()), [])
})
