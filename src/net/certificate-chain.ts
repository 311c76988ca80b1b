/**
 * A chain of certificates as somebody gives it: the server's first, each issued by the one after it, all of
 * them in force, for a name and for a key that are ours. RFC 5280 §6.1, RFC 8446 §4.4.2.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Millis } from '../base/clock.ts'

/** A server's, two authorities between, and a root that nobody needs. */
const chainMax = 8

export interface ChainQuestion {
  readonly pem: string
  readonly hostname: string
  /** Private keys, PEM: it must be for one of them. */
  readonly keys: readonly string[]
  readonly now: Millis
}

export type ChainAnswer =
  /** The key it is for. */
  { readonly key: string } | { readonly fault: string }

export function checkChain({ pem, hostname, keys, now }: ChainQuestion): ChainAnswer {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) return { fault: 'There is no certificate in it (PEM).' }
  if (blocks.length > chainMax) return { fault: `A chain has at most ${chainMax} certificates.` }
  const chain = blocks.map(readCertificate)
  if (chain.includes(undefined)) return { fault: 'A certificate in it cannot be read.' }
  const read = chain.filter((one) => one !== undefined)
  const [server] = read
  const key = keys.find((each) => server?.checkPrivateKey(createPrivateKey(each)) === true)
  if (server === undefined || key === undefined)
    return { fault: 'It is for another key: ask for one with tamar certificate request.' }
  if (server.checkHost(hostname) === undefined)
    return { fault: `It is not for ${hostname}, which this node is called.` }
  const fault = findTimeFault(read, now) ?? findLinkFault(read)
  return fault === undefined ? { key } : { fault }
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    // Whatever is wrong with it, it is none: the caller is told that.
    return undefined
  }
}

function findTimeFault(chain: readonly X509Certificate[], now: Millis): string | undefined {
  if (chain.some(({ validToDate }) => validToDate.getTime() <= now))
    return 'A certificate in it has ended.'
  if (chain.some(({ validFromDate }) => validFromDate.getTime() > now))
    return 'A certificate in it is not in force yet.'
  return undefined
}

function findLinkFault(chain: readonly X509Certificate[]): string | undefined {
  const isLinked = chain.slice(1).every((issuer, at) => {
    const issued = chain[at]
    return issued?.checkIssued(issuer) === true && issued.verify(issuer.publicKey)
  })
  return isLinked ? undefined : 'Each certificate must be issued by the one after it.'
}
