/** The command line against a running node, as its administrator. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { run } from './child.ts'
import { root, type Platform } from './platform.ts'

const commandTimeoutMs = 20_000

/** `tamar ARGS`; what it says with `--json`. */
export async function tamar(platform: Platform, ...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await run(
    join(root, 'tamar'),
    ['--data', platform.data, '--json', ...args],
    { withinMs: commandTimeoutMs },
  )
  assert.equal(code, 0, `tamar ${args.join(' ')}: ${stderr}${stdout}`)
  return JSON.parse(stdout)
}
