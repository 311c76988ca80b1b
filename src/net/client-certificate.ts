/**
 * A certificate for a client of mutual TLS, signed by the authority in a folder that
 * `ensureCertificates` made. RFC 5280 §4.2.1.12, clientAuth.
 */
import './reflect-metadata.ts'
import { webcrypto } from 'node:crypto'
import { join } from 'node:path'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509'
import type { Clock } from '../base/clock.ts'
import { algorithm, keyToPem, newSerial, readPair, usages, validity } from './certificates.ts'
import { serverCertificateDays } from './limits.ts'

export interface ClientCredential {
  /** PEM of all three. */
  readonly key: string
  readonly certificate: string
  readonly ca: string
  /** SHA-256 of the certificate as Node's TLS sockets give it: `AB:CD:…`. */
  readonly fingerprint: string
}

/** `folder` has the authority; `name` becomes the common name. */
export async function issueClientCertificate(
  folder: string,
  name: string,
  clock: Clock,
): Promise<ClientCredential> {
  cryptoProvider.set(webcrypto)
  const ca = await readPair(join(folder, 'ca.pem'), join(folder, 'ca-key.pem'))
  if (ca === undefined) throw new Error(`no certification authority in ${folder}`)
  const keys = await webcrypto.subtle.generateKey(algorithm, true, usages)
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: `CN=${name}, O=Tamar`,
    issuer: ca.certificate.subject,
    ...validity(clock, serverCertificateDays),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: ca.key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      await AuthorityKeyIdentifierExtension.create(ca.certificate.publicKey),
    ],
  })
  const digest = Buffer.from(await certificate.getThumbprint('SHA-256')).toString('hex')
  return {
    key: await keyToPem(keys.privateKey),
    certificate: `${certificate.toString('pem')}\n`,
    ca: `${ca.certificate.toString('pem')}\n`,
    fingerprint: (digest.toUpperCase().match(/../g) ?? []).join(':'),
  }
}
