/** The order of two messages. RFC 5256 §3: what is equal stands in the order of the mailbox. */
import type { Criterion } from '../wire/parse-sort.ts'
import type { Keyed } from './keys.ts'

export function compareBy(criteria: readonly Criterion[]): (a: Keyed, b: Keyed) => number {
  const signs = criteria.map(({ isReverse }) => (isReverse ? -1 : 1))
  return (a, b) => {
    for (let at = 0; at < signs.length; at += 1) {
      const x = a.key[at] ?? ''
      const y = b.key[at] ?? ''
      if (x === y) continue
      return (x < y ? -1 : 1) * (signs[at] ?? 1)
    }
    return a.uid - b.uid
  }
}
