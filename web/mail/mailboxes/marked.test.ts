import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MarkedMailboxes } from './marked.ts'

function storage(text: string | null = null) {
  const kept = { text }
  return {
    kept,
    getItem: () => kept.text,
    setItem: (_: string, value: string) => void (kept.text = value),
  }
}

test('a favourite and a colour are there again, and gone when they are taken away', () => {
  const place = storage()
  const marked = new MarkedMailboxes(place)
  marked.change('a', { isFavourite: true })
  marked.change('a', { colour: 'teal' })
  marked.change('b', { colour: 'red' })
  const again = new MarkedMailboxes(place)
  assert.deepEqual(again.of('a'), { isFavourite: true, colour: 'teal' })
  again.change('b', { colour: undefined })
  assert.deepEqual([...new MarkedMailboxes(place).marks.value.keys()], ['a'])
})

test('what somebody else wrote into the storage is no mark', () => {
  for (const text of ['', '{', '{}', '[1]', '[["a",{"colour":"url(x)"}]]', '[["a",null]]']) {
    const marked = new MarkedMailboxes(storage(text))
    assert.deepEqual(marked.of('a'), { isFavourite: false, colour: undefined }, text)
  }
})

test('the marks of a browser have an end', () => {
  const place = storage()
  const marked = new MarkedMailboxes(place)
  for (let n = 0; n < 520; n++) marked.change(`m${n}`, { isFavourite: true })
  assert.equal(new MarkedMailboxes(place).marks.value.size, 500)
  assert.equal(marked.of('m0').isFavourite, false)
  assert.equal(marked.of('m519').isFavourite, true)
})
