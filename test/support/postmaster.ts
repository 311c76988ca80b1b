/** The PostgreSQL a node runs in its data directory, found by the file it keeps there. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { until } from './until.ts'

const endTimeoutMs = 10_000

export interface Postmaster {
  readonly pid: number
  /** The folder of its Unix socket. */
  readonly sockets: string
}

/** Undefined when none runs. */
export function findPostmaster(dataFolder: string): Postmaster | undefined {
  const file = join(dataFolder, 'pg', 'postmaster.pid')
  if (!existsSync(file)) return undefined
  // postmaster.pid: pid, data directory, start time, port, socket directory, listen address, …
  const [pid = '', folder = '', , , sockets = ''] = readFileSync(file, 'utf8').split('\n')
  const isIt = folder.startsWith(dataFolder) && isPostgres(Number(pid))
  return isIt ? { pid: Number(pid), sockets } : undefined
}

/** Cuts it without a shutdown, as a power failure would, and waits until it has gone. */
export async function killPostmaster({ pid }: Postmaster): Promise<void> {
  process.kill(pid, 'SIGKILL')
  await until(`process ${pid} to end`, endTimeoutMs, () => !isPostgres(pid))
}

/** For a data directory that will be removed: what a killed node left behind goes with it. */
export async function removePostmaster(dataFolder: string): Promise<void> {
  const left = findPostmaster(dataFolder)
  if (left === undefined) return
  process.kill(left.pid, 'SIGQUIT')
  await until(`process ${left.pid} to end`, endTimeoutMs, () => !isPostgres(left.pid))
  rmSync(left.sockets, { recursive: true, force: true })
}

function isPostgres(pid: number): boolean {
  try {
    // A process that ended and is not yet reaped has an empty command line.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
  } catch {
    return false
  }
}
