/** RFC 8621 §8, over HTTPS: one test a sentence. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openJmapWorld, vacation, type JmapWorld } from '../../../test/support/jmap-world.ts'

describe('VacationResponse', { timeout: 120_000 }, () => {
  let world: JmapWorld
  let accountId = ''
  before(async () => {
    world = await openJmapWorld()
    accountId = world.ids.alice
  })
  after(async () => {
    await world[Symbol.asyncDispose]()
    assert.deepEqual(world.faults, [])
  })

  const call = (name: string, args: object, who?: string) =>
    world.call(`VacationResponse/${name}`, { accountId, ...args }, who)
  const update = (patch: object) => call('set', { update: { singleton: patch } })
  const none = { fromDate: null, toDate: null, subject: null, textBody: null, htmlBody: null }

  it('is advertised for accounts that one owns or holds, and answers for no other (§1.3.3)', async () => {
    const { body } = await world.ask('/jmap/session')
    assert.deepEqual(body.capabilities[vacation], {})
    assert.equal(body.primaryAccounts[vacation], accountId)
    const has = Object.entries<{ accountCapabilities: object }>(body.accounts).flatMap(
      ([id, { accountCapabilities }]) => (vacation in accountCapabilities ? [id] : []),
    )
    assert.deepEqual(has, [accountId, world.ids.post])
    const shared = await call('get', { accountId: world.ids.desk, ids: null })
    assert.equal(shared.type, 'accountNotSupportedByMethod')
    const set = { accountId: world.ids.desk, update: { singleton: { isEnabled: true } } }
    assert.equal((await call('set', set)).type, 'accountNotSupportedByMethod')
    assert.equal((await call('get', { ids: null }, 'bob:secret')).type, 'accountNotFound')
  })

  it('is one object with the id singleton, there before anybody wrote it (§8)', async () => {
    const { list, notFound } = await call('get', { ids: null })
    assert.deepEqual(list, [{ id: 'singleton', isEnabled: false, ...none }])
    assert.deepEqual(notFound, [])
    const some = await call('get', { ids: ['singleton', 'other'], properties: ['isEnabled'] })
    assert.deepEqual(
      [some.list, some.notFound],
      [[{ id: 'singleton', isEnabled: false }], ['other']],
    )
    assert.equal((await call('get', { properties: ['other'] })).type, 'invalidArguments')
  })

  it('is updated in parts; its state moves with it and ifInState holds (§8.2)', async () => {
    const { state } = await call('get', { ids: [] })
    const said = {
      isEnabled: true,
      fromDate: '2026-12-01T00:00:00Z',
      toDate: '2026-12-08T00:00:00Z',
      subject: 'Away 休假',
      textBody: 'Back soon.\n稍後回來。',
    }
    const set = await update(said)
    assert.deepEqual([set.updated, set.oldState], [{ singleton: null }, state])
    assert.notEqual(set.newState, state)
    const { list } = await call('get', { ids: null })
    assert.deepEqual(list, [{ id: 'singleton', ...none, ...said }])
    const late = await call('set', { ifInState: state, update: { singleton: { subject: 'x' } } })
    assert.equal(late.type, 'stateMismatch')
    await update({ subject: null, toDate: null, id: 'singleton', fromDate: null })
    const [now] = (await call('get', { ids: null })).list
    const textBody = said.textBody
    assert.deepEqual(now, { id: 'singleton', ...none, isEnabled: true, textBody })
    const same = await update({})
    assert.equal(same.oldState, same.newState)
    const { updated } = await update({ fromDate: '2026-12-01T00:00:00.5Z' })
    assert.deepEqual(updated, { singleton: { fromDate: '2026-12-01T00:00:00Z' } })
  })

  it('refuses what is wrong by its name, and to be made or destroyed (§8.2)', async () => {
    const wrong: readonly (readonly [object, readonly string[]])[] = [
      [{ isEnabled: 1 }, ['isEnabled']],
      [{ isEnabled: null }, ['isEnabled']],
      [{ fromDate: '2026-12-01T00:00:00+08:00' }, ['fromDate']],
      [{ subject: 'two\nlines', textBody: 7 }, ['subject', 'textBody']],
      [{ subject: 'x'.repeat(201) }, ['subject']],
      [{ id: 'other', days: 3 }, ['id', 'days']],
      [
        { fromDate: '2026-12-02T00:00:00Z', toDate: '2026-12-01T00:00:00Z' },
        ['fromDate', 'toDate'],
      ],
    ]
    for (const [patch, properties] of wrong) {
      const { notUpdated } = await update(patch)
      assert.deepEqual(notUpdated.singleton, { type: 'invalidProperties', properties })
    }
    const { notCreated, notDestroyed, notUpdated } = await call('set', {
      create: { a: { isEnabled: true } },
      update: { other: { isEnabled: true } },
      destroy: ['singleton'],
    })
    assert.deepEqual(
      [notCreated.a.type, notDestroyed.singleton.type, notUpdated.other.type],
      ['singleton', 'singleton', 'notFound'],
    )
  })

  it('stands for each account by itself', async () => {
    const post = { accountId: world.ids.post }
    await call('set', { ...post, update: { singleton: { textBody: 'The office is closed.' } } })
    const [ofPost] = (await call('get', { ...post, ids: null })).list
    const [own] = (await call('get', { ids: null })).list
    assert.equal(ofPost.textBody, 'The office is closed.')
    assert.notEqual(own.textBody, ofPost.textBody)
  })

  it('needs its capability to be used', async () => {
    const { body } = await world.post({
      using: ['urn:ietf:params:jmap:core'],
      methodCalls: [['VacationResponse/get', { accountId }, 'a']],
    })
    assert.equal(body.methodResponses[0][1].type, 'unknownMethod')
  })
})
