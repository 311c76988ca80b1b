import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { formatReference } from './reference.ts'

it('docs/configuration.md says what the schema says', () => {
  const page = new URL('../../docs/configuration.md', import.meta.url)
  assert.equal(readFileSync(page, 'utf8'), formatReference())
})
