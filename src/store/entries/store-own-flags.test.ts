import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRealStore } from '../../../test/support/real-store.ts'
import { newId } from '../../base/id.ts'
import { flagBits } from '../types.ts'
import { rangesOf } from '../uid-ranges.ts'
import { storeStatement } from './store-own-flags.ts'

test('a STORE of one or two reads as little of a mailbox that was just filled as of a small one', async () => {
  await using ground = await openRealStore()
  const { store, clock, database } = ground
  const account = await ground.createAccount('person')
  const viewer = newId(clock)
  const octets = Buffer.from('Subject: one\r\n\r\n')
  const input = { octets, flags: 0, keywords: [], receivedAt: 1 }
  const { id: small } = await store.createMailbox(account, 'Small')
  const { id: big } = await store.createMailbox(account, 'Big')
  const uids = Array.from({ length: 256 }, (_, at) => at + 1)
  const from = { account, mailbox: small }
  await store.append(
    account,
    small,
    uids.map(() => input),
    viewer,
  )
  for (let at = 0; at < 20; at += 1) await store.copy(from, uids, { account, mailbox: big }, viewer)
  const masks = {
    keepFlags: -1,
    setFlags: flagBits['\\Flagged'],
    keepKeywords: -1n,
    setKeywords: 0n,
  }
  /** 8 KiB pages it looks at: the same on a machine that is busy. */
  const pagesOf = async (mailbox: string, asked: readonly number[]): Promise<number> => {
    const { text, values = [] } = storeStatement(
      { account, mailbox },
      asked,
      rangesOf(asked),
      masks,
    )
    const [row] = await database.transaction((tx) =>
      tx.rows<{ 'QUERY PLAN': readonly [{ Plan: Record<string, number> }] }>({
        text: `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
        values,
      }),
    )
    const plan = row?.['QUERY PLAN'][0].Plan ?? {}
    return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0)
  }
  for (const [few, many] of [
    [[17], [5_000]],
    [
      [20, 200],
      [20, 5_100],
    ],
  ] as const) {
    const [little, much] = [await pagesOf(small, few), await pagesOf(big, many)]
    assert.ok(little > 1 && much <= 2 * little, `${little} pages, then ${much}`)
  }
})
