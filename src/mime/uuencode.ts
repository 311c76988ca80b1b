/** uuencoded bodies (POSIX uuencode), which some programs still send as a transfer encoding. */

/** The octets between the `begin` and `end` lines; without a `begin` line the body as it is. */
export function decodeUuencode(octets: Buffer): Buffer {
  const lines = octets.toString('latin1').split(/\r?\n/)
  const begin = lines.findIndex((line) => /^begin [0-7]{3,4} /.test(line))
  if (begin < 0) return octets
  const out: Buffer[] = []
  for (const line of lines.slice(begin + 1)) {
    if (line === 'end') break
    const length = six(line.charCodeAt(0))
    if (line === '' || length === 0) continue
    out.push(decodeLine(line, length))
  }
  return Buffer.concat(out)
}

function decodeLine(line: string, length: number): Buffer {
  const out = Buffer.alloc(length)
  let at = 1
  for (let to = 0; to < length; to += 3, at += 4) {
    const [a, b, c, d] = [at, at + 1, at + 2, at + 3].map((place) => six(line.charCodeAt(place)))
    const bits = ((a ?? 0) << 18) | ((b ?? 0) << 12) | ((c ?? 0) << 6) | (d ?? 0)
    out[to] = bits >> 16
    if (to + 1 < length) out[to + 1] = (bits >> 8) & 0xff
    if (to + 2 < length) out[to + 2] = bits & 0xff
  }
  return out
}

/** A short line reads as zeros, as if its trailing spaces were lost on the way. */
function six(code: number): number {
  return Number.isNaN(code) ? 0 : (code - 32) & 0x3f
}
