/** The embedded PostgreSQL of a node that runs, for a command that reads beside it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pidFile, superuser, type Cluster } from './cluster.ts'

/** Lines of the postmaster's own file, counted from 0, as PostgreSQL documents them. */
const pidLine = 0
const socketLine = 4
const statusLine = 7

/** Undefined when none runs in this folder and takes connections. */
export function findRunningCluster(folder: string): Cluster['connection'] | undefined {
  const file = join(folder, pidFile)
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  const host = lines[socketLine]?.trim() ?? ''
  const isReady = lines[statusLine]?.trim() === 'ready'
  if (!isReady || host === '' || !existsSync(host) || !isAlive(Number(lines[pidLine])))
    return undefined
  return { host, user: superuser, database: 'postgres' }
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}
