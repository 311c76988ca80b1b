import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OctetWriter } from './octet-writer.ts'

test('what is written comes out in its order, whatever the pieces', () => {
  const pieces: Buffer[] = []
  const out = new OctetWriter((piece) => pieces.push(piece))
  const wanted: Buffer[] = []
  const long = Buffer.alloc(200_000, 'long ')
  for (let at = 0; at < 3_000; at += 1) {
    const number = [0, 9, 10, 4_294_967_295, 4_294_967_296, at][at % 6] ?? 0
    const text = 'x'.repeat(at % 60)
    out.text(text)
    out.number(number)
    out.octets(long, 7, 7 + ((at * 31) % 400))
    wanted.push(Buffer.from(`${text}${number}`), long.subarray(7, 7 + ((at * 31) % 400)))
    if (at % 1_000 === 0) {
      out.octets(long)
      wanted.push(long)
    }
    if (at % 700 === 0) out.flush()
  }
  out.flush()
  out.flush()
  assert.ok(Buffer.concat(pieces).equals(Buffer.concat(wanted)))
  assert.ok(pieces.every((piece) => piece.length > 0 && piece.length <= 64 * 1024))
})
