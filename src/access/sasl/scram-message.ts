/** The client's two messages of SCRAM. RFC 5802 §7. */
import { Refusal } from '../../base/refusal.ts'
import { findPrepared } from './prepare.ts'

export interface ClientFirst {
  /** What the client knows of channel binding. */
  readonly binding: 'none' | 'thought-absent' | 'tls-exporter'
  /** The GS2 header as it was sent; the final message must repeat it. */
  readonly header: string
  readonly bare: string
  readonly identity: string
  readonly authorizeAs: string
  readonly nonce: string
}

export interface ClientFinal {
  /** Base64, as it was sent. */
  readonly channelBinding: string
  readonly nonce: string
  readonly proof: Buffer
  readonly withoutProof: string
}

/** `n`: the client has no channel binding; `y`: it thinks that we have none; `p=`: it uses one. */
const bindings = { n: 'none', y: 'thought-absent', 'p=tls-exporter': 'tls-exporter' } as const
const firstShape =
  /^((n|y|p=tls-exporter),(?:a=([^,]*))?,)(n=([^,]*),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/s
const finalShape =
  /^(c=([A-Za-z0-9+/=]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,[^,]*)*?),p=([A-Za-z0-9+/=]+)$/s

/** @throws Refusal('invalid') */
export function parseClientFirst(text: string): ClientFirst {
  const [, header, flag = 'n', authorizeAs = '', bare, name, nonce] = firstShape.exec(text) ?? []
  if (header === undefined || bare === undefined || !name || nonce === undefined) throw invalid()
  const names = { identity: saslName(name), authorizeAs: saslName(authorizeAs) }
  // The pattern lets nothing else through.
  const binding = bindings[flag as keyof typeof bindings]
  return { binding, header, bare, nonce, ...names }
}

/** @throws Refusal('invalid') */
export function parseClientFinal(text: string): ClientFinal {
  const [, withoutProof, channelBinding, nonce, proof] = finalShape.exec(text) ?? []
  if (withoutProof === undefined || channelBinding === undefined || nonce === undefined)
    throw invalid()
  return { withoutProof, channelBinding, nonce, proof: Buffer.from(proof ?? '', 'base64') }
}

/** RFC 5802 §5.1: comma and equals sign are written `=2C` and `=3D`. */
function saslName(text: string): string {
  if (/=(?!2C|3D)/.test(text)) throw invalid()
  const name = findPrepared(text.replaceAll('=2C', ',').replaceAll('=3D', '='))
  if (name === undefined) throw invalid()
  return name
}

function invalid(): Refusal {
  return new Refusal('invalid', { what: 'SCRAM message' })
}
