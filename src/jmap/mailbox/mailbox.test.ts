/** RFC 8621 §2 and RFC 8620 §5 with Mailboxes, over HTTPS: one test a sentence that says MUST. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'
import { objectsInGetMax, objectsInSetMax } from '../limits.ts'

describe('Mailboxes', { timeout: 120_000 }, () => {
  let world: JmapWorld
  let accountId = ''
  before(async () => {
    world = await openJmapWorld()
    accountId = world.ids.alice
  })
  after(() => world[Symbol.asyncDispose]())

  const get = (args: object = {}) => world.call('Mailbox/get', { accountId, ids: null, ...args })
  const set = (args: object) => world.call('Mailbox/set', { accountId, ...args })
  async function byName(name: string) {
    const { list } = await get()
    // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
    return list.find((each: any) => each.name === name)
  }
  async function make(name: string, more: object = {}): Promise<string> {
    const { created, notCreated } = await set({ create: { a: { name, ...more } } })
    assert.equal(notCreated, null)
    return created.a.id
  }

  it('answers invalidArguments without an account, accountNotFound with another’s (§3.6.2)', async () => {
    assert.equal((await world.call('Mailbox/get', { ids: [] })).type, 'invalidArguments')
    const other = await world.call('Mailbox/get', { accountId: world.ids.bob, ids: [] })
    assert.equal(other.type, 'accountNotFound')
  })

  it('gives every property of every mailbox for null, an empty list for [] (§5.1)', async () => {
    const { list, notFound, state } = await get()
    const inbox = list.find((each: { role: string }) => each.role === 'inbox')
    assert.equal(inbox.name, 'Inbox')
    assert.deepEqual(Object.keys(inbox).toSorted(), [
      'id',
      'isSubscribed',
      'myRights',
      'name',
      'parentId',
      'role',
      'sortOrder',
      'totalEmails',
      'totalThreads',
      'unreadEmails',
      'unreadThreads',
    ])
    assert.equal(inbox.myRights.mayDelete, false)
    assert.deepEqual(notFound, [])
    const empty = await get({ ids: [] })
    assert.deepEqual([empty.list, empty.notFound, empty.state], [[], [], state])
  })

  it('gives each id once, what is not found apart, and the id with any properties (§5.1)', async () => {
    const { id } = await byName('Inbox')
    const { list, notFound } = await get({ ids: [id, id, 'nothing'], properties: ['role'] })
    assert.deepEqual(list, [{ id, role: 'inbox' }])
    assert.deepEqual(notFound, ['nothing'])
  })

  it('refuses unknown properties and arguments, wrong types, and too many ids (§5.1)', async () => {
    assert.equal((await get({ properties: ['colour'] })).type, 'invalidArguments')
    assert.equal((await get({ colour: 1 })).type, 'invalidArguments')
    assert.equal((await get({ ids: 'a' })).type, 'invalidArguments')
    assert.equal((await get({ ids: ['not an id'] })).type, 'invalidArguments')
    const many = Array.from({ length: objectsInGetMax + 1 }, (_, at) => `x${at}`)
    assert.equal((await get({ ids: many })).type, 'requestTooLarge')
    const create = Object.fromEntries(many.slice(0, objectsInSetMax + 1).map((id) => [id, {}]))
    assert.equal((await set({ create })).type, 'requestTooLarge')
  })

  it('makes mailboxes that refer to each other in any order, and tells what was set (§5.3)', async () => {
    const { created, notCreated, oldState, newState } = await set({
      create: {
        child: { name: '子', parentId: '#parent' },
        parent: { name: 'Parent', isSubscribed: false },
      },
    })
    assert.equal(notCreated, null)
    assert.notEqual(oldState, newState)
    assert.equal('name' in created.child, false)
    assert.equal(created.parent.totalEmails, 0)
    const { list } = await get({ ids: [created.child.id, created.parent.id] })
    assert.deepEqual(
      list.map((each: { name: string; parentId: string | null }) => [each.name, each.parentId]),
      [
        ['子', created.parent.id],
        ['Parent', null],
      ],
    )
    assert.equal(list[1].isSubscribed, false)
  })

  it('carries creation ids from call to call of a request (§3.3)', async () => {
    const [, got] = await world.calls([
      ['Mailbox/set', { accountId, create: { k: { name: 'Carried' } } }],
      ['Mailbox/get', { accountId, ids: ['#k'] }],
    ])
    assert.equal(got?.[1].list[0].name, 'Carried')
  })

  it('refuses one object and makes the others (§5.3)', async () => {
    const { created, notCreated } = await set({
      create: {
        a: { name: 'Good' },
        b: { name: 'with/slash' },
        c: { name: 'Good2', colour: 'red' },
        d: { parentId: null },
        e: { name: 'Child', parentId: 'nothing' },
        f: { name: 'Inbox' },
      },
    })
    assert.deepEqual(Object.keys(created), ['a'])
    assert.deepEqual(
      Object.entries(notCreated).map(([id, error]) => [
        id,
        (error as { properties: unknown }).properties,
      ]),
      [
        ['b', ['name']],
        ['c', ['colour']],
        ['d', ['name']],
        ['e', ['parentId']],
        ['f', ['name']],
      ],
    )
  })

  it('refuses two mailboxes of one name under one parent (RFC 8621 §2)', async () => {
    await make('Twice')
    const { notCreated } = await set({ create: { a: { name: 'Twice' } } })
    assert.equal(notCreated.a.type, 'invalidProperties')
  })

  it('renames and moves, never into itself (RFC 8621 §2.5)', async () => {
    const a = await make('Moved')
    const b = await make('Target')
    const { updated } = await set({ update: { [a]: { name: 'Renamed', parentId: b } } })
    assert.deepEqual(updated, { [a]: null })
    const { list } = await get({ ids: [a], properties: ['name', 'parentId'] })
    assert.deepEqual(list, [{ id: a, name: 'Renamed', parentId: b }])
    const { notUpdated } = await set({ update: { [b]: { parentId: a }, nothing: { name: 'x' } } })
    assert.deepEqual(notUpdated[b].properties, ['parentId'])
    assert.equal(notUpdated.nothing.type, 'notFound')
  })

  it('lets what the server sets be said again, and refuses it changed (§5.3)', async () => {
    const id = await make('Set by the server')
    const { updated } = await set({ update: { [id]: { id, totalEmails: 0, role: null } } })
    assert.deepEqual(updated, { [id]: null })
    const { notUpdated } = await set({ update: { [id]: { totalEmails: 5 } } })
    assert.deepEqual(notUpdated[id].properties, ['totalEmails'])
  })

  it('changes what a mailbox is for, and lets no two have one role (§2)', async () => {
    const old = await byName('Archive')
    const id = await make('Vault')
    const { state } = await get({ ids: [] })
    const taken = await set({ update: { [id]: { role: 'archive' } } })
    assert.deepEqual(taken.notUpdated[id].properties, ['role'])
    const inbox = await byName('Inbox')
    const refused = await set({
      update: { [inbox.id]: { role: null }, [old.id]: { role: 'inbox' } },
    })
    assert.equal(refused.notUpdated[inbox.id].type, 'forbidden')
    assert.deepEqual(refused.notUpdated[old.id].properties, ['role'])
    // One after the other, in the order they stand.
    const { updated } = await set({
      update: { [old.id]: { role: null }, [id]: { role: 'archive' } },
    })
    assert.deepEqual(updated, { [old.id]: null, [id]: null })
    assert.deepEqual(
      [(await byName('Vault')).role, (await byName('Archive')).role],
      ['archive', null],
    )
    const changes = await world.call('Mailbox/changes', { accountId, sinceState: state })
    assert.deepEqual(new Set(changes.updated), new Set([old.id, id]))
    assert.equal(changes.updatedProperties, null)
    await set({ update: { [id]: { role: null }, [old.id]: { role: 'archive' } } })
  })

  it('keeps the order somebody gave his mailboxes, between 0 and 2^31 (§2)', async () => {
    const id = await make('Ordered', { sortOrder: 3 })
    assert.equal((await byName('Ordered')).sortOrder, 3)
    assert.deepEqual((await set({ update: { [id]: { sortOrder: 2 } } })).updated, { [id]: null })
    assert.equal((await byName('Ordered')).sortOrder, 2)
    assert.equal((await byName('Inbox')).sortOrder, 0, 'nobody gave it one')
    for (const sortOrder of [-1, 2 ** 31, 1.5, '1']) {
      const { notUpdated } = await set({ update: { [id]: { sortOrder } } })
      assert.deepEqual(notUpdated[id].properties, ['sortOrder'])
    }
    const sort = [{ property: 'sortOrder', isAscending: false }]
    const { ids } = await world.call('Mailbox/query', { accountId, sort, limit: 1 })
    assert.deepEqual(ids, [id])
  })

  it('keeps what has a child or messages, unless messages are to be removed (RFC 8621 §2.5)', async () => {
    const parent = await make('With child')
    await make('Leaf', { parentId: parent })
    await world.append(accountId, 'With child/Leaf', 'Subject: a\r\n\r\n')
    const leaf = await byName('Leaf')
    const refused = await set({ destroy: [parent, leaf.id] })
    assert.equal(refused.notDestroyed[parent].type, 'mailboxHasChild')
    assert.equal(refused.notDestroyed[leaf.id].type, 'mailboxHasEmail')
    const done = await set({ destroy: [leaf.id], onDestroyRemoveEmails: true })
    assert.deepEqual(done.destroyed, [leaf.id])
    const { id: inbox } = await byName('Inbox')
    const { notDestroyed } = await set({ destroy: [inbox, 'nothing'] })
    assert.equal(notDestroyed[inbox].type, 'forbidden')
    assert.equal(notDestroyed.nothing.type, 'notFound')
  })

  it('changes nothing when the state is another (§5.3)', async () => {
    const { state } = await get({ ids: [] })
    await make('In between')
    const refused = await set({ ifInState: state, create: { a: { name: 'Too late' } } })
    assert.equal(refused.type, 'stateMismatch')
    assert.equal(await byName('Too late'), undefined)
  })

  it('lets one of several writers with the same ifInState win', async () => {
    const { state } = await get({ ids: [] })
    const all = await Promise.all(
      ['A', 'B', 'C'].map((name) => set({ ifInState: state, create: { a: { name: `W${name}` } } })),
    )
    assert.equal(all.filter((each) => each.type === 'stateMismatch').length, 2)
  })

  it('tells created, updated and destroyed exactly, counts alone as such (§5.2, RFC 8621 §2.2)', async () => {
    const changes = (sinceState: string, more = {}) =>
      world.call('Mailbox/changes', { accountId, sinceState, ...more })
    const kept = await make('Kept')
    const lost = await make('Lost')
    const { state } = await get({ ids: [] })
    assert.deepEqual((await changes(state)).updated, [])
    const fresh = await make('Fresh')
    await set({ update: { [kept]: { name: 'Kept still' } }, destroy: [lost] })
    const told = await changes(state)
    assert.deepEqual([told.created, told.updated, told.destroyed], [[fresh], [kept], [lost]])
    assert.equal(told.updatedProperties, null)
    await world.append(accountId, 'Kept still', 'Subject: a\r\n\r\n')
    const counts = await changes(told.newState)
    assert.deepEqual(counts.updated, [kept])
    assert.deepEqual(counts.updatedProperties, [
      'totalEmails',
      'unreadEmails',
      'totalThreads',
      'unreadThreads',
    ])
    const seen: string[] = []
    let since = state
    for (let more = true; more;) {
      const page = await changes(since, { maxChanges: 1 })
      assert.ok(page.created.length + page.updated.length + page.destroyed.length <= 1)
      seen.push(...page.created, ...page.updated, ...page.destroyed)
      since = page.newState
      more = page.hasMoreChanges
    }
    assert.deepEqual(new Set(seen), new Set([fresh, kept, lost]))
    assert.equal((await changes('999999')).type, 'cannotCalculateChanges')
    assert.equal((await changes('x')).type, 'cannotCalculateChanges')
    assert.equal((await changes(state, { maxChanges: 0 })).type, 'invalidArguments')
  })

  it('calculates no changes across a backup that was put back (§5.2)', async () => {
    const { state } = await get({ ids: [] })
    const database = world.database
    const values = [accountId]
    await database.single({
      text: 'UPDATE account SET modseq = modseq + 50, states_from = modseq + 50 WHERE account_id = $1',
      values,
    })
    const asked = { accountId, sinceState: state }
    assert.equal((await world.call('Mailbox/changes', asked)).type, 'cannotCalculateChanges')
    assert.equal((await world.call('Email/changes', asked)).type, 'cannotCalculateChanges')
    const now = (await get({ ids: [] })).state
    const fresh = await world.call('Email/changes', { accountId, sinceState: now })
    assert.deepEqual(fresh.updated, [])
  })

  it('finds by filter and operator, sorts, and pages by position and anchor (§5.5)', async () => {
    for (const name of ['q1', 'q2', 'q3']) await make(name)
    const query = (more: object) =>
      world.call('Mailbox/query', {
        accountId,
        filter: { name: 'q' },
        sort: [{ property: 'name' }],
        ...more,
      })
    const { ids, position, queryState } = await query({})
    assert.deepEqual([ids.length, position, typeof queryState], [3, 0, 'string'])
    assert.equal((await query({ calculateTotal: true })).total, 3)
    assert.equal('total' in (await query({})), false)
    assert.deepEqual((await query({ position: -1 })).ids, [ids[2]])
    assert.deepEqual((await query({ position: 9 })).ids, [])
    const anchored = await query({ anchor: ids[1], anchorOffset: -1, limit: 2 })
    assert.deepEqual([anchored.ids, anchored.position], [[ids[0], ids[1]], 0])
    assert.equal((await query({ anchor: 'nothing' })).type, 'anchorNotFound')
    assert.equal((await query({ limit: -1 })).type, 'invalidArguments')
    assert.equal((await query({ sort: [{ property: 'colour' }] })).type, 'unsupportedSort')
    assert.equal((await query({ filter: { colour: 1 } })).type, 'unsupportedFilter')
    assert.deepEqual(
      (await query({ sort: [{ property: 'name', isAscending: false }] })).ids,
      ids.toReversed(),
    )
    const not = { operator: 'NOT', conditions: [{ name: 'q1' }, { name: 'q2' }] }
    const both = await query({ filter: { operator: 'AND', conditions: [{ name: 'q' }, not] } })
    assert.deepEqual(both.ids, [ids[2]])
    assert.equal((await query({ filter: { role: 'inbox' } })).ids.length, 1)
  })

  it('tells how a query changed (§5.6)', async () => {
    const args = { accountId, filter: { name: 'z' }, sort: [{ property: 'name' }] }
    const first = await make('z1')
    const { queryState } = await world.call('Mailbox/query', args)
    const second = await make('z0')
    const delta = await world.call('Mailbox/queryChanges', { ...args, sinceQueryState: queryState })
    assert.deepEqual(delta.added, [{ id: second, index: 0 }])
    assert.equal(delta.removed.includes(first), false)
    const few = { ...args, sinceQueryState: queryState, maxChanges: 0 }
    assert.equal((await world.call('Mailbox/queryChanges', few)).type, 'tooManyChanges')
  })

  it('lets nobody change what he may only read', async () => {
    const desk = world.ids.desk
    const { list } = await world.call('Mailbox/get', { accountId: desk, ids: null }, 'bob:secret')
    assert.equal(list[0].myRights.mayReadItems, true)
    assert.equal(list[0].myRights.mayAddItems, false)
    const create = { a: { name: 'Mine' } }
    const refused = await world.call('Mailbox/set', { accountId: desk, create }, 'bob:secret')
    assert.equal(refused.type, 'accountReadOnly')
  })
})
