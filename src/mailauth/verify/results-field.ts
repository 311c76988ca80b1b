/**
 * Authentication-Results: what we found, for programs that show or filter, and the removal of what
 * others wrote in our name. RFC 8601 §2.2, §5; RFC 6008.
 */
import { splitMessage, type Field } from '../dkim/canonicalise.ts'
import { withoutComments } from './arc.ts'
import { wordCharsMax } from './limits.ts'
import type { Authentication, AuthenticationQuestion } from './types.ts'

type Asked = Pick<AuthenticationQuestion, 'reversePath' | 'heloName' | 'remoteAddress'>

/** What follows the field's name, without the last line end. */
export function formatResults(
  authservId: string,
  { spf, dkim, dmarc, arc, iprev }: Authentication,
  { remoteAddress }: Asked,
): string {
  const rows = [
    `spf=${spf.result}${property(`smtp.${spf.identity}`, spf.domain)}`,
    ...(dkim.length === 0 ? ['dkim=none'] : []),
    ...dkim.map(
      ({ result, domain, selector, algorithm, signature, comment }) =>
        `dkim=${result}${inParentheses(comment)}${property('header.d', domain)}` +
        `${property('header.s', selector)}${property('header.a', algorithm)}${property('header.b', signature)}`,
    ),
    `dmarc=${dmarcWord(dmarc.result)}${inParentheses(dmarc.result === 'none' ? undefined : `p=${dmarc.policy}`)}` +
      property('header.from', dmarc.domain),
    `arc=${arc.result === 'temperror' ? 'fail' : arc.result}${property('smtp.remote-ip', remoteAddress)}`,
    `iprev=${iprev.result}${property('policy.iprev', remoteAddress)}`,
  ]
  return ` ${authservId};\r\n\t${rows.join(';\r\n\t')}`
}

export function formatResultsField(
  authservId: string,
  authentication: Authentication,
  asked: Asked,
): string {
  return `Authentication-Results:${formatResults(authservId, authentication, asked)}\r\n`
}

/** RFC 7489 §11.2 has no word for several authors; nothing could be determined. */
function dmarcWord(result: Authentication['dmarc']['result']): string {
  return result === 'unclear' ? 'permerror' : result
}

function property(name: string, value: string): string {
  if (value === '' || value.length > wordCharsMax) return ''
  return ` ${name}=${/^[!#$%&'*+\-.^_`{|}~0-9a-z/@]+$/i.test(value) ? value : quoted(value)}`
}

function quoted(value: string): string {
  const kept = value.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/["\\]/g, '\\$&')
  return `"${kept}"`
}

function inParentheses(comment: string | undefined): string {
  if (comment === undefined) return ''
  return ` (${comment.slice(0, wordCharsMax).replaceAll(/[^\x20-\x7e]|[()\\]/g, '?')})`
}

/** RFC 8601 §5: fields that say they are ours are not, because we write ours below nobody's. */
export function isForeignClaim({ name, value }: Field, authservId: string): boolean {
  if (name !== 'authentication-results') return false
  const id = withoutComments(value).trim().split(/[\s;]/)[0] ?? ''
  return id.replaceAll('"', '').toLowerCase() === authservId.toLowerCase()
}

/** The message without the fields that `isUnwanted`; the same octets where there are none. */
export function withoutFields(message: Buffer, isUnwanted: (field: Field) => boolean): Buffer {
  const end = message.indexOf('\r\n\r\n')
  const header = message.subarray(0, end < 0 ? message.length : end + 2)
  // Most messages have none: the header is taken apart only where a name stands in it.
  const { fields } = splitMessage(message)
  if (!fields.some(isUnwanted)) return message
  const kept: Buffer[] = []
  let start = 0
  let at = 0
  const text = header.toString('latin1')
  const ends = [...text.matchAll(/\r\n(?![ \t])/g)].map(({ index }) => index + 2)
  for (const next of ends) {
    const line = text.slice(at, next - 2)
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).trimEnd().toLowerCase()
    if (colon > 0 && isUnwanted({ name, value: line.slice(colon + 1) })) {
      kept.push(message.subarray(start, at))
      start = next
    }
    at = next
  }
  kept.push(message.subarray(start))
  return Buffer.concat(kept)
}
