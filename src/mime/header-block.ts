/** Reads one header into fields with their offsets. RFC 5322 §2.2, tolerant as §4 and mail demand. */
import type { Delimiter, DelimiterScanner } from './delimiter.ts'
import type { HeaderField } from './types.ts'

export interface HeaderBlock {
  readonly fields: readonly HeaderField[]
  /** Where the body begins, after the empty line. */
  readonly end: number
  /** The delimiter line that ended the header before an empty line did. */
  readonly delimiter: Delimiter | undefined
  /** A limit was reached: what follows has no meaning for us. */
  readonly isCut: boolean
}

export interface HeaderLimits {
  readonly octetsMax: number
  readonly fieldsMax: number
}

const LF = 10
const CR = 13
const SP = 32
const TAB = 9
const DASH = 45
const COLON = 58

/** Names come again in each message; the second string is made once. Bounded by `namesMax`. */
const lowerNames = new Map<string, string>()
const namesMax = 2_000

/** A line without a colon is passed over; where it is the first line, there is no header at all. */
export function readHeader(
  octets: Buffer,
  start: number,
  scanner: DelimiterScanner,
  limits: HeaderLimits,
): HeaderBlock {
  const fields: HeaderField[] = []
  let open: HeaderField | undefined
  let at = start
  const done = (end: number, isCut = false, delimiter?: Delimiter): HeaderBlock => {
    if (open !== undefined) fields.push(open)
    return { fields, end, delimiter, isCut }
  }
  while (at < octets.length) {
    const first = octets[at]
    if (first === LF) return done(at + 1)
    if (first === CR && octets[at + 1] === LF) return done(at + 2)
    if (first === DASH && octets[at + 1] === DASH && scanner.hasOpen) {
      const delimiter = scanner.match(at, start)
      if (delimiter !== undefined) return done(delimiter.contentEnd, false, delimiter)
    }
    const lf = octets.indexOf(LF, at)
    const next = lf < 0 ? octets.length : lf + 1
    if (next - start > limits.octetsMax) return done(at, true)
    if (first === SP || first === TAB) {
      if (open !== undefined) open = { ...open, end: lineEnd(octets, at, next) }
      else if (at === start) return done(start)
    } else {
      if (open !== undefined) fields.push(open)
      open = readName(octets, at, next)
      if (open === undefined && at === start && !isMailboxLine(octets, at)) return done(start)
      if (open !== undefined && fields.length >= limits.fieldsMax) {
        open = undefined
        return done(at, true)
      }
    }
    at = next
  }
  return done(octets.length)
}

/** The field that begins at `at`, so far as its first line tells; undefined where it is none. */
function readName(octets: Buffer, at: number, next: number): HeaderField | undefined {
  let colon = at
  let nameEnd = -1
  for (; colon < next; colon++) {
    const octet = octets[colon] ?? 0
    if (octet === COLON) break
    // White space between name and colon is obsolete syntax (RFC 5322 §4.5).
    if (octet === SP || octet === TAB) nameEnd = nameEnd < 0 ? colon : nameEnd
    else if (octet < 33 || octet > 126 || nameEnd >= 0) return undefined
  }
  if (nameEnd < 0) nameEnd = colon
  if (colon >= next || nameEnd === at) return undefined
  const name = octets.toString('latin1', at, nameEnd)
  const end = lineEnd(octets, colon + 1, next)
  return { name, lowerName: lowerName(name), start: at, valueStart: colon + 1, end }
}

function lowerName(name: string): string {
  const known = lowerNames.get(name)
  if (known !== undefined) return known
  const lower = name.toLowerCase()
  if (lowerNames.size < namesMax && name.length < 40) lowerNames.set(name, lower)
  return lower
}

function lineEnd(octets: Buffer, at: number, next: number): number {
  let end = next
  if (end > at && octets[end - 1] === LF) {
    end--
    if (end > at && octets[end - 1] === CR) end--
  }
  return end
}

/** The `From ` line of an mbox file, which has no place in a message but comes along in some. */
function isMailboxLine(octets: Buffer, at: number): boolean {
  const word = octets.toString('latin1', at, at + 6)
  return word.startsWith('From ') || word === '>From '
}
