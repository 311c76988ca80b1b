/** The certificates of the other side, its own first, as far as the chain is known. */
import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { chainMax } from '../limits.ts'

export function chainOf(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = []
  const seen = new Set<string>()
  // Without a certificate Node gives an empty object; one that issued itself names itself.
  let one: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true)
  while (one?.raw !== undefined && one.fingerprint256 !== undefined && chain.length < chainMax) {
    if (seen.has(one.fingerprint256)) break
    seen.add(one.fingerprint256)
    chain.push(new X509Certificate(one.raw))
    one = one.issuerCertificate
  }
  return chain
}
