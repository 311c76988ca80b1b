/** The launcher `./tamar`, as a person calls it. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../../tamar', import.meta.url))

function call(command: string, args: readonly string[], cwd: string, home: string) {
  const env = { PATH: process.env['PATH'], HOME: home }
  return spawnSync(command, args, { cwd, env, encoding: 'utf8' })
}

test('works through a symbolic link, from any folder, also where no cache can be kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tamar launcher '))
  try {
    const inner = join(folder, 'bin')
    mkdirSync(inner)
    symlinkSync(launcher, join(folder, 'first'))
    symlinkSync('../first', join(inner, 'tamar'))
    const { status, stdout, stderr } = call(join(inner, 'tamar'), ['--version'], '/', '/dev/null')
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('says what to run when the parts are not installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-launcher-'))
  try {
    spawnSync('cp', [launcher, folder])
    const { status, stderr } = call(join(folder, 'tamar'), ['status'], folder, folder)
    assert.equal(status, 69)
    assert.match(stderr, /npm ci/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('names the faults of the configuration and ends with 78', () => {
  const args = ['config', 'check', '--config', '/nowhere/tamar.toml']
  const { status, stderr } = call(launcher, args, '/', '/dev/null')
  assert.equal(status, 78)
  assert.match(stderr, /\/nowhere\/tamar\.toml does not exist/)
})
