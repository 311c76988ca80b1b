/**
 * A request for a certificate, signed with the key it is for: the private key never leaves the machine.
 * RFC 2986; the names stand in a subject alternative name, RFC 5280 §4.2.1.6.
 */
import './reflect-metadata.ts'
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto'
import {
  cryptoProvider,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509'
import { isIP } from 'node:net'
import { algorithm, keyToPem, usages } from './certificates.ts'

/** @returns a private key, PEM. */
export async function newServerKey(): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, usages)
  return keyToPem(keys.privateKey)
}

/** Undefined: the key is not ECDSA P-256. */
export async function requestCertificate(
  keyPem: string,
  names: readonly string[],
): Promise<string | undefined> {
  const privateKey = createPrivateKey(keyPem)
  if (privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return undefined
  cryptoProvider.set(webcrypto)
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const { subtle } = webcrypto
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${names[0] ?? 'localhost'}`,
    signingAlgorithm: algorithm,
    keys: {
      privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']),
      publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
    },
    extensions: [
      new SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
    ],
  })
  return `${request.toString('pem')}\n`
}
