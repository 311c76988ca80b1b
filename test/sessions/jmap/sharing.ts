/** RFC 9670: Principals, with whom a Mailbox is shared, and what is told of it. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { core, mail, type Client, type Suite } from './client.ts'

const principals = 'urn:ietf:params:jmap:principals'
const owner = `${principals}:owner`

const mine = (client: Client) => {
  const { accountCapabilities } = client.session.accounts[client.accountId]
  return accountCapabilities[principals].currentUserPrincipalId as string
}

const mailboxOf = async (client: Client, id: string, accountId = client.accountId) => {
  const { list } = await client.ok('Mailbox/get', { accountId, ids: [id] })
  return list[0]
}

/** Of a whole answer of the session, as it is now. */
const accountsNow = async (client: Client) =>
  Object.keys((await client.ask('/jmap/session')).body.accounts)

export function testSharing(of: () => Suite): void {
  it('§1.5: the session says where Principals are, and whose each account is', async () => {
    const { wong } = of()
    assert.deepEqual(wong.session.capabilities[principals], {})
    assert.equal(owner in wong.session.capabilities, false)
    const ids = Object.keys(wong.session.accounts)
    assert.ok(ids.length > 2)
    const owners = ids.map((id) => wong.session.accounts[id].accountCapabilities[owner])
    for (const each of owners) assert.equal(each.accountIdForPrincipal, wong.accountId)
    const { list, notFound } = await wong.ok('Principal/get', {
      ids: owners.map(({ principalId }) => principalId),
    })
    assert.deepEqual([list.length, notFound], [ids.length, []])
    for (const { accounts } of list) assert.ok(ids.includes(Object.keys(accounts)[0] ?? ''))
  })

  it('§2: a Principal has every property, of the types there are', async () => {
    const { lee, wong } = of()
    const { list } = await lee.ok('Principal/get', { ids: null })
    const names = 'accounts capabilities description email id name timeZone type'.split(' ')
    for (const each of list) {
      assert.deepEqual(Object.keys(each).toSorted(), names)
      assert.ok(['individual', 'group', 'resource', 'location', 'other'].includes(each.type))
    }
    const himself = list.find(({ id }: { id: string }) => id === mine(wong))
    assert.deepEqual(
      [himself.type, himself.name, himself.email, himself.accounts],
      ['individual', 'Wong Ka-ho 黃家豪', wong.address, null],
    )
    const herself = list.find(({ id }: { id: string }) => id === mine(lee))
    assert.deepEqual(Object.keys(herself.accounts), [lee.accountId])
  })

  it('§2: Principals are looked up in the account that has them, and in no other', async () => {
    const { wong } = of()
    const accountId = wong.accountNamed('Road Works')
    assert.equal(
      await wong.fault('Principal/get', { accountId, ids: [] }),
      'accountNotSupportedByMethod',
    )
  })

  it('§2.2, §2.5: a state that is another cannot be calculated from, the one that is now can', async () => {
    const { lee } = of()
    const sinceState = await lee.state('Principal')
    const { created, updated, destroyed } = await lee.ok('Principal/changes', { sinceState })
    assert.deepEqual([created, updated, destroyed], [[], [], []])
    assert.equal(
      await lee.fault('Principal/changes', { sinceState: 'x' }),
      'cannotCalculateChanges',
    )
    const { queryState, canCalculateChanges } = await lee.ok('Principal/query', {})
    assert.equal(canCalculateChanges, false)
    assert.equal(
      await lee.fault('Principal/queryChanges', { sinceQueryState: queryState }),
      'cannotCalculateChanges',
    )
  })

  it('§2.3: nobody changes who there is: forbidden', async () => {
    const { lee } = of()
    const id = mine(lee)
    const args = {
      create: { a: { name: 'x' } },
      update: { [id]: { name: 'y' } },
      destroy: [mine(of().wong)],
    }
    const { notCreated, notUpdated, notDestroyed } = await lee.ok('Principal/set', args)
    const types = [notCreated.a, notUpdated[id], notDestroyed[mine(of().wong)]].map(
      ({ type }) => type,
    )
    assert.deepEqual(types, ['forbidden', 'forbidden', 'forbidden'])
  })

  it('§2.4: every condition, all of them together, and what contains simply', async () => {
    const { lee, wong } = of()
    const ids = async (filter: object) => (await lee.ok('Principal/query', { filter })).ids
    const him = mine(wong)
    assert.deepEqual(await ids({ name: '家豪' }), [him])
    assert.deepEqual(await ids({ email: 'KH.wong@' }), [him])
    assert.deepEqual(await ids({ accountIds: [lee.accountId, 'x'] }), [mine(lee)])
    assert.deepEqual(await ids({ text: 'ka-ho', type: 'individual' }), [him])
    assert.deepEqual(await ids({ text: 'ka-ho', type: 'group' }), [])
    assert.ok((await ids({ text: 'transport department', type: 'individual' })).includes(him))
    assert.deepEqual(await ids({ timeZone: 'Asia/Hong_Kong' }), [])
    const sorted = await lee.ok('Principal/query', {
      filter: { type: 'individual' },
      sort: [{ property: 'email' }],
      limit: 2,
    })
    assert.equal(sorted.ids.length, 2)
    assert.ok((await lee.ok('Principal/query', {})).limit >= 100)
  })

  it('§4: shareWith and mayShare are for who uses sharing', async () => {
    const { lee } = of()
    const inbox = await mailboxOf(lee, lee.inbox)
    assert.deepEqual([inbox.shareWith, inbox.myRights.mayShare], [null, true])
    const get = ['Mailbox/get', { accountId: lee.accountId, ids: [lee.inbox] }, 'g']
    const { body } = await lee.post({ using: [core, mail], methodCalls: [get] })
    const [plain] = body.methodResponses[0][1].list
    assert.deepEqual(['shareWith' in plain, 'mayShare' in plain.myRights], [false, false])
    const update = { [lee.inbox]: { shareWith: {} } }
    const set = ['Mailbox/set', { accountId: lee.accountId, update }, 's']
    const refused = await lee.post({ using: [core, mail], methodCalls: [set] })
    assert.equal(refused.body.methodResponses[0][1].notUpdated[lee.inbox].type, 'invalidProperties')
  })

  it('§4: an owner shares a Mailbox, who it is for sees it with those rights, and hears of it', async () => {
    const { lee, ho } = of()
    const him = mine(ho)
    const id = await lee.mailbox('Shared with Ho')
    const [emailId = ''] = await lee.put(['Subject: for both\n\nText.\n'], {
      mailboxIds: { [id]: true },
    })
    const rights = { mayReadItems: true, maySetSeen: true }
    const { updated } = await lee.ok('Mailbox/set', {
      update: { [id]: { shareWith: { [him]: rights } } },
    })
    assert.ok(id in updated)
    const { shareWith } = await mailboxOf(lee, id)
    assert.deepEqual(Object.keys(shareWith), [him])
    const given = Object.entries(shareWith[him]).flatMap(([name, is]) =>
      is === true ? [name] : [],
    )
    assert.deepEqual(given, ['mayReadItems', 'maySetSeen'])

    assert.ok((await accountsNow(ho)).includes(lee.accountId))
    const accountId = lee.accountId
    const { list } = await ho.ok('Mailbox/get', { accountId, ids: null })
    assert.deepEqual(
      list.map((each: { id: string }) => each.id),
      [id],
    )
    const { myRights } = list[0]
    assert.deepEqual(
      [myRights.mayReadItems, myRights.maySetSeen, myRights.mayAddItems, myRights.mayShare],
      [true, true, false, false],
    )
    assert.equal(list[0].shareWith, null, 'with whom else is not his to know')
    const { list: emails } = await ho.ok('Email/get', {
      accountId,
      ids: [emailId],
      properties: ['subject'],
    })
    assert.equal(emails[0].subject, 'for both')
    const { list: shown } = await ho.ok('Principal/get', { ids: [mine(lee)] })
    assert.deepEqual(Object.keys(shown[0].accounts), [accountId])

    const { list: told } = await ho.ok('ShareNotification/get', { ids: null })
    const last = told.at(-1)
    assert.deepEqual(
      [last.objectType, last.objectAccountId, last.objectId],
      ['Mailbox', accountId, id],
    )
    assert.deepEqual(last.changedBy, {
      name: 'Lee Mei-yan 李美欣',
      email: lee.address,
      principalId: mine(lee),
    })
    assert.deepEqual(
      [last.oldRights, last.newRights.mayReadItems, last.newRights.mayAddItems],
      [null, true, false],
    )
    assert.match(last.name, /Lee Mei-yan.*Shared with Ho/)
  })

  it('§4: rights change one by one by patch, and end; each change is told', async () => {
    const { lee, ho } = of()
    const him = mine(ho)
    const id = await lee.mailbox('Patched')
    const set = async (patch: object) => lee.ok('Mailbox/set', { update: { [id]: patch } })
    await set({ [`shareWith/${him}`]: { mayReadItems: true } })
    await set({ [`shareWith/${him}/mayAddItems`]: true })
    assert.equal((await mailboxOf(lee, id)).shareWith[him].mayAddItems, true)
    const none = await set({ [`shareWith/${mine(of().wong)}/mayAddItems`]: true })
    assert.equal(none.notUpdated[id].type, 'invalidPatch')
    const { ids: before } = await ho.ok('ShareNotification/query', {
      filter: { objectType: 'Mailbox', objectAccountId: lee.accountId },
    })
    await set({ shareWith: null })
    assert.equal((await mailboxOf(lee, id)).shareWith, null)
    const sort = [{ property: 'created', isAscending: false }]
    const { ids: after } = await ho.ok('ShareNotification/query', { sort })
    assert.equal(after.length, before.length + 1)
    const { list } = await ho.ok('ShareNotification/get', { ids: after.slice(0, 1) })
    assert.deepEqual(
      [list[0].oldRights.mayAddItems, list[0].newRights, list[0].objectId],
      [true, null, id],
    )
  })

  it('§4: the owner is not in the map, nobody unknown is, and all of a change is made or nothing', async () => {
    const { lee, ho } = of()
    const id = await lee.mailbox('Refused')
    const rights = { mayReadItems: true }
    const posts = await lee.ok('Principal/query', { filter: { type: 'other' } })
    for (const wrong of ['nobody', mine(lee), posts.ids[0]]) {
      const patch = { shareWith: { [mine(ho)]: rights, [wrong]: rights } }
      const { notUpdated } = await lee.ok('Mailbox/set', { update: { [id]: patch } })
      assert.equal(notUpdated[id].type, 'invalidProperties', wrong)
      assert.equal((await mailboxOf(lee, id)).shareWith, null)
    }
    for (const value of [
      1,
      [],
      { [mine(ho)]: { mayFly: true } },
      { [mine(ho)]: { mayReadItems: 1 } },
      { [mine(ho)]: { mayRename: true } },
    ]) {
      const { notUpdated } = await lee.ok('Mailbox/set', { update: { [id]: { shareWith: value } } })
      assert.equal(notUpdated[id].type, 'invalidProperties', JSON.stringify(value))
    }
  })

  it('§4: who was let in lets nobody in himself', async () => {
    const { lee, ho, wong } = of()
    const accountId = lee.accountId
    const id = await lee.mailbox('Not his to share')
    const update = (rights: object) => ({ [id]: { shareWith: { [mine(ho)]: rights } } })
    await lee.ok('Mailbox/set', {
      update: update({ mayReadItems: true, mayAddItems: true, mayShare: true }),
    })
    const patch = { [`shareWith/${mine(wong)}`]: { mayReadItems: true } }
    const { notUpdated } = await ho.ok('Mailbox/set', { accountId, update: { [id]: patch } })
    assert.equal(notUpdated[id].type, 'forbidden')
    assert.equal((await accountsNow(wong)).includes(accountId), false)
    await lee.ok('Mailbox/set', { update: { [id]: { shareWith: null } } })
  })

  it('§3.5: notifications are put aside, and neither made nor changed', async () => {
    const { ho, lee } = of()
    const { list, state } = await ho.ok('ShareNotification/get', { ids: null })
    const [{ id }] = list
    const args = { create: { a: {} }, update: { [id]: { name: 'x' } } }
    const { notCreated, notUpdated } = await ho.ok('ShareNotification/set', args)
    assert.deepEqual([notCreated.a.type, notUpdated[id].type], ['forbidden', 'forbidden'])
    const others = await lee.ok('ShareNotification/set', { destroy: [id] })
    assert.equal(others.notDestroyed[id].type, 'notFound')
    const { destroyed, newState } = await ho.ok('ShareNotification/set', { destroy: [id] })
    assert.deepEqual([destroyed, newState === state], [[id], false])
    assert.deepEqual((await ho.ok('ShareNotification/get', { ids: [id] })).notFound, [id])
    assert.equal(
      await ho.fault('ShareNotification/changes', { sinceState: state }),
      'cannotCalculateChanges',
    )
  })
}
