import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../base/clock.ts'
import { RankCache, ranksOf, sortByRanks } from './ranks.ts'

const count = 20_000
const uids = Array.from({ length: count }, (_, at) => 3 * at + 1)
const known = Uint32Array.from(uids)
const words = uids.map((uid) => `WORD ${(uid * 7_919) % 997}`)
const sizes = uids.map((uid) => (uid * 104_729) % 1_009)

/** RFC 5256 §3 as it is written. */
function sorted(asked: readonly number[], signs: readonly [number, number]): readonly number[] {
  const at = (uid: number) => (uid - 1) / 3
  const order = (a: string | number = '', b: string | number = '') => (a < b ? -1 : a > b ? 1 : 0)
  return asked.toSorted(
    (a, b) =>
      signs[0] * order(words[at(a)], words[at(b)]) ||
      signs[1] * order(sizes[at(a)], sizes[at(b)]) ||
      a - b,
  )
}

test('ranks sort as the values do, in both directions, all messages or some', async () => {
  const byWord = await ranksOf(known, words)
  const bySize = await ranksOf(known, sizes)
  const some = uids.filter((uid) => uid % 5 === 0)
  for (const isReverse of [false, true])
    for (const asked of [uids, some, []]) {
      const sign = isReverse ? -1 : 1
      const one = sortByRanks(asked, [{ ranks: byWord, isReverse }])
      assert.deepEqual(one, sorted(asked, [sign, 0]))
      const two = sortByRanks(asked, [
        { ranks: byWord, isReverse: false },
        { ranks: bySize, isReverse },
      ])
      assert.deepEqual(two, sorted(asked, [1, sign]))
    }
})

test('an order is kept while it has every message that is asked for, and not for long', async () => {
  const clock = new ManualClock()
  const cache = new RankCache(clock)
  const ranks = await ranksOf(Uint32Array.of(1, 2, 4), ['b', 'a', 'a'])
  cache.keep('m', 'SUBJECT', ranks)
  assert.equal(cache.find('m', 'SUBJECT', [1, 4])?.ranks, ranks.ranks)
  assert.equal(cache.find('m', 'SUBJECT', [1, 4, 5]), undefined, 'it has not the new one')
  cache.keep('m', 'SUBJECT', ranks)
  assert.equal(cache.find('m', 'DATE', [1]), undefined)
  clock.advance(10 * 60_000)
  assert.equal(cache.find('m', 'SUBJECT', [1]), undefined)
})
