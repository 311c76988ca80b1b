/** The data directory of a node: its places, its lock and its name. */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartFault } from './start-fault.ts'

export interface DataFolder extends Disposable {
  readonly root: string
  readonly database: string
  readonly certificates: string
  readonly adminSocket: string
  /** Survives restarts: the audit chain of this node goes on under it. */
  readonly nodeId: string
}

/** @throws StartFault when it cannot be written or another process works in it. */
export function openDataFolder(root: string): DataFolder {
  try {
    mkdirSync(root, { recursive: true })
    const lock = takeLock(root)
    return {
      root,
      database: join(root, 'pg'),
      certificates: join(root, 'tls'),
      adminSocket: join(root, 'admin.sock'),
      nodeId: readNodeId(root),
      [Symbol.dispose]: () => rmSync(lock, { force: true }),
    }
  } catch (error) {
    if (error instanceof StartFault) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new StartFault(`The data directory ${root} cannot be used: ${why}.`, { cause: error })
  }
}

function takeLock(root: string): string {
  const lock = join(root, 'tamar.pid')
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0
  if (holder > 0 && holder !== process.pid && isTamar(holder))
    throw new StartFault(`Tamar (process ${holder}) is already running on ${root}.`)
  writeFileSync(lock, `${process.pid}`, { mode: 0o600 })
  return lock
}

/** A pid may have gone to somebody else since; only a Node process can be ours. */
function isTamar(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('node')
  } catch {
    // Gone, or a system without /proc: then the database folder's own lock decides.
    return false
  }
}

/** Made when there is none. */
export function readNodeId(root: string): string {
  mkdirSync(root, { recursive: true })
  const file = join(root, 'node-id')
  if (!existsSync(file)) writeFileSync(file, `node-${randomUUID().slice(0, 8)}`, { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}
