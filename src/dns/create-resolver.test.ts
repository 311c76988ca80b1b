import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NameServer } from '../../test/support/name-server.ts'
import { isRefusal } from '../base/refusal.ts'
import { createResolver } from './create-resolver.ts'

test('exchanges and addresses are found; what is not there is told from what nobody can say', async () => {
  await using server = await NameServer.start({
    'far.example': {
      mx: [
        [10, 'mx1.far.example'],
        [20, 'MX2.far.example'],
      ],
    },
    'mx1.far.example': { a: ['192.0.2.1', '192.0.2.2'] },
    'text.example': { txt: ['short', 'x'.repeat(400)] },
    'silent.example': { mx: [[0, '']] },
    'broken.example': { isBroken: true },
  })
  const resolver = createResolver([server.address])
  assert.deepEqual(await resolver.mailExchanges('far.example'), [
    { preference: 10, host: 'mx1.far.example' },
    { preference: 20, host: 'mx2.far.example' },
  ])
  assert.deepEqual(await resolver.addresses('mx1.far.example'), ['192.0.2.1', '192.0.2.2'])
  assert.deepEqual((await resolver.texts('text.example'))?.toSorted(), ['short', 'x'.repeat(400)])
  assert.deepEqual(await resolver.mailExchanges('mx1.far.example'), [])
  assert.equal((await resolver.mailExchanges('silent.example'))?.[0]?.host, '')
  assert.equal(await resolver.mailExchanges('nowhere.example'), undefined)
  assert.equal(await resolver.addresses('nowhere.example'), undefined)
  await assert.rejects(resolver.mailExchanges('broken.example'), (error) =>
    isRefusal(error, 'try-again'),
  )
})
