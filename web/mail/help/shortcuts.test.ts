import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Keys, shortcuts } from './shortcuts.ts'
import { helpWords } from './words.ts'

describe('the keys', () => {
  it('each do one thing', () => {
    const ways = shortcuts.flatMap(({ keys }) => keys.map((way) => way.join(' ')))
    assert.equal(new Set(ways).size, ways.length)
  })

  it('are all taught in every language', () => {
    for (const words of Object.values(helpWords))
      for (const { word } of shortcuts) assert.notEqual(words[word], '')
  })

  it('in pairs count when they follow each other soon', () => {
    const keys = new Keys()
    assert.equal(keys.find('g', 0), undefined)
    assert.equal(keys.find('i', 500)?.word, 'toInbox')
    assert.equal(keys.find('g', 1_000), undefined)
    assert.equal(keys.find('i', 9_000), undefined)
    assert.equal(keys.find('e', 9_100)?.word, 'archive')
  })
})
