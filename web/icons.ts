/**
 * The icons of the installed app, drawn from the measures of `mail/public/icon.svg` and written as PNG
 * (ISO/IEC 15948): eight bits of red, green and blue with alpha, no filter, deflated.
 */
import { crc32, deflateSync } from 'node:zlib'

export interface IconOptions {
  readonly pixels: number
  /** Fills its square, with the drawing in the circle no launcher cuts off. */
  readonly isMaskable: boolean
}

type Point = readonly [number, number]

/** The SVG's own square. */
const unit = 64
const corner = 14
const halfStroke = 2
const paper: Rgb = [0x14, 0x50, 0x8f]
const ink: Rgb = [0xff, 0xff, 0xff]
/** Of a maskable icon, so that its corners stay within four fifths of the width. */
const maskableScale = 0.9

/** The envelope, and its flap. */
const lines: readonly (readonly Point[])[] = [
  [
    [12, 20],
    [52, 20],
    [52, 46],
    [12, 46],
    [12, 20],
  ],
  [
    [12, 21],
    [32, 36],
    [52, 21],
  ],
]

type Rgb = readonly [number, number, number]

export function drawIcon({ pixels, isMaskable }: IconOptions): Buffer {
  const perUnit = pixels / unit
  const scale = isMaskable ? maskableScale : 1
  const middle = unit / 2
  const rows = Buffer.alloc(pixels * (1 + 4 * pixels))
  for (let y = 0; y < pixels; y++)
    for (let x = 0; x < pixels; x++) {
      const at: Point = [(x + 0.5) / perUnit, (y + 0.5) / perUnit]
      const drawn: Point = [middle + (at[0] - middle) / scale, middle + (at[1] - middle) / scale]
      const share = coverage((distanceToLines(drawn) - halfStroke) * scale * perUnit)
      const alpha = isMaskable ? 1 : coverage(distanceToSquare(at) * perUnit)
      const colour = paper.map((from, band) => Math.round(from + share * ((ink[band] ?? 0) - from)))
      // The first octet of a row says that no filter was used.
      rows.set([...colour, Math.round(255 * alpha)], y * (1 + 4 * pixels) + 1 + 4 * x)
    }
  return encode(pixels, rows)
}

/** How much of a pixel is inside, by how far its middle is from the edge. */
function coverage(pixelsOutside: number): number {
  return Math.min(1, Math.max(0, 0.5 - pixelsOutside))
}

function distanceToSquare([x, y]: Point): number {
  const inner = unit / 2 - corner
  const [dx, dy] = [Math.abs(x - unit / 2) - inner, Math.abs(y - unit / 2) - inner]
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner
}

function distanceToLines(at: Point): number {
  const each = lines.flatMap((line) =>
    line.slice(1).map((to, index) => distanceToLine(at, line[index] ?? to, to)),
  )
  return Math.min(...each)
}

function distanceToLine([x, y]: Point, [x1, y1]: Point, [x2, y2]: Point): number {
  const [dx, dy] = [x2 - x1, y2 - y1]
  const along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)
  const share = Math.min(1, Math.max(0, along))
  return Math.hypot(x - x1 - share * dx, y - y1 - share * dy)
}

function encode(pixels: number, rows: Buffer): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(pixels, 0)
  head.writeUInt32BE(pixels, 4)
  // Eight bits a channel, colour with alpha.
  head.set([8, 6], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const parts = [chunk('IHDR', head), chunk('IDAT', deflateSync(rows, { level: 9 }))]
  return Buffer.concat([signature, ...parts, chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, octets: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), octets])
  const framed = Buffer.alloc(8 + body.length)
  framed.writeUInt32BE(octets.length, 0)
  framed.set(body, 4)
  framed.writeUInt32BE(crc32(body), 4 + body.length)
  return framed
}
