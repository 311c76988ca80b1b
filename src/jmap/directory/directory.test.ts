/** Directory/lookUp and /judge, over HTTPS (ADR 0045). */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { core, openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'
import { lookUpPace } from '../limits.ts'

const directory = 'urn:tamar:params:jmap:directory'

describe('the directory for a line of recipients', { timeout: 120_000 }, () => {
  let world: JmapWorld
  before(async () => {
    world = await openJmapWorld()
  })
  after(async () => {
    await world[Symbol.asyncDispose]()
    assert.deepEqual(world.faults, [])
  })
  const call = async (name: string, args: object, who = 'bob:secret') => {
    const accountId = who.startsWith('bob') ? world.ids.bob : world.ids.alice
    const methodCalls = [[name, { accountId, ...args }, '0']]
    const { body } = await world.post({ using: [core, directory], methodCalls }, { who })
    return body.methodResponses[0][1]
  }

  it('is advertised with its limits', async () => {
    const { body } = await world.ask('/jmap/session', { who: 'bob:secret' })
    assert.deepEqual(body.capabilities[directory], {})
    const { accountCapabilities } = body.accounts[world.ids.bob]
    assert.equal(accountCapabilities[directory].textCharactersMin, 2)
  })

  it('finds who is meant, and tells no ids', async () => {
    const { list } = await call('Directory/lookUp', { text: 'ali' })
    assert.deepEqual(list, [
      {
        kind: 'person',
        address: 'alice@td.example',
        names: { en: 'Alice', zh: '' },
        department: { code: 'TD', names: { en: 'Transport Department', zh: '運輸署' } },
      },
    ])
  })

  it('answers no single letter, no empty text and no essay', async () => {
    for (const text of ['a', ' a ', '', 'a'.repeat(101)])
      assert.equal((await call('Directory/lookUp', { text })).type, 'invalidArguments', text)
  })

  it('judges the recipients of a message together', async () => {
    const addresses = [
      { name: null, email: 'alice@td.example' },
      { name: 'Alice', email: 'alice@elsewhere.test' },
      { email: 'alicia@td.example' },
    ]
    const { list } = await call('Directory/judge', { addresses })
    assert.deepEqual(
      list.map(({ place }: { place: string }) => place),
      ['inside', 'outside', 'nobody'],
    )
    assert.equal(list[1].namesake, 'alice@td.example')
    assert.equal((await call('Directory/judge', { addresses: 'all' })).type, 'invalidArguments')
  })

  it('answers nobody who asks faster than people type, and everybody else', async () => {
    for (let n = 0; n < lookUpPace.capacity; n++) await call('Directory/lookUp', { text: 'al' })
    assert.equal((await call('Directory/lookUp', { text: 'al' })).type, 'serverUnavailable')
    assert.equal((await call('Directory/judge', { addresses: [] })).type, 'serverUnavailable')
    assert.equal((await call('Directory/lookUp', { text: 'al' }, 'alice:secret')).list.length, 1)
  })
})
