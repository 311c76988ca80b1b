/**
 * What an enrolled client of the audit process carries: one file with its private key, its
 * certificate, the authority it trusts, and the public key of the auditors. PEM (RFC 7468).
 */
import { createPublicKey, type KeyObject } from 'node:crypto'

export interface Credential {
  /** PEM. */
  readonly key: string
  readonly certificate: string
  /** Of the audit process; nothing else is trusted. */
  readonly ca: string
  /** Names are sealed to it: X25519. */
  readonly auditors: KeyObject
}

/** A credential that cannot be used; the message is for an operator. */
export class CredentialFault extends Error {
  override readonly name = 'CredentialFault'
}

export function formatCredential(credential: Omit<Credential, 'auditors'> & { auditors: string }) {
  const { key, certificate, ca, auditors } = credential
  return [key, certificate, ca, auditors].map((pem) => `${pem.trim()}\n`).join('')
}

const block = /-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----/g

/** @throws CredentialFault */
export function parseCredential(text: string, path: string): Credential {
  const found = (label: string) =>
    [...text.matchAll(block)].filter((match) => match[1] === label).map(([pem]) => `${pem}\n`)
  const [key] = found('PRIVATE KEY')
  const [certificate, ca] = found('CERTIFICATE')
  const [auditors] = found('PUBLIC KEY')
  if (key === undefined || certificate === undefined || ca === undefined || auditors === undefined)
    throw new CredentialFault(
      `${path} is no credential for the audit process. "tamar audit enrol" makes one there.`,
    )
  return { key, certificate, ca, auditors: createPublicKey(auditors) }
}
