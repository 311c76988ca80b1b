/**
 * The certificate of this node, as the admin API has it: shown, asked for with a key that stays here, and
 * replaced. A certificate of the installation's own authority is renewed by itself and by nobody else.
 */
import { X509Certificate } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CertificateView, NodeCertificates } from '../admin/certificate/port.ts'
import { Refusal } from '../base/refusal.ts'
import { checkChain } from '../net/certificate-chain.ts'
import { newServerKey, requestCertificate } from '../net/certificate-request.ts'
import { tlsaOf, tlsaOfFile } from '../net/tlsa.ts'
import { writeFileDurably } from '../net/write-file-durably.ts'
import type { Config } from './config.ts'
import type { Platform } from './platform.ts'

type CertificateGround = Pick<Platform, 'clock'> & {
  readonly config: Pick<Config, 'tls' | 'hostname'>
  readonly folder: { readonly certificates: string }
}

interface Places {
  readonly certificate: string
  readonly key: string
  readonly nextKey: string
}

export function placesOf({ config: { tls }, folder }: Omit<CertificateGround, 'clock'>): Places {
  if (tls === undefined) {
    const at = (name: string) => join(folder.certificates, name)
    return {
      certificate: at('server.pem'),
      key: at('server-key.pem'),
      nextKey: at('next-key.pem'),
    }
  }
  const { certificate, key, nextKey = `${key}.next` } = tls
  return { certificate, key, nextKey }
}

export function createNodeCertificates(ground: CertificateGround): NodeCertificates {
  const { config, clock } = ground
  const { hostname } = config
  const places = placesOf(ground)
  const show = () => readView(places, config.tls !== undefined)
  return {
    show,
    request: () =>
      said(async () => {
        requireGiven(config)
        const names = (await show()).names
        const key = (await readIfThere(places.nextKey)) ?? (await makeNextKey(places))
        const request = await requestCertificate(key, [...new Set([hostname, ...names])])
        if (request !== undefined) return request
        const message = `The key in ${places.nextKey} is not ECDSA P-256: ask with tools of your own.`
        throw new Refusal('invalid', { message })
      }),
    install: (pem) =>
      said(async () => {
        requireGiven(config)
        const present = await readFile(places.key, 'utf8')
        const next = await readIfThere(places.nextKey)
        const keys = next === undefined ? [present] : [present, next]
        const answer = checkChain({ pem, hostname, keys, now: clock.now() })
        if ('fault' in answer) throw new Refusal('invalid', { message: answer.fault })
        // Between the two the pair does not fit, and the one before stays in use.
        if (answer.key !== present) await writeFileDurably(places.key, answer.key, 0o600)
        await writeFileDurably(places.certificate, pem, 0o644)
        if (answer.key === next) await rm(places.nextKey, { force: true })
        return show()
      }),
  }
}

function requireGiven({ tls }: Pick<Config, 'tls'>): void {
  if (tls !== undefined) return
  throw new Refusal('invalid', {
    message:
      'This node has a certificate of its own authority, which renews itself. To use another, name ' +
      'tls.certificate and tls.key in its configuration.',
  })
}

async function makeNextKey({ nextKey }: Places): Promise<string> {
  const pem = await newServerKey()
  await writeFileDurably(nextKey, pem, 0o600)
  return pem
}

async function readView(places: Places, isGiven: boolean): Promise<CertificateView> {
  const pem = await readFile(places.certificate, 'utf8')
  const certificate = new X509Certificate(pem)
  return {
    names: namesIn(certificate.subjectAltName ?? ''),
    issuer: certificate.issuer.replaceAll('\n', ', '),
    serial: certificate.serialNumber,
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    fingerprint: certificate.fingerprint256,
    isGiven,
    tlsa: tlsaOf(pem),
    nextTlsa: await tlsaOfFile(places.nextKey),
  }
}

/** `DNS:a, IP Address:b`, as OpenSSL writes it. */
function namesIn(text: string): readonly string[] {
  return text.split(', ').flatMap((part) => {
    const name = /^(?:DNS|IP Address):([\w.:*-]+)$/.exec(part)?.[1]
    return name === undefined ? [] : [name]
  })
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** What the operator of the machine can mend is said to him, in his words. */
async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') throw error
    const message = 'The node may not write the files that tls.certificate and tls.key name.'
    throw new Refusal('invalid', { message }, { cause: error })
  }
}
