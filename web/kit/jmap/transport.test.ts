import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MethodError, Reference, RequestError, Transport, type Fetch } from './transport.ts'

type Sent = { readonly methodCalls: readonly [string, Record<string, unknown>, string][] }

function transportTo(answer: (sent: Sent) => Response | Promise<Response>, callsMax = 16) {
  const requests: Sent[] = []
  const fetch: Fetch = async (_url, init) => {
    const sent = JSON.parse(init.body as string) as Sent
    requests.push(sent)
    return answer(sent)
  }
  return { requests, transport: new Transport({ apiUrl: '/api', using: [], callsMax, fetch }) }
}

const echo = ({ methodCalls }: Sent) =>
  Response.json({ methodResponses: methodCalls.map(([name, args, id]) => [name, args, id]) })

describe('the transport', () => {
  it('puts what is asked in one turn into one request', async () => {
    const { requests, transport } = transportTo(echo)
    const [a, b] = await Promise.all([
      transport.call('A/get', { n: 1 }),
      transport.call('B/get', { n: 2 }),
    ])
    assert.deepEqual([a, b], [{ n: 1 }, { n: 2 }])
    assert.equal(requests.length, 1)
  })

  it('keeps a group in one request and within the server’s limit', async () => {
    const { requests, transport } = transportTo(echo, 3)
    await Promise.all([
      transport.calls([
        ['A/get', {}],
        ['B/get', {}],
      ]),
      transport.calls([
        ['C/get', {}],
        ['D/get', {}],
      ]),
    ])
    assert.deepEqual(
      requests.map(({ methodCalls }) => methodCalls.map(([name]) => name)),
      [
        ['A/get', 'B/get'],
        ['C/get', 'D/get'],
      ],
    )
  })

  it('writes references to results of the same group', async () => {
    const { requests, transport } = transportTo(echo)
    await transport.calls([
      ['Email/query', { accountId: 'a' }],
      ['Email/get', { ids: new Reference(0, '/ids') }],
    ])
    const [, get] = requests[0]?.methodCalls ?? []
    assert.deepEqual(get?.[1], { '#ids': { resultOf: '0.0', name: 'Email/query', path: '/ids' } })
  })

  it('fails the group of a method that failed, and no other', async () => {
    const { transport } = transportTo(({ methodCalls }) =>
      Response.json({
        methodResponses: methodCalls.map(([name, args, id]) =>
          name === 'Bad/get' ? ['error', { type: 'forbidden' }, id] : [name, args, id],
        ),
      }),
    )
    const [good, bad] = await Promise.allSettled([
      transport.call('A/get', {}),
      transport.call('Bad/get', {}),
    ])
    assert.equal(good.status, 'fulfilled')
    assert.ok(bad.status === 'rejected' && bad.reason instanceof MethodError)
    assert.equal(bad.reason.type, 'forbidden')
  })

  it('says whether nothing answered or nobody is signed in', async () => {
    const gone = transportTo(() => Promise.reject(new TypeError('no network')))
    await assert.rejects(
      gone.transport.call('A/get', {}),
      (error: unknown) => error instanceof RequestError && error.status === 0,
    )
    const out = transportTo(() => new Response(null, { status: 401 }))
    await assert.rejects(
      out.transport.call('A/get', {}),
      (error: unknown) => error instanceof RequestError && error.isSignedOut,
    )
  })
})
