import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { StartFault } from '../start-fault.ts'
import { readServeConfig } from './serve-config.ts'

test('options win over the file, and paths of the file are relative to it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-serve-'))
  const file = join(folder, 'audit.toml')
  writeFileSync(
    file,
    'listen = "127.0.0.1:9443"\nwitnesses = ["w/witness.json"]\nheads = "heads"\nquorum = 1\n',
  )
  const config = readServeConfig(file, { listen: '127.0.0.1:1', quorum: undefined, data: 'x' })
  assert.deepEqual(config.listen, { host: '127.0.0.1', port: 1 })
  assert.deepEqual(config.witnesses, [join(folder, 'w/witness.json')])
  assert.deepEqual([config.heads, config.quorum], [join(folder, 'heads'), 1])
  rmSync(folder, { recursive: true })
})

test('names what is wrong', () => {
  const isFault = (word: RegExp) => (error: unknown) => {
    assert.ok(error instanceof StartFault)
    assert.match(error.message, word)
    return true
  }
  assert.throws(() => readServeConfig(undefined, { listen: 'nowhere' }), isFault(/listen/))
  assert.throws(() => readServeConfig(undefined, { name: 'a b' }), isFault(/name/))
  assert.throws(() => readServeConfig('/nowhere/x.toml', {}), isFault(/x\.toml cannot be read/))
})
