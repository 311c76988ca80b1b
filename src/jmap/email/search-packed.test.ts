/** Searches in an account whose texts are packed, against the same when none are. RFC 8621 §4.4.1. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openJmapWorld } from '../../../test/support/jmap-world.ts'
import { minuteMs } from '../../base/clock.ts'
import { packAccount } from '../../store/search/pack.ts'

const letters = 60
const letter = (at: number) =>
  `From: p${(at * 7) % 5}@td.example\r\nSubject: ${at === 11 ? 'rareword' : 'Letter'} ${at % 3}\r\n\r\n` +
  `Minutes ${at % 20 === 4 ? '琥珀色檔案' : ''}${'long '.repeat(at % 9)}\r\n`

/** Of few and of many, by one word and more, with what facts say and what no pack does. */
const filters: readonly object[] = [
  { text: 'minutes' },
  { text: '琥珀色档案' },
  { text: 'minutes 琥珀色檔案' },
  { subject: 'rareword' },
  { subject: 'nowhere' },
  { text: '琥珀色檔案', minSize: 100, hasAttachment: false },
  { header: ['Subject', 'rareword'] },
  {
    operator: 'OR',
    conditions: [{ subject: 'rareword' }, { body: '琥珀色檔案' }],
  },
  { operator: 'OR', conditions: [{ subject: 'rareword' }, { minSize: 100 }] },
  { operator: 'NOT', conditions: [{ body: '琥珀色檔案' }, { subject: 'rareword' }] },
  {
    operator: 'AND',
    conditions: [
      { body: '琥珀色檔案' },
      { operator: 'NOT', conditions: [{ from: 'p3@td.example' }] },
    ],
  },
]

const sorts: readonly object[] = [
  { property: 'receivedAt', isAscending: false },
  { property: 'receivedAt', isAscending: true },
  { property: 'from', isAscending: false },
  { property: 'size', isAscending: true },
  { property: 'hasKeyword', keyword: '$seen' },
]

describe('searches', { timeout: 120_000 }, () => {
  it('find the same in the same order, whether texts are packed, few of them or all are to be found', async () => {
    await using world = await openJmapWorld()
    const { store, clock } = world
    const accountId = world.ids.alice
    const append = (at: number) => world.append(accountId, 'INBOX', letter(at), (at * 37) % 61)
    for (let at = 0; at < letters; at += 1) await append(at)
    const ask = async () => {
      const found: unknown[] = []
      for (const filter of filters)
        for (const sort of sorts) {
          const args = { accountId, filter, sort: [sort], calculateTotal: true }
          const { ids, total } = await world.call('Email/query', args)
          found.push({ filter, sort, ids, total })
        }
      return found
    }
    /** Makes results that are remembered no longer those of the account. */
    const mark = async (value: true | null) => {
      const { ids } = await world.call('Email/query', { accountId, limit: 1 })
      const update = { [ids[0]]: { 'keywords/marked': value } }
      await world.call('Email/set', { accountId, update })
    }
    const singly = await ask()
    clock.advance(11 * minuteMs)
    assert.equal(await packAccount(store.context, accountId, { messagesMin: 1 }), letters)
    await mark(true)
    assert.deepEqual(await ask(), singly)
    // One that no pack has yet is among those that are looked at.
    const latest = await append(letters + 4)
    const { ids } = await world.call('Email/query', { accountId, filter: { text: '琥珀色檔案' } })
    assert.ok(ids.includes(latest))
    assert.equal(ids.length, 4)
    assert.deepEqual(world.faults, [])
  })
})
