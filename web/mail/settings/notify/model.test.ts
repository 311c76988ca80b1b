import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Transport } from '../../../kit/jmap/transport.ts'
import { NotifyModel, type BrowserSubscription, type PushBrowser } from './model.ts'

interface Kept {
  id: string
  deviceClientId: string
  verificationCode: string | null
}

/** A browser and a server as far as subscribing needs them. */
function open(more: Partial<PushBrowser> = {}, refuses = false) {
  let subscribed: BrowserSubscription | undefined
  const kept: Kept[] = []
  const asked: unknown[] = []
  const answer = (name: string, args: Record<string, unknown>) => {
    if (name === 'PushSubscription/get') return { list: kept }
    asked.push(args)
    const { create, destroy } = args as { create?: { mine: Kept }; destroy?: readonly string[] }
    if (refuses) return { notCreated: { mine: { type: 'overQuota' } } }
    if (create !== undefined) kept.push({ ...create.mine, id: 'p', verificationCode: null })
    if (destroy !== undefined) kept.splice(0)
    return { notCreated: null }
  }
  const transport = new Transport({
    apiUrl: '/',
    using: [],
    callsMax: 9,
    fetch: async (_, { body }) => {
      const { methodCalls } = JSON.parse(body as string)
      const methodResponses = methodCalls.map(([name, args, id]: [string, object, string]) => [
        name,
        answer(name, { ...args }),
        id,
      ])
      return new Response(JSON.stringify({ methodResponses }))
    },
  })
  const browser: PushBrowser = {
    isThere: () => true,
    find: async () => subscribed,
    askPermission: async () => 'granted',
    subscribe: async () => {
      subscribed = {
        endpoint: 'https://push.example/1',
        toJSON: () => ({ keys: { p256dh: 'k', auth: 'a' } }),
        unsubscribe: async () => {
          subscribed = undefined
          return true
        },
      }
      return subscribed
    },
    ...more,
  }
  const model = new NotifyModel(transport, browser, 'key')
  return { model, kept, asked, isSubscribed: () => subscribed !== undefined }
}

describe('notify this browser', () => {
  it('asks for word of new mail alone, waits for the code, is on, and goes off on both sides', async () => {
    const { model, kept, asked, isSubscribed } = open()
    await model.read()
    assert.equal(model.now.value, 'off')
    await model.turnOn()
    assert.equal(model.now.value, 'waiting')
    const [first] = asked as { create: { mine: Record<string, unknown> } }[]
    const { deviceClientId, ...rest } = first?.create.mine ?? {}
    assert.match(String(deviceClientId), /^web [\da-f]{64}$/)
    assert.deepEqual(rest, {
      url: 'https://push.example/1',
      keys: { p256dh: 'k', auth: 'a' },
      types: ['EmailDelivery'],
    })
    for (const one of kept) one.verificationCode = 'code'
    await model.read()
    assert.equal(model.now.value, 'on')
    await model.turnOff()
    assert.deepEqual([model.now.value, kept, isSubscribed()], ['off', [], false])
  })

  it('says why not, and leaves nothing behind in the browser', async () => {
    const denied = open({ askPermission: async () => 'denied' })
    await denied.model.turnOn()
    assert.deepEqual([denied.model.now.value, denied.isSubscribed()], ['denied', false])
    const silent = open({ subscribe: () => Promise.reject(new DOMException('', 'AbortError')) })
    await silent.model.turnOn()
    assert.equal(silent.model.now.value, 'noService')
    const full = open({}, true)
    await full.model.turnOn()
    assert.deepEqual([full.model.now.value, full.isSubscribed()], ['refused', false])
    const none = open({ isThere: () => false })
    await none.model.read()
    assert.equal(none.model.now.value, 'impossible')
  })
})
