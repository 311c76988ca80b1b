/** What the DNS says of the certificate of one host. RFC 7672 §2.1.3, §2.2. */
import type { Answer, MailResolver, TlsaRecord } from '../../../dns/types.ts'
import { isUsable } from './verify-dane.ts'

export type DaneFinding =
  /** Nothing, or nothing that is validated. */
  | { readonly kind: 'none' }
  /** Validated records of which none can be used: encrypted, whoever it is. */
  | { readonly kind: 'unusable' }
  | { readonly kind: 'usable'; readonly records: readonly TlsaRecord[]; readonly base: string }

export interface DaneWish {
  readonly resolver: MailResolver
  readonly host: string
  readonly port: number
  /** How its addresses were found. */
  readonly addresses: Pick<Answer<string>, 'isSecure' | 'name'>
}

/** @throws Refusal('try-again') when nobody can say: then the host may not be used. RFC 7672 §2.1.2 */
export async function findDane(wish: DaneWish): Promise<DaneFinding> {
  for (const base of await basesOf(wish)) {
    const { records = [], isSecure } = await wish.resolver.tlsa(`_${wish.port}._tcp.${base}`)
    if (!isSecure || records.length === 0) continue
    const usable = records.filter(isUsable)
    return usable.length === 0 ? { kind: 'unusable' } : { kind: 'usable', records: usable, base }
  }
  return { kind: 'none' }
}

/** Where an alias led, when all of it is validated; then the name itself. */
async function basesOf({ resolver, host, addresses }: DaneWish): Promise<readonly string[]> {
  if (addresses.isSecure) return addresses.name === host ? [host] : [addresses.name, host]
  // An address that is not validated behind an alias that is: the alias' own zone may speak.
  if (addresses.name === host) return []
  return (await resolver.alias(host)).isSecure ? [host] : []
}
