/**
 * The chain of who handled a message and what each saw of its sender. RFC 8617 §5.2. A chain is
 * evidence only where every hand in it is trusted (§9.2).
 */
import type { Judging } from './authenticate.ts'
import type { ArcData, ArcSet } from './library.ts'
import { arcSetsMax, rsaBitsMin } from './limits.ts'
import type { ArcResult, Authentication } from './types.ts'

export async function judgeArc(
  { library, resolve, trustedSealers }: Judging,
  data: ArcData,
): Promise<Authentication['arc']> {
  const chain = data.chain === false ? [] : data.chain
  const sealers = chain.map(sealerOf)
  if (chain.length > arcSetsMax) return { result: 'fail', sealers: [], vouches: false }
  const { status } = await library.arc(data, {
    resolver: resolve,
    strict: true,
    minBitLength: rsaBitsMin,
  })
  const result = arcResults.get(status.result) ?? 'fail'
  const trusted = new Set(trustedSealers.map((domain) => domain.toLowerCase()))
  const vouches =
    result === 'pass' && sealers.every((domain) => trusted.has(domain)) && sawDmarcPass(chain[0])
  return { result, sealers, vouches }
}

function sealerOf(set: ArcSet): string {
  const domain = set['arc-seal']?.parsed?.d?.value
  return typeof domain === 'string' ? domain.toLowerCase() : ''
}

/** What the first hand wrote down; comments and quoted words say nothing (RFC 8601 §2.2). */
function sawDmarcPass(set: ArcSet | undefined): boolean {
  const text = set?.['arc-authentication-results']?.original?.toString('latin1') ?? ''
  return /;\s*dmarc\s*=\s*pass\b/i.test(withoutComments(text).replaceAll(quotedString, ''))
}

const quotedString = /"(?:\\.|[^"\\])*"/gs

/** Nested ones too; parentheses in a quoted string are none (RFC 5322 §3.2.2). */
export function withoutComments(text: string): string {
  let kept = ''
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    const isEscape = character === '\\'
    const octets = isEscape ? text.slice(at, at + 2) : character
    if (isEscape) at++
    else if (character === '"' && depth === 0) isQuoted = !isQuoted
    else if (character === '(' && !isQuoted) depth++
    else if (character === ')' && depth > 0) {
      depth--
      continue
    }
    if (depth === 0) kept += octets
  }
  return kept
}

const arcResults: ReadonlyMap<string, ArcResult> = new Map([
  ['pass', 'pass'],
  ['fail', 'fail'],
  ['none', 'none'],
  ['temperror', 'temperror'],
])
