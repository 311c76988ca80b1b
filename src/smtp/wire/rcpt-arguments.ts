/** The argument of RCPT as a value. */
import { decodeXtext } from './xtext.ts'
import { type PathFault, checkPath, isOutsideAscii, parsePathArgument } from './path.ts'

export type Notify = 'never' | 'success' | 'failure' | 'delay'

export interface RcptArguments {
  readonly forwardPath: string
  /** RFC 3461 §4.1. */
  readonly notify: readonly Notify[] | undefined
  /** RFC 3461 §4.2: type, semicolon, address, decoded. */
  readonly originalRecipient: string | undefined
}

/** RFC 3461 §4.2 */
const originalRecipientOctetsMax = 500

export function parseRcptArguments(
  argument: string,
  isSmtpUtf8: boolean,
): RcptArguments | PathFault {
  const parsed = parsePathArgument(argument, 'TO:')
  if (typeof parsed === 'string') return parsed
  const { path, parameters } = parsed
  // The null path is a reverse-path only (RFC 5321 §4.1.1.3).
  const pathFault = path === '' ? 'bad-path' : checkPath(path, isSmtpUtf8)
  if (pathFault !== undefined) return pathFault
  for (const keyword of parameters.keys()) {
    if (keyword !== 'NOTIFY' && keyword !== 'ORCPT') return 'unknown-parameter'
  }
  const notify = parameters.has('NOTIFY') ? parseNotify(parameters.get('NOTIFY')) : undefined
  const originalRecipient = parameters.has('ORCPT')
    ? parseOriginal(parameters.get('ORCPT'), isSmtpUtf8)
    : undefined
  if (notify === false || originalRecipient === false) return 'bad-parameter'
  return { forwardPath: path, notify, originalRecipient }
}

const notifies: ReadonlyMap<string, Notify> = new Map([
  ['NEVER', 'never'],
  ['SUCCESS', 'success'],
  ['FAILURE', 'failure'],
  ['DELAY', 'delay'],
])

/** NEVER stands alone; the others at most once each. */
function parseNotify(value: string | undefined): readonly Notify[] | false {
  const found: Notify[] = []
  for (const word of (value ?? '').toUpperCase().split(',')) {
    const notify = notifies.get(word)
    if (notify === undefined || found.includes(notify)) return false
    found.push(notify)
  }
  return found.length > 1 && found.includes('never') ? false : found
}

/** `rfc822;xtext`, or `utf-8;…` as RFC 6533 §3 writes it. */
function parseOriginal(value: string | undefined, isSmtpUtf8: boolean): string | false {
  if (value === undefined || Buffer.byteLength(value) > originalRecipientOctetsMax) return false
  const semicolon = value.indexOf(';')
  const type = value.slice(0, semicolon)
  if (semicolon < 1 || !/^[A-Za-z0-9-]+$/.test(type)) return false
  const address = value.slice(semicolon + 1)
  const decoded =
    type.toLowerCase() === 'utf-8' ? decodeUtf8Address(address, isSmtpUtf8) : decodeXtext(address)
  return decoded === undefined || decoded === '' ? false : `${type};${decoded}`
}

/** RFC 6533 §3: `\x{HEX}` stands for a code point; unencoded only in an SMTPUTF8 transaction. */
function decodeUtf8Address(text: string, isSmtpUtf8: boolean): string | undefined {
  if (!isSmtpUtf8 && isOutsideAscii(text)) return undefined
  if (!/^(?:[!-*,-<>-[\]-~\u0080-\u{10FFFF}]|\\x\{[0-9A-F]{2,6}\})*$/u.test(text)) return undefined
  let isBad = false
  const decoded = text.replaceAll(/\\x\{([0-9A-F]{2,6})\}/g, (_all, hex: string) => {
    const point = Number.parseInt(hex, 16)
    if (point > 0x10ffff || point < 0x20 || point === 0x7f) isBad = true
    return isBad ? '' : String.fromCodePoint(point)
  })
  return isBad || !decoded.isWellFormed() ? undefined : decoded
}
