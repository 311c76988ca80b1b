import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openRealStore } from '../../../test/support/real-store.ts'
import { dayMs, minuteMs } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { foldForSearch } from '../../mime/fold.ts'
import type { TextQuery } from '../types.ts'
import { packAccount } from './pack.ts'
import { forgetSegments } from './forget-segments.ts'

async function openWorld(count: number) {
  const stack = new AsyncDisposableStack()
  const ground = stack.use(await openRealStore())
  const { store, clock } = ground
  const account = await ground.createAccount('person')
  const viewer = newId(clock)
  const { id: mailbox } = await store.createMailbox(account, 'Letters')
  const letters = Array.from({ length: count }, (_, at) =>
    Buffer.from(
      `Subject: Letter ${at}\r\nFrom: p${at % 7}@td.example\r\n\r\nNumber n${at}n of 香港 letters\r\n`,
    ),
  )
  const add = async (octets: Buffer): Promise<number> => {
    const input = { octets, flags: 0, keywords: [], receivedAt: clock.now() }
    const [appended] = await store.append(account, mailbox, [input], viewer)
    return appended?.uid ?? 0
  }
  for (const octets of letters) await add(octets)
  const find = async (where: TextQuery['where'], needle: string) => {
    const found = await store.findTexts(account, mailbox, [
      { where, needle: foldForSearch(needle) },
    ])
    return found && { hits: [...(found.hits[0] ?? [])].sort((a, b) => a - b), left: found.unpacked }
  }
  return {
    ...ground,
    account,
    mailbox,
    viewer,
    add,
    find,
    async settle() {
      clock.advance(11 * minuteMs)
      return store.packAccount(account)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

describe('search segments', () => {
  it('are built from what has settled, and found in without opening a message', async () => {
    await using world = await openWorld(300)
    assert.equal(await world.find('text', 'letter'), undefined)
    assert.equal(await world.store.packTexts(), 0)
    world.clock.advance(11 * minuteMs)
    assert.equal(await world.store.packTexts(), 256, 'what was too young is looked at again')
    assert.equal(await world.settle(), 44)
    assert.deepEqual((await world.find('body', 'N257N'))?.hits, [258])
    assert.equal((await world.find('body', '香港'))?.hits.length, 300)
    assert.deepEqual((await world.find({ field: 'SUBJECT: ' }, 'letter 299'))?.hits, [300])
    assert.deepEqual((await world.find({ field: 'FROM: ' }, 'letter'))?.hits, [])
    assert.equal((await world.find('text', 'p3@td'))?.hits.length, 43)
    assert.equal((await world.find('body', 'p3@td'))?.hits.length, 0)
    const uid = await world.add(Buffer.from('Subject: new\r\n\r\nn257n\r\n'))
    assert.deepEqual([...((await world.find('body', 'n257n'))?.left ?? [])], [uid])
  })

  it('find traditional and simplified characters by one another', async () => {
    await using world = await openWorld(3)
    const uid = await world.add(Buffer.from('Subject: 會議紀錄\r\n\r\n請於星期五前回覆。\r\n'))
    await world.settle()
    for (const words of ['会议纪录', '會議紀錄', '会議'])
      assert.deepEqual((await world.find({ field: 'SUBJECT: ' }, words))?.hits, [uid])
    assert.deepEqual((await world.find('body', '请于星期五'))?.hits, [uid])
    // Packed by an older table: nothing is believed of it, until it is packed anew.
    await world.database.single({ text: 'UPDATE search_state SET fold = 0' })
    assert.equal(await world.find('body', '请于'), undefined)
    assert.equal(await world.store.packAccount(world.account), 4)
    assert.deepEqual((await world.find('body', '请于'))?.hits, [uid])
  })

  it('leave aside a message that is all text', async () => {
    await using world = await openWorld(3)
    const uid = await world.add(
      Buffer.from(`Subject: large\r\n\r\n${'many words '.repeat(120_000)}\r\n`),
    )
    await world.settle()
    const found = await world.find('text', 'many words')
    assert.deepEqual(found?.hits, [])
    assert.deepEqual([...(found?.left ?? [])], [uid])
  })

  it('lose the text of what is destroyed, and stay exact until then', async () => {
    await using world = await openWorld(5)
    const { store, account, mailbox, viewer, clock } = world
    await world.settle()
    await store.expunge(account, mailbox, viewer, [2])
    const [recoverable] = (await store.mailboxes(account)).filter((m) => m.role === 'recoverable')
    const ask = [{ where: 'body', needle: 'N1N' }] as const
    const before = await store.findTexts(account, recoverable?.id ?? '', ask)
    assert.equal(before?.hits[0]?.size, 1)
    clock.advance(31 * dayMs)
    assert.equal(await store.destroyExpired(account), 1)
    const { database } = store.context
    const rows = await database.rows<{ message_ids: readonly string[] }>({
      text: 'SELECT message_ids FROM search_segment WHERE account_id = $1',
      values: [account],
    })
    assert.deepEqual(
      rows.map((row) => row.message_ids.length),
      [4],
    )
    assert.deepEqual(await database.rows({ text: 'SELECT message_id FROM search_unpacked' }), [])
    assert.deepEqual((await world.find('body', 'letters'))?.hits, [1, 3, 4, 5])
  })

  it('are built anew, and say how far they are', async () => {
    await using world = await openWorld(300)
    await world.settle()
    const told: string[] = []
    const packed = await world.store.rebuildSearch(world.account, (done, total) =>
      told.push(`${done} of ${total}`),
    )
    assert.equal(packed, 300)
    assert.deepEqual(told, ['256 of 300', '300 of 300'])
    assert.equal((await world.find('body', 'letters'))?.hits.length, 300)
    assert.equal(await world.store.rebuildAllSearch(() => undefined), 300)
    assert.equal((await world.find('body', 'letters'))?.hits.length, 300)
  })

  it('leave no message out when they are forgotten while others pack and search', async () => {
    await using world = await openWorld(520)
    const { store, account, clock } = world
    const { context } = store
    clock.advance(11 * minuteMs)
    const forgetting: Promise<void>[] = []
    // Packing has read on after the first segment; then everything is forgotten.
    await packAccount(context, account, {
      messagesMin: 1,
      told: (count) => void (count === 256 && forgetting.push(forgetSegments(context, account))),
    })
    await Promise.all(forgetting)
    const found = await world.find('body', 'letters')
    const seen = (found?.hits.length ?? 0) + (found?.left.size ?? 520)
    assert.equal(seen, 520)
    await store.packAccount(account)
    assert.equal((await world.find('body', 'letters'))?.hits.length, 520)
  })
})
