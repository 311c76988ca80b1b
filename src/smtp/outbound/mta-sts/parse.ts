/** The TXT record and the policy file. Pure: both are a stranger's. RFC 8461 §3.1, §3.2. */
import { domainToASCII } from 'node:url'
import { secondMs } from '../../../base/clock.ts'
import { policyAgeMaxS, policyHostsMax } from './limits.ts'
import type { StsPolicy } from './types.ts'

/** The id; undefined: the domain has no policy. */
export function parseStsRecord(texts: readonly string[]): string | undefined {
  const own = texts.filter((text) => /^v=STSv1[ \t]*;/.test(text))
  // Of several nobody knows which is meant.
  if (own.length !== 1) return undefined
  return /;[ \t]*id=([A-Za-z0-9]{1,32})[ \t]*(?:;|$)/.exec(own[0] ?? '')?.[1]
}

/** Undefined: not a policy of version 1. */
export function parseStsPolicy(text: string): StsPolicy | undefined {
  const fields = new Map<string, string>()
  const mx: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const [, key = '', value = ''] = /^([A-Za-z0-9_.-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    if (key === 'mx') mx.push(value)
    // Of what is said twice, the first counts.
    else if (!fields.has(key)) fields.set(key, value)
  }
  const age = fields.get('max_age') ?? ''
  const mode = fields.get('mode')
  if (fields.get('version') !== 'STSv1' || !/^\d{1,10}$/.test(age)) return undefined
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return undefined
  const hosts = mx.map(hostOf)
  if (mode !== 'none' && (hosts.length === 0 || hosts.length > policyHostsMax)) return undefined
  if (hosts.includes('')) return undefined
  return { mode, mx: hosts, maxAgeMs: Math.min(Number(age), policyAgeMaxS) * secondMs }
}

/** In A-label form; empty: no host name. */
function hostOf(value: string): string {
  const isWild = value.startsWith('*.')
  const name = domainToASCII(isWild ? value.slice(2) : value)
  return name === '' ? '' : `${isWild ? '*.' : ''}${name}`
}
