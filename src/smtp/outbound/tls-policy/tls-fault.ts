/** It answered and could not be talked to as it must be: no TLS, or not with who it should be. */
import type { TlsFailure } from './demand.ts'

export class TlsFault extends Error {
  override readonly name = 'TlsFault'
  readonly failure: TlsFailure

  constructor(failure: TlsFailure, options?: ErrorOptions) {
    super('no TLS session as it must be', options)
    this.failure = failure
  }
}

/** Undefined: it was something else. `isHandshake`: the failure came while TLS began. */
export function tlsFaultOf(error: unknown, isHandshake: boolean): TlsFault | undefined {
  if (!(error instanceof Error) || error instanceof TlsFault) return undefined
  const { code, command } = error as Error & { readonly code?: unknown; readonly command?: unknown }
  const failure = certificateFailureOf(`${String(code)} ${error.message}`)
  if (failure !== undefined) return new TlsFault(failure, { cause: error })
  if (code === 'ETLS' && command === 'STARTTLS')
    return new TlsFault('starttls-not-supported', { cause: error })
  if (code !== 'ETLS' && !isHandshake) return undefined
  return new TlsFault('validation-failure', { cause: error })
}

/** @param said a code or words of Node or OpenSSL; undefined: it is not of a certificate. */
export function certificateFailureOf(said: string): TlsFailure | undefined {
  return certificateFailures.find(([pattern]) => pattern.test(said))?.[1]
}

/** Codes of Node and OpenSSL; where the wire puts its own in front, the words of the same. */
const certificateFailures: readonly (readonly [RegExp, TlsFailure])[] = [
  [/ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate/i, 'certificate-host-mismatch'],
  [
    /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|certificate has expired|not yet valid/i,
    'certificate-expired',
  ],
  [
    /SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|CERT_UNTRUSTED|self-signed|unable to (?:get|verify)/i,
    'certificate-not-trusted',
  ],
]
