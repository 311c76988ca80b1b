/** How long an auditor waits: the verifier in a process of its own, from start to exit. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { exportLog } from '../../src/tlog/export-log.ts'
import { openLog } from '../../src/tlog/log.ts'
import type { Figure } from '../figure.ts'
import { type Sealed, signer } from './sealing.ts'

const verifier = fileURLToPath(new URL('../../src/cli/verify-audit.ts', import.meta.url))

export async function measureVerify(
  { folder, size }: Sealed,
  exported: string,
): Promise<readonly Figure[]> {
  const opening = performance.now()
  await using log = await openLog({ folder, signer })
  const openMs = performance.now() - opening
  await exportLog(log, exported)
  const start = performance.now()
  const args = [verifier, exported, '--key', signer.verifier.vkey]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the verifier ended with ${code}`)
  const seconds = (performance.now() - start) / 1_000
  const note = `${size} entries: signature, tree, chains, each entry's inclusion`
  return [
    { measure: 'a log opened', value: openMs, unit: 'ms' },
    { measure: 'an export verified', value: seconds, unit: 's', aim: { most: 30 }, note },
  ]
}
