/**
 * What a test needs beyond npm. Where it is missing the test skips with one named reason; with
 * TAMAR_REQUIRE=all (continuous integration) it fails instead.
 */
import { spawnSync } from 'node:child_process'
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'

/** True when `command` is on the PATH; otherwise the test is skipped, or fails where all is required. */
export function needs(t: TestContext, command: string): boolean {
  if (spawnSync('sh', ['-c', `command -v ${command}`]).status === 0) return true
  return missing(t, `needs ${command}`)
}

export function needsPerlModule(t: TestContext, module: string): boolean {
  if (spawnSync('perl', [`-M${module}`, '-e', '1']).status === 0) return true
  return missing(t, `needs Perl’s ${module}`)
}

/** Debian's own Python: another one does not see Debian's modules. */
export const python = '/usr/bin/python3'

export function needsPythonModule(t: TestContext, module: string): boolean {
  if (spawnSync(python, ['-c', `import ${module}`]).status === 0) return true
  return missing(t, `needs Python’s ${module}`)
}

export function needsRoot(t: TestContext): boolean {
  return process.getuid?.() === 0 || missing(t, 'needs root')
}

/** Skips with the reason; fails where all is required. */
export function missing(t: TestContext, reason: string): false {
  assert.notEqual(process.env['TAMAR_REQUIRE'], 'all', `${reason}, and TAMAR_REQUIRE=all`)
  t.skip(reason)
  return false
}
