/** Frames: every range, and no frame changed, moved, left out or cut. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { OpenAccount } from '../keys/open-account.ts'
import { KeyRing } from '../keys/ring.ts'
import { standardSuites } from '../keys/suites.ts'
import { SealError } from '../keys/types.ts'
import type { ContentKey } from '../keys/types.ts'
import { openRange, sealFrames, sealedOctets } from './frames.ts'
import { frameOctets } from './limits.ts'
import type { Range } from './types.ts'

const id = '01912345-0000-7000-8000-0000000000ab'

function newContentKey(): ContentKey {
  const ring = new KeyRing(standardSuites, 'account a')
  const secret = createSecretKey(randomBytes(32))
  ring.add(Buffer.from('12345678'), () => secret)
  ring.sealUnder(Buffer.from('12345678'))
  const rings = { standing: ring, epochs: ring }
  return new OpenAccount('a', standardSuites, rings, async () => undefined).newContentKey(id)
}

function readerOf(sealed: Buffer) {
  const read: Range[] = []
  return {
    read,
    get: async (range: Range) => {
      read.push(range)
      return sealed.subarray(range.start, range.end)
    },
  }
}

test('every size comes back whole, and in every range', async () => {
  const key = newContentKey()
  const edges = [0, 1, frameOctets - 1, frameOctets, frameOctets + 1, 3 * frameOctets, 200_000]
  for (const octets of edges) {
    const plaintext = randomBytes(octets)
    const sealed = Buffer.concat([...sealFrames(plaintext, key, id)])
    assert.equal(sealed.length, sealedOctets(octets, key))
    const object = { id, octets }
    assert.deepEqual(await openRange(object, key, readerOf(sealed).get), plaintext)
    for (const start of [0, 1, ...edges])
      for (const end of [0, 1, ...edges, 1_000_000])
        assert.deepEqual(
          await openRange(object, key, readerOf(sealed).get, { start, end }),
          plaintext.subarray(start, Math.max(start, end)),
        )
  }
})

test('a range reads only the frames it touches', async () => {
  const key = newContentKey()
  const octets = 10 * frameOctets
  const sealed = Buffer.concat([...sealFrames(randomBytes(octets), key, id)])
  const reader = readerOf(sealed)
  await openRange({ id, octets }, key, reader.get, {
    start: 5 * frameOctets + 10,
    end: 5 * frameOctets + 20,
  })
  const sealedFrame = sealed.length / 10
  assert.deepEqual(reader.read, [{ start: 5 * sealedFrame, end: 6 * sealedFrame }])
})

test('frames that are changed, moved, left out, doubled or cut do not open', async () => {
  const key = newContentKey()
  const octets = 3 * frameOctets + 100
  const plaintext = randomBytes(octets)
  const frames = [...sealFrames(plaintext, key, id)]
  const [a, b, c, d] = frames
  assert(a !== undefined && b !== undefined && c !== undefined && d !== undefined)
  const flipped = Buffer.from(b)
  flipped.writeUInt8(flipped.readUInt8(1_000) ^ 1, 1_000)
  const [other] = sealFrames(plaintext, key, '01912345-0000-7000-8000-0000000000ac')
  assert(other !== undefined)
  const broken = [
    [a, flipped, c, d],
    [b, a, c, d],
    [a, c, d],
    [a, b, b, d],
    [a, b, c],
    [a, b, c, d.subarray(0, -1)],
    [other, b, c, d],
    [],
  ]
  for (const pieces of broken)
    await assert.rejects(
      openRange({ id, octets }, key, readerOf(Buffer.concat(pieces)).get),
      SealError,
    )
})

test('a content cut at a frame and said to be shorter does not open either', async () => {
  const key = newContentKey()
  const plaintext = randomBytes(3 * frameOctets)
  const sealed = Buffer.concat([...sealFrames(plaintext, key, id)].slice(0, 2))
  await assert.rejects(
    openRange({ id, octets: 2 * frameOctets }, key, readerOf(sealed).get),
    SealError,
  )
})

test('frames open under their own key only', async () => {
  const sealed = Buffer.concat([...sealFrames(randomBytes(10), newContentKey(), id)])
  await assert.rejects(
    openRange({ id, octets: 10 }, newContentKey(), readerOf(sealed).get),
    SealError,
  )
})
