/**
 * The certificate of the node that answers: what it is, a request for the next one, and putting that in its
 * place. The private key stays on the machine: no call carries one.
 */
import { z } from 'zod'
import { begunAndEnded } from '../begun-and-ended.ts'
import { millis } from '../fields.ts'
import type { AdminPorts } from '../ports.ts'
import type { CertificateView } from './port.ts'
import { changing, listing, type Verb } from '../verb.ts'

const act = 'certificate.renew'

const view = z.strictObject({
  /** The node. */
  id: z.string(),
  names: z.array(z.string()),
  issuer: z.string(),
  serial: z.string(),
  notBefore: millis,
  notAfter: millis,
  /** Of the certificate, by SHA-256. */
  fingerprint: z.string(),
  /** False: of this installation’s own authority, and renewed by itself. */
  isGiven: z.boolean(),
  /** Its key as a TLSA record, and that of the next. RFC 7671. */
  tlsa: z.string(),
  nextTlsa: z.string().nullable(),
})
const example = {
  id: 'node-47dd538d',
  names: ['mail.gov.example'],
  issuer: 'C=HK, O=Example Authority',
  serial: '5A01',
  notBefore: 1_767_225_600_000,
  notAfter: 1_798_761_600_000,
  fingerprint: 'AB:CD',
  isGiven: true,
  tlsa: `3 1 1 ${'0'.repeat(64)}`,
  nextTlsa: null,
}

const list = listing({
  id: 'certificates.list',
  path: '/certificates',
  act: [act, 'platform.status'],
  summary: 'The certificate that the node shows which answers.',
  input: z.object({}),
  item: view,
  example,
  run: async (ports) => [viewOf(ports, await ports.certificates.show())],
})

const request = changing({
  id: 'certificates.request',
  path: '/certificates/request',
  act,
  summary:
    'A request (PKCS #10) for the next certificate; its key is made here where there is none, and stays.',
  input: z.object({}),
  output: z.strictObject({ request: z.string() }),
  example: { request: '-----BEGIN CERTIFICATE REQUEST-----\n…' },
  run: async (ports) => ({ request: await done(ports, () => ports.certificates.request()) }),
})

const install = changing({
  id: 'certificates.install',
  method: 'PUT',
  path: '/certificates/current',
  act,
  summary:
    'Puts a certificate with its issuers (PEM) in the place of the present one, for a key of this node.',
  input: z.object({ chain: z.string().min(1).max(65_536) }),
  output: view,
  example,
  run: async (ports, { chain }) =>
    viewOf(ports, await done(ports, () => ports.certificates.install(chain))),
})

function done<T>(ports: AdminPorts, work: () => Promise<T>): Promise<T> {
  return begunAndEnded(ports, act, { objectId: ports.nodeId }, work)
}

function viewOf({ nodeId }: AdminPorts, shown: CertificateView): z.input<typeof view> {
  return { id: nodeId, ...shown, names: [...shown.names], nextTlsa: shown.nextTlsa ?? null }
}

export const certificateVerbs: readonly Verb[] = [list, request, install]
