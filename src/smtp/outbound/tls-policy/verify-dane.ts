/**
 * Whether a chain of certificates is what TLSA records say. Pure. RFC 7672 §3.1, RFC 6698 §2.1,
 * RFC 7671.
 */
import { createHash, type X509Certificate } from 'node:crypto'
import type { TlsaRecord } from '../../../dns/types.ts'

const [trustAnchor, endEntity] = [2, 3]
const matchings = { 0: 'whole', 1: 'sha256', 2: 'sha512' } as const
const selectors = { 0: 'certificate', 1: 'key' } as const

/** RFC 7672 §3.1.3: the usages of the Web say nothing here; other numbers nobody knows. */
export function isUsable({ usage, selector, matchingType, data }: TlsaRecord): boolean {
  if (usage !== trustAnchor && usage !== endEntity) return false
  if (!(selector in selectors) || !(matchingType in matchings)) return false
  const octets = { 0: undefined, 1: 32, 2: 64 }[matchingType]
  return octets === undefined ? data.length > 0 : data.length === octets
}

export interface DaneCheck {
  /** As the server sent it: its own first. */
  readonly chain: readonly X509Certificate[]
  readonly records: readonly TlsaRecord[]
  /** Names one of which an anchored certificate must have. RFC 7672 §3.2.2 */
  readonly names: readonly string[]
  readonly now: number
}

export function isDaneValid({ chain, records, names, now }: DaneCheck): boolean {
  const [own] = chain
  if (own === undefined) return false
  return records.filter(isUsable).some((record) => {
    // RFC 7672 §3.1.1: neither its name nor its dates count; the record is both.
    if (record.usage === endEntity) return isMatch(record, own)
    return isAnchored(record, chain, now) && names.some((name) => own.checkHost(name) !== undefined)
  })
}

function isMatch({ selector, matchingType, data }: TlsaRecord, one: X509Certificate): boolean {
  const octets = selector === 0 ? one.raw : one.publicKey.export({ type: 'spki', format: 'der' })
  if (matchingType === 0) return octets.equals(data)
  return createHash(matchingType === 1 ? 'sha256' : 'sha512')
    .update(octets)
    .digest()
    .equals(data)
}

/** From the server's own certificate, each issued by the next, up to one that the record means. */
function isAnchored(record: TlsaRecord, chain: readonly X509Certificate[], now: number): boolean {
  for (const [at, one] of chain.entries()) {
    if (now < one.validFromDate.getTime() || now > one.validToDate.getTime()) return false
    if (at > 0 && isMatch(record, one)) return true
    const issuer = chain[at + 1]
    if (issuer === undefined || !issuer.ca) return false
    if (!one.checkIssued(issuer) || !one.verify(issuer.publicKey)) return false
  }
  return false
}
