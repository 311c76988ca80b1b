/** RFC 9425, over HTTPS: one test a sentence that says MUST. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { core, mail, openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'

const quota = 'urn:ietf:params:jmap:quota'

describe('quotas', { timeout: 120_000 }, () => {
  let world: JmapWorld
  let accountId = ''
  before(async () => {
    world = await openJmapWorld()
    accountId = world.ids.bob
  })
  after(async () => {
    await world[Symbol.asyncDispose]()
    assert.deepEqual(world.faults, [])
  })
  const call = async (name: string, args: object) => {
    const methodCalls = [[name, { accountId, ...args }, '0']]
    const { body } = await world.post({ using: [core, quota], methodCalls }, { who: 'bob:secret' })
    return body.methodResponses[0][1]
  }

  it('is advertised in the session and in each account, and needed in `using` (§2)', async () => {
    const { body } = await world.ask('/jmap/session', { who: 'bob:secret' })
    assert.deepEqual(body.capabilities[quota], {})
    assert.deepEqual(body.accounts[accountId].accountCapabilities[quota], {})
    assert.equal(body.primaryAccounts[quota], accountId)
    const methodCalls = [['Quota/get', { accountId, ids: null }, '0']]
    const without = await world.post({ using: [core, mail], methodCalls }, { who: 'bob:secret' })
    assert.equal(without.body.methodResponses[0][1].type, 'unknownMethod')
  })

  it('gives a Quota for each limit that is set, with what is used of it (§4.1)', async () => {
    await world.append(accountId, 'INBOX', 'Subject: a\r\n\r\n')
    const { list } = await call('Quota/get', { ids: null })
    const none = { warnLimit: null, softLimit: null, description: null }
    assert.deepEqual(list, [
      {
        id: 'octets',
        resourceType: 'octets',
        used: 14,
        hardLimit: 50_000,
        scope: 'account',
        name: 'Storage',
        types: ['Email'],
        ...none,
      },
    ])
    const { notFound } = await call('Quota/get', { ids: ['count', 'octets'], properties: ['used'] })
    assert.deepEqual(notFound, ['count'])
  })

  it('tells exactly what changed since a state, and when only the use of it did (§4.3)', async () => {
    const { state } = await call('Quota/get', { ids: [] })
    await world.append(accountId, 'INBOX', 'Subject: b\r\n\r\n')
    const used = await call('Quota/changes', { sinceState: state })
    assert.deepEqual([used.updated, used.updatedProperties], [['octets'], ['used']])
    const limits = { limitOctets: 60_000, limitMessages: 10 }
    await world.store.setQuota(accountId, limits)
    const more = await call('Quota/changes', { sinceState: used.newState })
    assert.deepEqual(
      [more.created, more.updated, more.updatedProperties],
      [['count'], ['octets'], null],
    )
    await world.store.setQuota(accountId, { limitOctets: undefined, limitMessages: 10 })
    const less = await call('Quota/changes', { sinceState: more.newState })
    assert.deepEqual([less.created, less.updated, less.destroyed], [[], [], ['octets']])
    const wrong = await call('Quota/changes', { sinceState: 'other' })
    assert.equal(wrong.type, 'cannotCalculateChanges')
  })

  it('finds quotas by name, scope and type, sorted (§4.4)', async () => {
    await world.store.setQuota(accountId, { limitOctets: 60_000, limitMessages: 10 })
    const query = async (args: object) => (await call('Quota/query', args)).ids
    assert.deepEqual(await query({ sort: [{ property: 'name' }] }), ['count', 'octets'])
    const byUse = [{ property: 'used', isAscending: false }]
    assert.deepEqual(await query({ sort: byUse }), ['octets', 'count'])
    assert.deepEqual(await query({ filter: { name: 'Stor', scope: 'account' } }), ['octets'])
    assert.deepEqual(await query({ filter: { resourceType: 'count', type: 'Email' } }), ['count'])
    assert.deepEqual(await query({ filter: { scope: 'domain' } }), [])
    const wrong = await call('Quota/query', { filter: { colour: 'red' } })
    assert.equal(wrong.type, 'unsupportedFilter')
    const delta = await call('Quota/queryChanges', { sinceQueryState: 'none' })
    assert.equal(delta.type, 'cannotCalculateChanges')
  })
})
