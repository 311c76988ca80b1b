/** Local parts: their syntax, how they are looked up, and what stands after `+`. */
import { Refusal } from '../base/refusal.ts'
import { localPartOctetsMax } from './limits.ts'

/** RFC 5322 §3.2.3 atext, and all above ASCII (RFC 6531 §3.3). */
const dotString =
  /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10FFFF}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10FFFF}-]+)*$/u

// eslint-disable-next-line no-control-regex -- no control character is printable
const control = /[\x00-\x1f\x7f-\x9f]/

/** Whether it may be written without quotes. */
export function isDotString(localPart: string): boolean {
  return dotString.test(localPart)
}

/**
 * The local part that a Dot-string or a quoted string means. RFC 5321 §4.1.2.
 * @throws Refusal `invalid`.
 */
export function parseLocalPart(written: string): string {
  const localPart = written.startsWith('"') ? unquote(written) : written
  if (!written.startsWith('"') && !isDotString(written)) throw invalidLocalPart()
  if (control.test(localPart) || !localPart.isWellFormed()) throw invalidLocalPart()
  const normal = localPart.normalize('NFC')
  if (normal === '' || Buffer.byteLength(normal) > localPartOctetsMax) throw invalidLocalPart()
  return normal
}

/** As it is looked up: NFC and lower case, so that every way to type it is one address. */
export function normalizeLocalPart(localPart: string): string {
  return localPart.normalize('NFC').toLowerCase().normalize('NFC')
}

/** `user+detail`: RFC 5233. Without a user before the `+` there is no detail. */
export function splitSubaddress(localPart: string): {
  readonly user: string
  readonly detail: string | undefined
} {
  const plus = localPart.indexOf('+')
  if (plus < 1) return { user: localPart, detail: undefined }
  return { user: localPart.slice(0, plus), detail: localPart.slice(plus + 1) }
}

function unquote(written: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(written)?.[1]
  if (inner === undefined) throw invalidLocalPart()
  return inner.replaceAll(/\\(.)/gs, '$1')
}

function invalidLocalPart(): Refusal {
  return new Refusal('invalid', { why: 'local part' })
}
