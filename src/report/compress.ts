/** A report, compressed (RFC 1952), with what happened most: as much of it as may be sent. */
import { gzipSync } from 'node:zlib'

/** @param format of so many lines; the first of them happened most. */
export function compress<T>(
  lines: readonly T[],
  octetsMax: number,
  format: (lines: readonly T[]) => string,
): Buffer {
  let some = lines
  for (;;) {
    const octets = gzipSync(format(some))
    if (octets.length <= octetsMax || some.length <= 1) return octets
    some = some.slice(0, Math.ceil(some.length / 2))
  }
}

/** For a body of mail. RFC 2045 §6.8. */
export function base64Lines(octets: Buffer): string {
  return octets
    .toString('base64')
    .replaceAll(/.{1,76}/g, '$&\r\n')
    .trimEnd()
}
