/** What auditors and operators ask of an audit process: how it does, and the log to take away. */
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { CredentialFault, parseCredential } from '../../audit/credential.ts'
import { boxPath } from '../../audit/server/box-store.ts'
import { createAuditClient } from '../../audit/ship/client.ts'
import type { AuditClient } from '../../audit/ship/client.ts'
import { parseBundle } from '../../tlog/bundle.ts'
import { parseCheckpoint } from '../../tlog/checkpoint.ts'
import { parseLeaf } from '../../tlog/leaf.ts'
import { formatTilePath, listTiles } from '../../tlog/tile-path.ts'
import { StartFault } from '../start-fault.ts'

const statusSchema = z.object({
  origin: z.string(),
  size: z.number(),
  publishedSize: z.number(),
  chains: z.array(z.object({ node: z.string(), seq: z.number(), index: z.number() })),
})
export type AuditStatus = z.infer<typeof statusSchema>

/** @throws StartFault, Refusal('audit-unavailable') */
export async function auditStatus(url: string, credentialPath: string): Promise<AuditStatus> {
  using client = clientOf(url, credentialPath)
  return statusSchema.parse(JSON.parse((await must(client, 'v1/status')).toString()))
}

export interface Exported {
  readonly entries: number
  readonly boxes: number
}

/**
 * The newest cosigned checkpoint, every tile and bundle under it, and the boxes of names its entries
 * refer to: what "verify-audit" reads. Names stay sealed.
 */
export async function exportAudit(
  url: string,
  credentialPath: string,
  folder: string,
  onProgress: (done: number, of: number) => void,
): Promise<Exported> {
  using client = clientOf(url, credentialPath)
  const checkpoint = await must(client, 'checkpoint')
  const { size } = parseCheckpoint(checkpoint.toString())
  const boxes = new Set<string>()
  let entries = 0
  for (const name of listTiles(size)) {
    const path = formatTilePath(name)
    const octets = await must(client, path)
    await put(join(folder, path), octets)
    if (name.level !== undefined) continue
    for (const entry of parseBundle(octets)) noteBox(entry, boxes)
    entries += name.width
    onProgress(entries, size)
  }
  for (const hash of boxes) {
    // One that was destroyed is missing, and says so by its hash in the log.
    const octets = await client.get(`v1/names/${hash}`)
    if (octets !== undefined) await put(boxPath(join(folder, 'names'), hash), octets)
  }
  await put(join(folder, 'checkpoint'), checkpoint)
  return { entries, boxes: boxes.size }
}

function noteBox(octets: Buffer, boxes: Set<string>): void {
  const box = parseLeaf(octets).entry['names']
  if (typeof box === 'string') boxes.add(box)
}

async function must(client: AuditClient, path: string): Promise<Buffer> {
  const octets = await client.get(path)
  if (octets !== undefined) return octets
  throw new StartFault(
    path === 'checkpoint'
      ? 'The log has no cosigned checkpoint yet: its witnesses have not signed.'
      : `The audit process does not have ${path}.`,
  )
}

async function put(path: string, octets: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, octets)
}

export function clientOf(url: string, path: string): AuditClient {
  try {
    return createAuditClient({ url, credential: parseCredential(readFileSync(path, 'utf8'), path) })
  } catch (error) {
    const isKnown =
      error instanceof CredentialFault || (error instanceof Error && 'syscall' in error)
    if (!isKnown) throw error
    throw new StartFault(`The credential cannot be used: ${error.message}`, { cause: error })
  }
}
