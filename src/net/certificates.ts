/**
 * The node's own certification authority and server certificate, made at the first start, so that
 * TLS works before anybody has bought a certificate. RFC 5280 profile, ECDSA P-256.
 */
import './reflect-metadata.ts'
import { createPublicKey, randomBytes, webcrypto } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509'
import { type Clock, dayMs, hourMs } from '../base/clock.ts'
import { caCertificateDays, renewBeforeMs, serverCertificateDays } from './limits.ts'
import { writeFileDurably } from './write-file-durably.ts'

export const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
export const usages: webcrypto.KeyUsage[] = ['sign', 'verify']

/** Clocks of clients run behind by minutes; a certificate from the future locks them out. */
const backdateMs = hourMs

export interface CertificateFiles {
  readonly caPath: string
  readonly caKeyPath: string
  readonly certificatePath: string
  readonly keyPath: string
  /** The key of the next certificate: others know it by a TLSA record before it is used. */
  readonly nextKeyPath: string
}

export interface EnsureCertificatesOptions {
  readonly folder: string
  readonly clock: Clock
  /** Names and IP addresses of this server. */
  readonly names?: readonly string[]
}

const defaultNames = ['localhost', '127.0.0.1', '::1']

/**
 * Makes what is missing in the folder and renews the server certificate when it has less than
 * thirty days left, lacks a name, or is not by this CA. The CA itself is never replaced: people
 * trust it.
 */
export async function ensureCertificates(
  options: EnsureCertificatesOptions,
): Promise<CertificateFiles> {
  const { folder, clock, names = defaultNames } = options
  cryptoProvider.set(webcrypto)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const files = {
    caPath: join(folder, 'ca.pem'),
    caKeyPath: join(folder, 'ca-key.pem'),
    certificatePath: join(folder, 'server.pem'),
    keyPath: join(folder, 'server-key.pem'),
    nextKeyPath: join(folder, 'next-key.pem'),
  }
  const ca = (await readPair(files.caPath, files.caKeyPath)) ?? (await makeCa(files, clock))
  const server = await readPair(files.certificatePath, files.keyPath)
  if (server === undefined || !(await isGood(server.certificate, ca.certificate, names, clock))) {
    await makeServer(files, ca, names, clock)
  }
  await ensureNextKey(files)
  return files
}

export interface Pair {
  readonly certificate: X509Certificate
  readonly key: webcrypto.CryptoKey
}

async function makeCa(files: CertificateFiles, clock: Clock): Promise<Pair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, usages)
  const suffix = randomBytes(4).toString('hex')
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    // Two installations on one desk must not look like one authority.
    name: `CN=Tamar CA ${suffix}, O=Tamar`,
    ...validity(clock, caCertificateDays),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  await writeFileDurably(files.caKeyPath, await keyToPem(keys.privateKey), 0o600)
  await writeFileDurably(files.caPath, `${certificate.toString('pem')}\n`, 0o644)
  return { certificate, key: keys.privateKey }
}

async function makeServer(
  files: CertificateFiles,
  ca: Pair,
  names: readonly string[],
  clock: Clock,
): Promise<void> {
  const { publicKey, pem } = (await readNextKey(files)) ?? (await makeKey())
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: `CN=${names[0] ?? 'localhost'}, O=Tamar`,
    issuer: ca.certificate.subject,
    ...validity(clock, serverCertificateDays),
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: ca.key,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map(toGeneralName)),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(ca.certificate.publicKey),
    ],
  })
  const chain = `${certificate.toString('pem')}\n${ca.certificate.toString('pem')}\n`
  await writeFileDurably(files.keyPath, pem, 0o600)
  await writeFileDurably(files.certificatePath, chain, 0o644)
}

interface NewKey {
  readonly publicKey: webcrypto.CryptoKey
  readonly pem: string
}

async function makeKey(): Promise<NewKey> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, usages)
  return { publicKey: keys.publicKey, pem: await keyToPem(keys.privateKey) }
}

/** Undefined: there is none yet. */
async function readNextKey({ nextKeyPath }: CertificateFiles): Promise<NewKey | undefined> {
  const pem = await readIfThere(nextKeyPath)
  if (pem === undefined) return undefined
  const spki = createPublicKey(pem).export({ type: 'spki', format: 'der' })
  return {
    pem,
    publicKey: await webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
  }
}

/** One that is in use by now, after a renewal or a crash in the middle of one, has a follower. */
async function ensureNextKey(files: CertificateFiles): Promise<void> {
  const [next, used] = await Promise.all([files.nextKeyPath, files.keyPath].map(readIfThere))
  if (next !== undefined && next !== used) return
  await writeFileDurably(files.nextKeyPath, (await makeKey()).pem, 0o600)
}

async function isGood(
  certificate: X509Certificate,
  ca: X509Certificate,
  names: readonly string[],
  clock: Clock,
): Promise<boolean> {
  if (certificate.notAfter.getTime() - clock.now() < renewBeforeMs) return false
  const present = certificate.getExtension(SubjectAlternativeNameExtension)
  const has = new Set(present?.names.items.map(({ type, value }) => `${type}:${value}`))
  const lacks = names.some((name) => {
    const { type, value } = toGeneralName(name)
    return !has.has(`${type}:${value}`)
  })
  return !lacks && certificate.verify({ publicKey: ca.publicKey, signatureOnly: true })
}

/** Undefined when there is no pair, or no whole one: a crash between two files leaves half. */
export async function readPair(
  certificatePath: string,
  keyPath: string,
): Promise<Pair | undefined> {
  const [pem, keyPem] = await Promise.all([readIfThere(certificatePath), readIfThere(keyPath)])
  if (pem === undefined || keyPem === undefined) return undefined
  const [first] = PemConverter.decodeWithHeaders(pem)
  const [pkcs8] = PemConverter.decode(keyPem)
  if (first === undefined || pkcs8 === undefined) {
    throw new Error(`no certificate in ${certificatePath} or no key in ${keyPath}`)
  }
  const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign'])
  const certificate = new X509Certificate(first.rawData)
  const signature = await webcrypto.subtle.sign(algorithm, key, Buffer.from('pair'))
  const publicKey = await certificate.publicKey.export(algorithm, ['verify'])
  const isPair = await webcrypto.subtle.verify(algorithm, publicKey, signature, Buffer.from('pair'))
  return isPair ? { certificate, key } : undefined
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1')
  } catch (error) {
    // Node's file errors carry a code.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function toGeneralName(name: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isIP(name) === 0 ? 'dns' : 'ip', value: name }
}

export function validity(clock: Clock, days: number): { notBefore: Date; notAfter: Date } {
  const from = clock.now() - backdateMs
  return { notBefore: new Date(from), notAfter: new Date(from + days * dayMs) }
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets, at least 64 bits of randomness. */
export function newSerial(): string {
  const octets = randomBytes(16)
  octets[0] = 0x40 | ((octets[0] ?? 0) & 0x3f)
  return octets.toString('hex')
}

export async function keyToPem(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', key)
  return `${PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n`
}
