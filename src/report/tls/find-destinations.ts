/** Whom a domain wants to hear of TLS: the record at `_smtp._tls`. RFC 8460 §3. */
import { destinationsMax } from '../limits.ts'
import { mailtoAddress } from '../mailto.ts'
import type { ReportTexts } from '../types.ts'

/** Addresses; reports by HTTPS are not sent. Refusal('try-again') */
export async function findTlsDestinations(
  resolver: ReportTexts,
  domain: string,
): Promise<readonly string[]> {
  const records = (await resolver.texts(`_smtp._tls.${domain}`)) ?? []
  const [record, ...more] = records.filter((text) => /^v=TLSRPTv1\s*;/.test(text))
  // Several are as good as none.
  if (record === undefined || more.length > 0) return []
  const rua = record
    .split(';')
    .map((field) => field.trim())
    .find((field) => field.startsWith('rua='))
  const uris = rua?.slice('rua='.length).split(',') ?? []
  const addresses = uris.flatMap((uri) => mailtoAddress(uri.trim()) ?? [])
  return [...new Set(addresses)].slice(0, destinationsMax)
}
