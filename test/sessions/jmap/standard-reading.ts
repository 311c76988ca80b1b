/** RFC 8620 §5.1 and §5.5: what /get and /query of every type must do. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { core, type Suite } from './client.ts'

const types = ['Mailbox', 'Thread', 'Email', 'Identity', 'EmailSubmission', 'Quota']
const queried = ['Mailbox', 'Email', 'EmailSubmission', 'Quota']

export function testStandardReading(of: () => Suite): void {
  it('§5.1: no ids are an empty list, and not all there are', async () => {
    for (const type of types) {
      const { accountId, list, notFound, state } = await of().lee.ok(`${type}/get`, { ids: [] })
      assert.deepEqual(
        [accountId, list, notFound, typeof state],
        [of().lee.accountId, [], [], 'string'],
        type,
      )
    }
  })

  it('§5.1: null are all there are, while they are fewer than the limit', async () => {
    const { lee } = of()
    const { list } = await lee.ok('Mailbox/get', { ids: null })
    assert.ok(list.length > 3)
    const { list: emails } = await lee.ok('Email/get', { ids: null, properties: [] })
    assert.ok(emails.length > 3)
    assert.deepEqual(await lee.ok('Mailbox/get', {}), await lee.ok('Mailbox/get', { ids: null }))
  })

  it('§5.1: an id given twice is answered once, and one that is not there is told', async () => {
    const { lee } = of()
    const { list, notFound } = await lee.ok('Mailbox/get', {
      ids: [lee.inbox, 'no-such', lee.inbox, 'no-such'],
    })
    assert.deepEqual(
      list.map(({ id }: { id: string }) => id),
      [lee.inbox],
    )
    assert.deepEqual(notFound, ['no-such'])
  })

  it('§5.1: the id is always there; an unknown property is invalidArguments', async () => {
    const { lee } = of()
    const { list } = await lee.ok('Mailbox/get', { ids: [lee.inbox], properties: ['role'] })
    assert.deepEqual(list, [{ id: lee.inbox, role: 'inbox' }])
    assert.deepEqual((await lee.ok('Mailbox/get', { ids: [lee.inbox], properties: [] })).list, [
      { id: lee.inbox },
    ])
    for (const type of types)
      assert.equal(
        await lee.fault(`${type}/get`, { ids: [], properties: ['nothing'] }),
        'invalidArguments',
        type,
      )
  })

  it('§5.1: more ids than maxObjectsInGet are requestTooLarge, and as many are answered', async () => {
    const { lee } = of()
    const { maxObjectsInGet } = lee.session.capabilities[core]
    const ids = Array.from({ length: maxObjectsInGet + 1 }, (_, at) => `x${at}`)
    for (const type of ['Mailbox', 'Thread', 'Email', 'Identity'])
      assert.equal(await lee.fault(`${type}/get`, { ids }), 'requestTooLarge', type)
    const { notFound } = await lee.ok('Email/get', { ids: ids.slice(1) })
    assert.equal(notFound.length, maxObjectsInGet)
  })

  it('§5.1: the state is the same while nothing changes, and another when something did', async () => {
    const { lee } = of()
    const before = await lee.state('Email')
    assert.equal(await lee.state('Email'), before)
    await lee.put(['Subject: another state\n\n'])
    assert.notEqual(await lee.state('Email'), before)
  })

  it('§5.5: every property of a query’s answer is there, and total only when it is asked for', async () => {
    for (const type of queried) {
      const answer = await of().lee.ok(`${type}/query`, {})
      assert.deepEqual(
        [
          typeof answer.queryState,
          typeof answer.canCalculateChanges,
          answer.position,
          Array.isArray(answer.ids),
        ],
        ['string', 'boolean', 0, true],
        type,
      )
      assert.equal('total' in answer, false, type)
      assert.equal(
        'total' in (await of().lee.ok(`${type}/query`, { calculateTotal: false })),
        false,
      )
      assert.equal(
        (await of().lee.ok(`${type}/query`, { calculateTotal: true })).total,
        answer.ids.length,
      )
    }
  })

  it('§5.5: operators: AND all, OR one, NOT none; an empty condition is true', async () => {
    const { lee } = of()
    const ids = async (filter: object) => (await lee.ok('Mailbox/query', { filter })).ids.length
    const all = await ids({})
    const inbox = { role: 'inbox' }
    const sent = { role: 'sent' }
    assert.equal(await ids({ operator: 'AND', conditions: [inbox, sent] }), 0)
    assert.equal(await ids({ operator: 'OR', conditions: [inbox, sent] }), 2)
    assert.equal(await ids({ operator: 'NOT', conditions: [inbox, sent] }), all - 2)
    assert.equal(
      await ids({ operator: 'NOT', conditions: [{ operator: 'NOT', conditions: [inbox] }] }),
      1,
    )
    for (const filter of [
      { operator: 'XOR', conditions: [] },
      { operator: 'AND' },
      'text',
      [inbox],
    ])
      assert.equal(
        await lee.fault('Mailbox/query', { filter }),
        'invalidArguments',
        JSON.stringify(filter),
      )
  })

  it('§5.5: an unknown property or collation to sort by is unsupportedSort', async () => {
    const { lee } = of()
    for (const type of queried) {
      assert.equal(
        await lee.fault(`${type}/query`, { sort: [{ property: 'x' }] }),
        'unsupportedSort',
        type,
      )
      assert.equal(
        await lee.fault(`${type}/query`, { filter: { x: 1 } }),
        'unsupportedFilter',
        type,
      )
    }
    const sort = [{ property: 'name', collation: 'i;nobody' }]
    assert.equal(await lee.fault('Mailbox/query', { sort }), 'unsupportedSort')
  })

  it('§5.5: sorts ascending unless told otherwise, by the first that differs, and each time the same', async () => {
    const { lee } = of()
    const receivedAt = '2011-01-01T00:00:00Z'
    const made = await lee.put(['Subject: tie b\n\n', 'Subject: tie a\n\n', 'Subject: tie c\n\n'], {
      receivedAt,
    })
    const filter = { subject: 'tie', before: '2011-02-01T00:00:00Z' }
    const query = async (sort: object[], limit?: number) =>
      (await lee.ok('Email/query', { filter, sort, limit })).ids
    const [b, a, c] = made
    const byBoth = [{ property: 'receivedAt' }, { property: 'subject' }]
    assert.deepEqual(await query(byBoth), [a, b, c])
    assert.deepEqual(
      await query([{ property: 'receivedAt' }, { property: 'subject', isAscending: false }]),
      [c, b, a],
    )
    const plain = { before: '2011-02-01T00:00:00Z', after: receivedAt }
    const first = await lee.ok('Email/query', { filter: plain, sort: byBoth, limit: 2 })
    assert.deepEqual(first.ids, [a, b], 'a page of few is in the same order')
    const tied = [{ property: 'receivedAt' }]
    assert.deepEqual(await query(tied), await query(tied))
  })

  it('§5.5: position counts from the end where it is negative, and is clamped at the first', async () => {
    const { lee } = of()
    const { ids } = await lee.ok('Mailbox/query', { sort: [{ property: 'name' }] })
    const at = async (position: number) =>
      lee.ok('Mailbox/query', { sort: [{ property: 'name' }], position, limit: 2 })
    const end = await at(-2)
    assert.deepEqual([end.position, end.ids], [ids.length - 2, ids.slice(-2)])
    const far = await at(-1000)
    assert.deepEqual([far.position, far.ids], [0, ids.slice(0, 2)])
    assert.deepEqual((await at(ids.length + 5)).ids, [])
  })

  it('§5.5: an anchor is used instead of the position, with its offset; one that is not there is told', async () => {
    const { lee } = of()
    const sort = [{ property: 'name' }]
    const { ids } = await lee.ok('Mailbox/query', { sort })
    const from = async (more: object) =>
      lee.ok('Mailbox/query', { sort, limit: 1, anchor: ids[2], ...more })
    const here = await from({ position: 1 })
    assert.deepEqual([here.position, here.ids], [2, [ids[2]]])
    assert.deepEqual((await from({ anchorOffset: 1 })).ids, [ids[3]])
    assert.deepEqual((await from({ anchorOffset: -1 })).ids, [ids[1]])
    const far = await from({ anchorOffset: -50 })
    assert.deepEqual([far.position, far.ids], [0, [ids[0]]])
    assert.equal(await lee.fault('Mailbox/query', { anchor: 'no-such' }), 'anchorNotFound')
  })

  it('§5.5: a limit is kept, 0 too; the server’s own is told, the client’s is not', async () => {
    const { lee } = of()
    const one = await lee.ok('Email/query', { limit: 1 })
    assert.deepEqual([one.ids.length, 'limit' in one], [1, false])
    const none = await lee.ok('Email/query', { limit: 0, calculateTotal: true })
    assert.deepEqual([none.ids, none.total > 0], [[], true])
    const open = await lee.ok('Email/query', {})
    assert.ok(open.limit >= open.ids.length)
    assert.equal((await lee.ok('Email/query', { limit: 10_000_000 })).limit, open.limit)
  })
}
