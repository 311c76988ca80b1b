import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { findStandardsFaults } from './standards.ts'

test('the page of standards and the source agree', () => {
  assert.deepEqual(findStandardsFaults(dirname(dirname(fileURLToPath(import.meta.url)))), [])
})

test('a standard that is not listed and a file that does not cite it are named', () => {
  const root = mkdtempSync(join(tmpdir(), 'tamar-standards-'))
  try {
    mkdirSync(join(root, 'docs'))
    mkdirSync(join(root, 'src'))
    writeFileSync(join(root, 'src', 'a.ts'), '/** RFC 5321 §4, and RFC\n * 9051 §6. */\n')
    writeFileSync(join(root, 'src', 'a.test.ts'), '/** RFC 1. */\n')
    const rows = ['5321 | SMTP | yes | | `a.ts`', '2045 | MIME | yes | | `a.ts`', '7 | x | no | |']
    const table = rows.map((row) => `| ${row} |\n`).join('')
    writeFileSync(join(root, 'docs', 'standards.md'), table)
    assert.deepEqual(findStandardsFaults(root), [
      'RFC 9051 is cited by src/a.ts and not in docs/standards.md',
      'RFC 2045 is not cited by src/a.ts, or it is not there',
      'RFC 7 does not say what is missing',
    ])
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
