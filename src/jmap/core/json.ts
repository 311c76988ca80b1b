/** JSON as JMAP has it: I-JSON (RFC 7493), read once from the octets of a request. */
import { isUtf8 } from 'node:buffer'
import { jsonDepthMax } from '../limits.ts'

export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** Undefined: it is not I-JSON. RFC 7493 §2: UTF-8, no lone surrogates, no name twice. */
export function parseIJson(octets: Buffer): Json | undefined {
  if (!isUtf8(octets)) return undefined
  const text = octets.toString('utf8')
  if (!isSound(text)) return undefined
  try {
    // What JSON.parse gives is JSON.
    return JSON.parse(text) as Json
  } catch {
    // A syntax fault is the client's: there is nothing else that it throws.
    return undefined
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Strings and structure by one pass; what is broken in other ways JSON.parse refuses. */
function isSound(text: string): boolean {
  const names: (Set<string> | undefined)[] = []
  token.lastIndex = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match
    if (found === '{' || found === '[') {
      names.push(found === '{' ? new Set() : undefined)
      if (names.length > jsonDepthMax) return false
    } else if (found === '}' || found === ']') names.pop()
    else if (!isSoundString(text, found, token.lastIndex, names.at(-1))) return false
  }
  return true
}

const token = /[{}[\]]|"(?:[^"\\]|\\.)*"/gsu

function isSoundString(
  text: string,
  quoted: string,
  end: number,
  names: Set<string> | undefined,
): boolean {
  const hasEscape = quoted.includes('\\')
  const isName = names !== undefined && isFollowedByColon(text, end)
  if (!hasEscape && !isName) return true
  let value: unknown
  try {
    value = hasEscape ? JSON.parse(quoted) : quoted.slice(1, -1)
  } catch {
    // An escape that is none.
    return false
  }
  if (typeof value !== 'string' || !value.isWellFormed()) return false
  if (!isName) return true
  if (names.has(value)) return false
  names.add(value)
  return true
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from
  while (' \t\r\n'.includes(text[at] ?? 'x')) at += 1
  return text[at] === ':'
}
