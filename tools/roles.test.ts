import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { formatRolesPage, rolesPage } from './roles.ts'

test('the page of roles says what the code says', () => {
  const page = readFileSync(join(import.meta.dirname, '..', rolesPage), 'utf8')
  assert.equal(page, formatRolesPage(), `run: node tools/roles.ts`)
})
