/** The data directory of an audit process: its places, its signing key, the auditors' public key. */
import { generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileDurably } from '../../net/write-file-durably.ts'
import { formatSecretKey, parseSecretKey } from '../../tlog/note-key.ts'
import type { NoteKeyKind, NoteSigner } from '../../tlog/types.ts'

export interface AuditFolder {
  readonly log: string
  readonly names: string
  readonly certificates: string
  readonly enrolled: string
  readonly auditorsKeyPath: string
  /** The log's public key, for witnesses and verifiers. */
  readonly vkeyPath: string
  /** Where the process serves now, for commands on the same machine. */
  readonly addressPath: string
  readonly signer: NoteSigner
  /** What the process's own chain is made with; of the log's key, and no key itself. */
  readonly chainSecret: Buffer
  /** Whose enrolment the log has. */
  readonly enrolledSaidPath: string
}

const seedOctets = 32

/** Makes what is missing but the auditors' key, which comes from the auditors. */
export async function openAuditFolder(root: string, origin: string): Promise<AuditFolder> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  const signer = await openSigner(join(root, 'log-key'), 'log', origin)
  const vkeyPath = join(root, 'log.vkey')
  const vkey = `${signer.verifier.vkey}\n`
  if (!existsSync(vkeyPath) || readFileSync(vkeyPath, 'utf8') !== vkey)
    await writeFileDurably(vkeyPath, vkey, 0o644)
  return {
    log: join(root, 'log'),
    names: join(root, 'names'),
    certificates: join(root, 'tls'),
    enrolled: join(root, 'enrolled'),
    auditorsKeyPath: join(root, 'auditors.pem'),
    vkeyPath,
    addressPath: join(root, 'address'),
    signer,
    chainSecret: chainSecretOf(join(root, 'log-key')),
    enrolledSaidPath: join(root, 'enrolled-said.json'),
  }
}

/** RFC 5869. */
function chainSecretOf(keyPath: string): Buffer {
  const key = readFileSync(keyPath, 'utf8').trim()
  return Buffer.from(hkdfSync('sha256', key, '', 'tamar audit own chain v1', seedOctets))
}

/** Its name is in the key: once made, it stays what it was. */
export async function openSigner(
  path: string,
  kind: NoteKeyKind,
  name: string,
): Promise<NoteSigner> {
  if (!existsSync(path)) {
    const secret = formatSecretKey(kind, name, randomBytes(seedOctets))
    await writeFileDurably(path, `${secret}\n`, 0o600)
  }
  return parseSecretKey(readFileSync(path, 'utf8').trim())
}

/** X25519: the public half for the audit process, the private one for the auditors and nobody else. */
export async function makeAuditorsKey(publicPath: string, privatePath: string): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('x25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  await writeFileDurably(privatePath, privateKey, 0o600)
  await writeFileDurably(publicPath, publicKey, 0o644)
}
