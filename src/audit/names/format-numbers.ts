/** Numbers as an IMAP sequence set (RFC 9051 §9): a thousand messages read in a row are nine octets. */

/** Sorted, each once. */
export function formatNumbers(numbers: readonly unknown[]): string {
  const sorted = [...new Set(numbers.map(Number))].sort((a, b) => a - b)
  const runs: string[] = []
  let start = 0
  for (let at = 1; at <= sorted.length; at++) {
    const last = sorted[at - 1] ?? 0
    if (at < sorted.length && sorted[at] === last + 1) continue
    runs.push(at - start === 1 ? `${last}` : `${sorted[start]}:${last}`)
    start = at
  }
  return runs.join(',')
}
