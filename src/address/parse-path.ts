/** The Path of MAIL FROM: and RCPT TO:. RFC 5321 §4.1.2, §4.1.1.2, §4.5.1; RFC 6531 §3.3. */
import { Refusal } from '../base/refusal.ts'
import { pathCharactersMax } from './limits.ts'
import { parseAddress } from './parse-address.ts'
import type { Path } from './types.ts'

/**
 * @param text what follows the colon; white space before `<` is tolerated.
 * @throws Refusal `invalid` where no path stands there.
 */
export function parsePath(text: string): Path {
  const open = /^ */.exec(text)?.[0].length ?? 0
  if (text[open] !== '<') throw invalidPath()
  const close = endOfPath(text, open + 1)
  const inner = skipRoute(text.slice(open + 1, close))
  const end = close + 1
  if (inner === '') return { address: undefined, isPostmaster: false, end }
  if (inner.toLowerCase() === 'postmaster') return { address: undefined, isPostmaster: true, end }
  return { address: parseAddress(inner), isPostmaster: false, end }
}

/** The `>` that is not within a quoted local part. */
function endOfPath(text: string, from: number): number {
  const end = Math.min(text.length, from + pathCharactersMax)
  let isQuoted = false
  for (let at = from; at < end; at++) {
    const character = text[at]
    if (isQuoted && character === '\\') at++
    else if (character === '"') isQuoted = !isQuoted
    else if (character === '>' && !isQuoted) return at
  }
  throw invalidPath()
}

/** A source route `@one,@two:` is accepted and ignored (RFC 5321 §4.1.1.3, appendix C). */
function skipRoute(inner: string): string {
  if (!inner.startsWith('@')) return inner
  const route = /^@[^\s:,@"]+(?:,@[^\s:,@"]+)*:/.exec(inner)?.[0]
  if (route === undefined || route.length === inner.length) throw invalidPath()
  return inner.slice(route.length)
}

function invalidPath(): Refusal {
  return new Refusal('invalid', { why: 'path' })
}
