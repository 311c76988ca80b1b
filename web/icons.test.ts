import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inflateSync } from 'node:zlib'
import { drawIcon } from './icons.ts'
import { languages } from './kit/words.ts'
import { icons, manifestOf } from './mail/install/manifest.ts'

/** Red, green, blue and alpha of one pixel of what was drawn. */
function pixelOf(png: Buffer, pixels: number, x: number, y: number): readonly number[] {
  const from = png.indexOf('IDAT')
  const rows = inflateSync(png.subarray(from + 4, from + 4 + png.readUInt32BE(from - 4)))
  const at = y * (1 + 4 * pixels) + 1 + 4 * x
  return [...rows.subarray(at, at + 4)]
}

const blue = [0x14, 0x50, 0x8f, 0xff]
const white = [0xff, 0xff, 0xff, 0xff]

describe('the icons', () => {
  it('are a white envelope on blue, with round corners', () => {
    const png = drawIcon({ pixels: 64, isMaskable: false })
    assert.equal(png.readUInt32BE(16), 64)
    assert.equal(pixelOf(png, 64, 0, 0)[3], 0)
    assert.deepEqual(pixelOf(png, 64, 32, 8), blue)
    assert.deepEqual(pixelOf(png, 64, 32, 46), white)
    assert.deepEqual(pixelOf(png, 64, 32, 26), blue)
  })

  it('fill the square where a launcher cuts its own shape', () => {
    const png = drawIcon({ pixels: 64, isMaskable: true })
    for (const [x, y] of [
      [0, 0],
      [63, 63],
    ] as const)
      assert.deepEqual(pixelOf(png, 64, x, y), blue)
    // Nothing of the drawing lies outside the circle of four fifths.
    for (let x = 0; x < 64; x++)
      for (let y = 0; y < 64; y++)
        if (Math.hypot(x - 31.5, y - 31.5) > 25.6 + 1)
          assert.deepEqual(pixelOf(png, 64, x, y), blue, `${x}, ${y}`)
  })
})

it('the app has its name in each language, and is one app', () => {
  const manifests = languages.map((language) => manifestOf(language) as Record<string, unknown>)
  assert.equal(new Set(manifests.map(({ name }) => name)).size, languages.length)
  for (const each of manifests)
    assert.deepEqual(
      [each['id'], each['start_url'], each['scope'], each['display']],
      ['/mail/', '/mail/', '/mail/', 'standalone'],
    )
  assert.deepEqual(
    icons.map(({ pixels }) => pixels),
    [192, 512, 512],
  )
})
