/**
 * The arguments of MAIL and RCPT: a path in angle brackets and ESMTP parameters.
 * RFC 5321 §4.1.1.2, §4.1.1.3, §4.1.1.11 and §4.1.2.
 */
import { formatAddress } from '../../address/format.ts'
import { parsePath } from '../../address/parse-path.ts'
import { isRefusal } from '../../base/refusal.ts'

/** Why an argument cannot be read. The door has a reply for each. */
export type PathFault =
  | 'syntax'
  | 'bad-path'
  | 'unknown-parameter'
  | 'bad-parameter'
  | 'repeated-parameter'
  | 'needs-smtputf8'

export type Parameters = ReadonlyMap<string, string | undefined>

export interface PathAndParameters {
  /** Without brackets and without a source route (RFC 5321 §4.1.1.3: ignored). */
  readonly path: string
  /** Keywords in upper case. */
  readonly parameters: Parameters
}

/** More keywords than there are extensions. */
const parametersMax = 16

const noParameters: Parameters = new Map()

/** @param prefix `FROM:` or `TO:`. */
export function parsePathArgument(
  argument: string,
  prefix: 'FROM:' | 'TO:',
): PathAndParameters | PathFault {
  if (argument.slice(0, prefix.length).toUpperCase() !== prefix) return 'syntax'
  const rest = argument.slice(prefix.length).trimStart()
  if (!rest.startsWith('<')) return 'syntax'
  const parsed = readPath(rest)
  if (parsed === undefined) return 'bad-path'
  const { path, end } = parsed
  if (end === rest.length) return { path, parameters: noParameters }
  if (rest[end] !== ' ') return 'syntax'
  const parameters = parseParameters(rest.slice(end + 1))
  return typeof parameters === 'string' ? parameters : { path, parameters }
}

/** RFC 6531 §3.7.1: an address outside ASCII needs SMTPUTF8 on MAIL. */
export function checkPath(path: string, isSmtpUtf8: boolean): PathFault | undefined {
  return !isSmtpUtf8 && isOutsideAscii(path) ? 'needs-smtputf8' : undefined
}

function readPath(text: string): { readonly path: string; readonly end: number } | undefined {
  try {
    const { address, end } = parsePath(text)
    const inner = text.slice(1, end - 1)
    const hasRoute = address !== undefined && inner.startsWith('@')
    return { path: hasRoute ? formatAddress(address) : inner, end }
  } catch (error) {
    if (isRefusal(error, 'invalid')) return undefined
    throw error
  }
}

export function isOutsideAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return true
  return false
}

function parseParameters(text: string): Parameters | PathFault {
  const parameters = new Map<string, string | undefined>()
  for (const token of text.split(' ')) {
    // Two spaces in a row are forgiven like one after the colon.
    if (token === '') continue
    const equals = token.indexOf('=')
    const keyword = (equals === -1 ? token : token.slice(0, equals)).toUpperCase()
    const value = equals === -1 ? undefined : token.slice(equals + 1)
    if (!/^[A-Z0-9][A-Z0-9-]*$/.test(keyword) || value === '') return 'syntax'
    if (parameters.has(keyword)) return 'repeated-parameter'
    if (parameters.size === parametersMax) return 'syntax'
    parameters.set(keyword, value)
  }
  return parameters
}
