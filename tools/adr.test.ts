import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { findAdrFaults } from './adr.ts'

test('decision records have numbers of their own and say why', () => {
  assert.deepEqual(findAdrFaults(dirname(dirname(fileURLToPath(import.meta.url)))), [])
})

test('a number used twice and a heading that is missing are named', () => {
  const root = mkdtempSync(join(tmpdir(), 'tamar-adr-'))
  try {
    const folder = join(root, 'docs', 'adr')
    mkdirSync(folder, { recursive: true })
    const whole = '# 0001: A\n\n## Context\n\n## Decision\n\n## Consequences\n\n## Alternatives\n'
    writeFileSync(join(folder, '0001-a.md'), whole)
    writeFileSync(join(folder, '0001-b.md'), whole.replace('## Context\n', ''))
    assert.deepEqual(findAdrFaults(root), [
      '0001 is the number of 0001-a.md and 0001-b.md',
      '0001-b.md has no "## Context"',
    ])
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
