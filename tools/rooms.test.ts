import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findBreaches, findWebBreaches, floors } from './rooms.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

test('no room imports a room above or beside it', () => {
  assert.deepEqual(findBreaches(root), [])
})

test('the web imports of the server only types, and its kit no screen', () => {
  assert.deepEqual(findWebBreaches(root), [])
})

test('the page on the architecture has the rooms there are, floor by floor', () => {
  const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8')
  const rows = Array.from(page.matchAll(/^\| \d+ \| ((?:`[a-z]+` ?)+)\|/gm), ([, cell = '']) =>
    Array.from(cell.matchAll(/[a-z]+/g), ([room]) => room),
  )
  const opened = floors.map((rooms) => rooms.filter((room) => existsSync(join(root, 'src', room))))
  assert.deepEqual(
    rows,
    opened.filter((rooms) => rooms.length > 0),
  )
})
