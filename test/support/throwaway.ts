/**
 * Folders of test runs in the machine's folder for temporary things. Each names the process that owns
 * it; what a run that was killed left behind, its PostgreSQL included, goes when the next one starts.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endOrphan } from '../../src/db/embedded/cluster.ts'

export const ownerFile = 'owner.pid'
const prefixes = ['tamar-test-', 'tamar-journey-'] as const

export function makeThrowaway(prefix: (typeof prefixes)[number]): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  writeFileSync(join(folder, ownerFile), `${process.pid}`)
  return folder
}

/** @returns how many folders went. */
export async function sweepThrowaways(root = tmpdir()): Promise<number> {
  let swept = 0
  for (const name of readdirSync(root)) {
    const folder = join(root, name)
    if (!prefixes.some((prefix) => name.startsWith(prefix)) || !isAbandoned(folder)) continue
    for (const inner of ['.', 'data']) await endOrphan(join(folder, inner, 'pg'))
    rmSync(folder, { recursive: true, force: true })
    swept++
  }
  return swept
}

/** Its owner has ended. A folder that names none is nobody's we know. */
function isAbandoned(folder: string): boolean {
  const file = join(folder, ownerFile)
  if (!existsSync(file)) return false
  const pid = Number(readFileSync(file, 'utf8'))
  return Number.isInteger(pid) && pid > 0 && !existsSync(join('/proc', `${pid}`))
}
