/** RFC 8620 §5.3 and §5.4: what /set and /copy of every type must do. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { core, plain, type Suite } from './client.ts'

export function testSets(of: () => Suite): void {
  it('§5.3: oldState and newState are those of /get; what is empty is null', async () => {
    const { lee } = of()
    const oldState = await lee.state('Mailbox')
    const answer = await lee.ok('Mailbox/set', { create: { a: { name: 'States' } } })
    assert.deepEqual([answer.oldState, answer.newState], [oldState, await lee.state('Mailbox')])
    for (const name of ['updated', 'destroyed', 'notCreated', 'notUpdated', 'notDestroyed'])
      assert.equal(answer[name], null, name)
  })

  it('§5.3: another ifInState changes nothing and is stateMismatch', async () => {
    const { lee } = of()
    for (const type of ['Mailbox', 'Email', 'Identity', 'EmailSubmission']) {
      const before = await lee.state('Email')
      const args = { ifInState: 'another', destroy: [lee.inbox] }
      assert.equal(await lee.fault(`${type}/set`, args), 'stateMismatch', type)
      assert.equal(await lee.state('Email'), before)
    }
  })

  it('§5.3: of several who say the same ifInState at once, one is let', async () => {
    const { lee } = of()
    const ifInState = await lee.state('Mailbox')
    const names = Array.from({ length: 6 }, (_, at) => `At once ${at}`)
    const said = await Promise.all(
      names.map((name) => lee.calls([['Mailbox/set', { ifInState, create: { a: { name } } }]])),
    )
    const outcomes = said.map(([response]) =>
      response?.[0] === 'error' ? response[1].type : 'made',
    )
    assert.deepEqual(
      outcomes.toSorted((a, b) => a.localeCompare(b)),
      ['made', ...names.slice(1).map(() => 'stateMismatch')],
    )
  })

  it('§5.3: more than maxObjectsInSet are requestTooLarge, and none is made', async () => {
    const { lee } = of()
    const { maxObjectsInSet } = lee.session.capabilities[core]
    const destroy = Array.from({ length: maxObjectsInSet }, (_, at) => `x${at}`)
    const create = { a: { name: 'Too many' } }
    assert.equal(await lee.fault('Mailbox/set', { create, destroy }), 'requestTooLarge')
    const { notDestroyed } = await lee.ok('Mailbox/set', { destroy })
    assert.equal(Object.keys(notDestroyed).length, maxObjectsInSet)
    assert.deepEqual((await lee.ok('Mailbox/query', { filter: { name: 'Too many' } })).ids, [])
  })

  it('§5.3: each object by itself: one that cannot be leaves the others', async () => {
    const { lee } = of()
    const { created, notCreated } = await lee.ok('Mailbox/set', {
      create: { a: { name: 'By itself' }, b: { name: '' }, c: { name: 'X', nothing: 1 } },
    })
    assert.deepEqual(
      [Object.keys(created), notCreated.b.type, notCreated.c],
      [['a'], 'invalidProperties', { type: 'invalidProperties', properties: ['nothing'] }],
    )
  })

  it('§5.3: what was created is told with its id and all the client does not know', async () => {
    const { lee } = of()
    const { created } = await lee.ok('Mailbox/set', { create: { a: { name: 'Told' } } })
    const { list } = await lee.ok('Mailbox/get', { ids: [created.a.id] })
    assert.deepEqual({ name: 'Told', ...created.a }, list[0])
  })

  it('§5.3: creation ids stand for ids in create, update and destroy of the same call', async () => {
    const { lee } = of()
    const answer = await lee.ok('Mailbox/set', {
      create: {
        child: { name: 'Child', parentId: '#parent' },
        parent: { name: 'Parent of a child' },
        short: { name: 'Short-lived' },
      },
      update: { '#parent': { name: 'Parent renamed' } },
      destroy: ['#short'],
    })
    const { created, updated, destroyed } = answer
    assert.equal(Object.keys(updated)[0], created.parent.id)
    assert.deepEqual(destroyed, [created.short.id])
    const { list } = await lee.ok('Mailbox/get', { ids: [created.child.id] })
    assert.equal(list[0].parentId, created.parent.id)
  })

  it('§5.3: what is updated and destroyed at once is willDestroy', async () => {
    const { lee } = of()
    const id = await lee.mailbox('Both at once')
    const { notUpdated, destroyed } = await lee.ok('Mailbox/set', {
      update: { [id]: { name: 'Other' } },
      destroy: [id],
    })
    assert.deepEqual([notUpdated[id].type, destroyed], ['willDestroy', [id]])
  })

  it('§5.3: what is not there is notFound', async () => {
    const { lee } = of()
    for (const type of ['Mailbox', 'Email', 'Identity', 'EmailSubmission']) {
      const answer = await lee.ok(`${type}/set`, { update: { none: {} }, destroy: ['none-such'] })
      assert.deepEqual(
        [answer.notUpdated.none.type, answer.notDestroyed['none-such'].type],
        ['notFound', 'notFound'],
        type,
      )
    }
  })

  it('§5.3: a path through what is not there, or into what is given whole, is invalidPatch', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([plain('patches')])
    for (const patch of [
      { 'nothing/x': true },
      { keywords: {}, 'keywords/x': true },
      { 'keywords/x/y': true },
    ]) {
      const { notUpdated } = await lee.ok('Email/set', { update: { [id]: patch } })
      assert.equal(notUpdated[id].type, 'invalidPatch', JSON.stringify(patch))
    }
  })

  it('§5.3: pointers of a patch are escaped as RFC 6901 says', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([plain('escapes')])
    await lee.ok('Email/set', {
      update: { [id]: { 'keywords/a~1b': true, 'keywords/c~0d': true } },
    })
    assert.deepEqual((await lee.email(id, ['keywords'])).keywords, { 'a/b': true, 'c~d': true })
  })

  it('§5.3: null sets a property to its default', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([plain('defaults')], { keywords: { $flagged: true } })
    const mailboxId = await lee.mailbox('Has an order', { sortOrder: 5 })
    await lee.ok('Email/set', { update: { [id]: { keywords: null } } })
    const { updated } = await lee.ok('Mailbox/set', {
      update: { [mailboxId]: { sortOrder: null } },
    })
    assert.ok(mailboxId in updated)
    assert.deepEqual((await lee.email(id, ['keywords'])).keywords, {})
    assert.equal((await lee.ok('Mailbox/get', { ids: [mailboxId] })).list[0].sortOrder, 0)
    const { notUpdated } = await lee.ok('Mailbox/set', { update: { [mailboxId]: { name: null } } })
    assert.equal(notUpdated[mailboxId].type, 'invalidProperties')
  })

  it('§5.3: what the server sets may be said again as it is, and not otherwise', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put([plain('as it is')])
    const whole = await lee.email(id, null)
    const { updated } = await lee.ok('Email/set', {
      update: { [id]: { ...whole, keywords: { $seen: true } } },
    })
    assert.ok(id in updated)
    assert.deepEqual((await lee.email(id, ['keywords'])).keywords, { $seen: true })
    for (const patch of [
      { subject: 'Other' },
      { size: 1 },
      { threadId: id },
      { receivedAt: '2001-01-01T00:00:00Z' },
      { nothing: 1 },
    ]) {
      const { notUpdated } = await lee.ok('Email/set', { update: { [id]: patch } })
      assert.deepEqual(notUpdated[id], {
        type: 'invalidProperties',
        properties: Object.keys(patch),
      })
    }
    const { list } = await lee.ok('Mailbox/get', { ids: [lee.inbox] })
    assert.ok(
      lee.inbox in (await lee.ok('Mailbox/set', { update: { [lee.inbox]: list[0] } })).updated,
    )
    const identities = (await lee.ok('Identity/get', { ids: null })).list
    const update = { [identities[0].id]: identities[0] }
    assert.ok(identities[0].id in (await lee.ok('Identity/set', { update })).updated)
  })

  it('§5.4: copies into another account, and destroys the original by an implicit Email/set', async () => {
    const { lee } = of()
    const shared = lee.accountNamed('Road Works')
    const [id = ''] = await lee.put([plain('to be shared')], { keywords: { $flagged: true } })
    const { ids } = await lee.ok('Mailbox/query', { accountId: shared, filter: { role: 'inbox' } })
    const create = {
      c: { id, mailboxIds: { [ids[0]]: true } },
      d: { id: 'none', mailboxIds: { [ids[0]]: true } },
      e: { id },
    }
    const args = {
      fromAccountId: lee.accountId,
      accountId: shared,
      create,
      onSuccessDestroyOriginal: true,
    }
    const [copied, set] = await lee.calls([['Email/copy', args, 'x']])
    assert.deepEqual(
      [copied?.[0], copied?.[2], set?.[0], set?.[2]],
      ['Email/copy', 'x', 'Email/set', 'x'],
    )
    assert.ok(copied)
    const { created, notCreated, fromAccountId, accountId } = copied[1]
    assert.deepEqual([fromAccountId, accountId], [lee.accountId, shared])
    assert.deepEqual(Object.keys(created.c).toSorted(), ['blobId', 'id', 'size', 'threadId'])
    assert.deepEqual([notCreated.d.type, notCreated.e.type], ['notFound', 'invalidProperties'])
    assert.deepEqual([set?.[1].accountId, set?.[1].destroyed], [lee.accountId, [id]])
    const { list } = await lee.ok('Email/get', {
      accountId: shared,
      ids: [created.c.id],
      properties: ['subject', 'keywords'],
    })
    assert.deepEqual(list[0], {
      id: created.c.id,
      subject: 'to be shared',
      keywords: { $flagged: true },
    })
  })

  it('§5.4: from nobody, into itself, and in other states nothing is copied', async () => {
    const { lee } = of()
    const shared = lee.accountNamed('Road Works')
    const to = { accountId: shared, create: {} }
    assert.equal(
      await lee.fault('Email/copy', { ...to, fromAccountId: 'nobody' }),
      'fromAccountNotFound',
    )
    assert.equal(
      await lee.fault('Email/copy', { ...to, fromAccountId: shared }),
      'invalidArguments',
    )
    const from = { ...to, fromAccountId: lee.accountId }
    assert.equal(await lee.fault('Email/copy', { ...from, ifFromInState: 'x' }), 'stateMismatch')
    assert.equal(await lee.fault('Email/copy', { ...from, ifInState: 'x' }), 'stateMismatch')
  })
}
