import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findBreaches } from './rooms.ts'

test('no room imports a room above or beside it', () => {
  assert.deepEqual(findBreaches(dirname(dirname(fileURLToPath(import.meta.url)))), [])
})
