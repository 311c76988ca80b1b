import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Mailbox } from '../../kit/jmap/types.ts'
import { filterOf, parseSearch, withoutTerm } from './model.ts'

const inbox = { id: 'i', name: 'INBOX', role: 'inbox' } as Mailbox
const works = { id: 'w', name: '工程 Works', role: null } as Mailbox
const place = { mailboxes: [inbox, works], mailboxId: 'w' }

describe('a search', () => {
  it('is words that must all be there', () => {
    assert.deepEqual(filterOf('harbour 隧道', place), {
      operator: 'AND',
      conditions: [{ text: 'harbour' }, { text: '隧道' }],
    })
  })

  it('knows the operators in English and in Chinese, with either colon', () => {
    for (const text of ['from:chan', '寄件人:chan', '发件人：chan', 'FROM：chan'])
      assert.deepEqual(filterOf(text, place), { from: 'chan' }, text)
    assert.deepEqual(filterOf('附有:附件', place), { hasAttachment: true })
    assert.deepEqual(filterOf('is:unread', place), { notKeyword: '$seen' })
    assert.deepEqual(filterOf('larger:5M', place), { minSize: 5_000_000 })
    assert.deepEqual(filterOf('in:inbox', place), { inMailbox: 'i' })
    assert.deepEqual(filterOf('in:"工程 works"', place), { inMailbox: 'w' })
    assert.deepEqual(filterOf('in:here', place), { inMailbox: 'w' })
  })

  it('reads days as the reader’s own', () => {
    const day = new Date(2026, 2, 1).toISOString().replace(/\.\d+/, '')
    for (const text of [
      'before:2026-03-01',
      'before:2026/3/1',
      '早於:2026年3月1日',
      'before:2026-03',
    ])
      assert.deepEqual(filterOf(text, place), { before: day }, text)
  })

  it('takes what it does not understand for words: nothing typed is refused', () => {
    assert.deepEqual(filterOf('re:budget', place), { text: 're:budget' })
    assert.deepEqual(filterOf('before:soon', place), { text: 'soon' })
    assert.deepEqual(filterOf('"', place), { operator: 'AND', conditions: [] })
  })

  it('keeps quoted words together and turns a minus around', () => {
    assert.deepEqual(filterOf('-subject:"annual leave"', place), {
      operator: 'NOT',
      conditions: [{ subject: 'annual leave' }],
    })
  })

  it('loses one of its terms and keeps the others as they were typed', () => {
    const text = 'from:chan "two words" has:attachment'
    assert.equal(parseSearch(text).length, 3)
    assert.equal(withoutTerm(text, 1), 'from:chan has:attachment')
  })
})
