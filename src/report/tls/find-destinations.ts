/** Whom a domain wants to hear of TLS: the record at `_smtp._tls`. RFC 8460 §3. */
import { isRefusal } from '../../base/refusal.ts'
import { parseAddress } from '../../address/parse-address.ts'
import { destinationsMax } from '../limits.ts'

export interface ReportTexts {
  /** TXT records, each in one piece. Refusal('try-again') */
  texts(name: string): Promise<readonly string[] | undefined>
}

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
  const addresses = uris.flatMap((uri) => addressOf(uri.trim()) ?? [])
  return [...new Set(addresses)].slice(0, destinationsMax)
}

function addressOf(uri: string): string | undefined {
  const [, encoded] = /^mailto:([^?]{1,400})$/i.exec(uri) ?? []
  if (encoded === undefined) return undefined
  try {
    const text = decodeURIComponent(encoded)
    // An address in a header field of ours: nothing but plain characters.
    if (!/^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,253}$/.test(text)) return undefined
    parseAddress(text)
    return text
  } catch (error) {
    // What is no percent-encoding and what is no address is nobody's.
    if (error instanceof URIError || isRefusal(error, 'invalid')) return undefined
    throw error
  }
}
