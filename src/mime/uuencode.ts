/** uuencoded bodies (POSIX uuencode), which some programs still send as a transfer encoding. */

const LF = 10

/** The octets between the `begin` and `end` lines; without a `begin` line the body as it is. */
export function decodeUuencode(octets: Buffer): Buffer {
  let at = afterBegin(octets)
  if (at < 0) return octets
  const out = Buffer.allocUnsafe(octets.length)
  let length = 0
  while (at < octets.length) {
    const lf = octets.indexOf(LF, at)
    let end = lf < 0 ? octets.length : lf
    if (octets.toString('latin1', at, at + 3) === 'end') break
    if (octets[end - 1] === 13) end--
    length = decodeLine(octets.subarray(at, end), out, length)
    at = lf < 0 ? octets.length : lf + 1
  }
  return out.subarray(0, length)
}

/** Where the line after `begin 644 name` begins. */
function afterBegin(octets: Buffer): number {
  for (let at = octets.indexOf('begin '); at >= 0; at = octets.indexOf('begin ', at + 1)) {
    const isLine = at === 0 || octets[at - 1] === LF
    if (!isLine || !/^begin [0-7]{3,4} /.test(octets.toString('latin1', at, at + 12))) continue
    const lf = octets.indexOf(LF, at)
    return lf < 0 ? octets.length : lf + 1
  }
  return -1
}

/** The first character says how many octets; those whose characters are missing are missing. */
function decodeLine(line: Buffer, out: Buffer, from: number): number {
  const present = Math.floor(((line.length - 1) * 3) / 4)
  const end = from + Math.max(0, Math.min(six(line[0]), present))
  let to = from
  for (let at = 1; to < end; at += 4) {
    const bits =
      (six(line[at]) << 18) |
      (six(line[at + 1]) << 12) |
      (six(line[at + 2]) << 6) |
      six(line[at + 3])
    out[to++] = bits >> 16
    if (to < end) out[to++] = (bits >> 8) & 0xff
    if (to < end) out[to++] = bits & 0xff
  }
  return end
}

function six(octet: number | undefined): number {
  return octet === undefined ? 0 : (octet - 32) & 0x3f
}
