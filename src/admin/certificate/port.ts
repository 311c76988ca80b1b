/** What the verbs of certificates stand on. */
import type { Millis } from '../../base/clock.ts'

export interface CertificateView {
  readonly names: readonly string[]
  readonly issuer: string
  readonly serial: string
  readonly notBefore: Millis
  readonly notAfter: Millis
  readonly fingerprint: string
  readonly isGiven: boolean
  readonly tlsa: string
  readonly nextTlsa: string | undefined
}

/** The certificate of the node that answers. Whether somebody may was asked before. */
export interface NodeCertificates {
  show(): Promise<CertificateView>
  /** PKCS #10, PEM. Refusal('invalid'): this node renews its own by itself. */
  request(): Promise<string>
  /** Refusal('invalid'): what is wrong with it is the message; nothing was changed. */
  install(pem: string): Promise<CertificateView>
}
