import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { it } from 'node:test'
import { ManualClock, secondMs } from '../base/clock.ts'
import { createProgress } from './progress.ts'
import { formatTable, widthOf } from './table.ts'

it('a Han character is two columns wide and a combining mark none', () => {
  assert.equal(widthOf('運輸署TD'), 8)
  assert.equal(widthOf('e\u0301'), 1)
  assert.equal(widthOf('𨋢'), 2)
})

it('a table lines up, and a line break in a value makes no row', () => {
  const table = formatTable(
    ['a', 'b'],
    [
      ['運', 'x\ny'],
      [undefined, true],
    ],
  )
  assert.equal(table, 'A   B\n運  x y\n    yes')
})

function watch(isWatched: boolean) {
  const stream = new PassThrough({ encoding: 'utf8' })
  const clock = new ManualClock()
  const progress = createProgress({ stream, isWatched, clock })
  return { clock, progress, read: () => String(stream.read() ?? '') }
}

it('nothing is shown of what takes less than two seconds', () => {
  const { clock, progress, read } = watch(true)
  progress.at('messages', 1, 10)
  clock.advance(1.9 * secondMs)
  progress.at('messages', 9, 10)
  progress.end()
  assert.equal(read(), '')
})

it('a bar moves for a person and goes away at the end', () => {
  const { clock, progress, read } = watch(true)
  clock.advance(3 * secondMs)
  progress.at('messages', 5, 10)
  assert.equal(read(), `\r\x1b[K[${'█'.repeat(14)}${' '.repeat(14)}] messages: 5 of 10`)
  progress.at('messages', 6, 10)
  assert.equal(read(), '')
  progress.end()
  assert.equal(read(), '\r\x1b[K')
})

it('a log gets a line every ten seconds', () => {
  const { clock, progress, read } = watch(false)
  clock.advance(3 * secondMs)
  progress.at('messages', 5, undefined)
  assert.equal(read(), 'messages: 5\n')
  clock.advance(9 * secondMs)
  progress.at('messages', 6, undefined)
  assert.equal(read(), '')
  clock.advance(2 * secondMs)
  progress.at('messages', 7, undefined)
  assert.equal(read(), 'messages: 7\n')
})
