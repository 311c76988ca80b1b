/** LIST wildcards, RFC 9051 §6.3.9: `*` matches all, `%` all but the hierarchy separator. */

/** Linear in pattern times name: a row of states, no backtracking. */
export function matchesGlob(pattern: string, name: string): boolean {
  let states = new Uint8Array(pattern.length + 1)
  states[0] = 1
  skipWildcards(pattern, states)
  for (let at = 0; at < name.length; at += 1) {
    const next = new Uint8Array(pattern.length + 1)
    for (let p = 0; p < pattern.length; p += 1) {
      if (states[p] === 0) continue
      const char = pattern[p]
      if (char === '*' || (char === '%' && name[at] !== '/')) next[p] = 1
      else if (char === name[at]) next[p + 1] = 1
    }
    skipWildcards(pattern, next)
    states = next
  }
  return states[pattern.length] === 1
}

/** A wildcard may match nothing. */
function skipWildcards(pattern: string, states: Uint8Array): void {
  for (let p = 0; p < pattern.length; p += 1) {
    if (states[p] === 1 && (pattern[p] === '*' || pattern[p] === '%')) states[p + 1] = 1
  }
}
