/** Whom a domain's DMARC record names for aggregate reports, and who agreed to have them. RFC 9990 §4, RFC 7489 §7.1. */
import { mailtoAddress } from '../mailto.ts'
import { destinationsMax } from '../limits.ts'
import type { ReportTexts } from '../types.ts'

export interface Destination {
  readonly address: string
  /** What he takes at most; undefined: he did not say. */
  readonly octetsMax: number | undefined
}

/** `domain`: where the record stands. Refusal('try-again') */
export async function findDmarcDestinations(
  resolver: ReportTexts,
  domain: string,
): Promise<readonly Destination[]> {
  const [record, ...more] = await recordsOf(resolver, `_dmarc.${domain}`)
  if (record === undefined || more.length > 0) return []
  const uris = tagOf(record, 'rua')?.split(',') ?? []
  const found: Destination[] = []
  for (const uri of uris.slice(0, destinationsMax)) {
    const destination = destinationOf(uri.trim())
    if (destination === undefined) continue
    if (await agrees(resolver, domain, destination.address)) found.push(destination)
  }
  return found
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
}

/** `mailto:a@b!10m`: RFC 7489 §6.2. */
function destinationOf(uri: string): Destination | undefined {
  const [, plain = uri, digits, unit = ''] = /^(.*)!(\d{1,15})([kmgt]?)$/i.exec(uri) ?? []
  const address = mailtoAddress(plain)
  if (address === undefined) return undefined
  const octetsMax =
    digits === undefined ? undefined : Number(digits) * (units[unit.toLowerCase()] ?? 1)
  return { address, octetsMax }
}

/** Somebody else's mailbox is not filled because a record names it. */
async function agrees(resolver: ReportTexts, domain: string, address: string): Promise<boolean> {
  const host = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  if (host === domain || host.endsWith(`.${domain}`)) return true
  if (domain.endsWith(`.${host}`)) {
    // The organisation above it: it has a record of its own, and is no public suffix (RFC 9989 §4.10).
    const [above] = await recordsOf(resolver, `_dmarc.${host}`)
    if (above !== undefined && tagOf(above, 'psd') !== 'y') return true
  }
  return (await recordsOf(resolver, `${domain}._report._dmarc.${host}`)).length > 0
}

async function recordsOf(resolver: ReportTexts, name: string): Promise<readonly string[]> {
  const texts = (await resolver.texts(name)) ?? []
  return texts.filter((one) => /^v\s*=\s*DMARC1\s*(?:;|$)/.test(one))
}

function tagOf(record: string, name: string): string | undefined {
  for (const field of record.split(';')) {
    const [, tag, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(field) ?? []
    if (tag === name) return value
  }
  return undefined
}
