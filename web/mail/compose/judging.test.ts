import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AccountStore } from '../../kit/jmap/account-store.ts'
import { Transport } from '../../kit/jmap/transport.ts'
import { directory } from '../../kit/jmap/types.ts'
import { detailOf, lookUp, offer, type DirectoryEntry } from './directory.ts'
import { judgementOf, Judging, warningsOf, type Judgement } from './judging.ts'

const chan: DirectoryEntry = {
  kind: 'post',
  address: 'seo@td.example',
  names: { en: 'Senior Executive Officer', zh: '高級行政主任' },
  title: 'SEO(A)2',
  department: { code: 'TD', names: { en: 'Transport Department', zh: '運輸署' } },
  holders: [{ en: 'Chan Wai-ling', zh: '陳慧玲' }],
}

type Call = readonly [string, { readonly addresses: readonly { readonly email: string }[] }, string]

function openWorld({ can = true, met = 0, fails = false } = {}) {
  const asked: string[] = []
  const transport = new Transport({
    apiUrl: '/',
    using: can ? [directory] : [],
    callsMax: 16,
    fetch: async (_url, { body }) => {
      const { methodCalls } = JSON.parse(body as string) as { methodCalls: readonly Call[] }
      const methodResponses = methodCalls.map(([name, args, id]): unknown => {
        asked.push(name)
        if (fails) return ['error', { type: 'serverUnavailable' }, id]
        if (name === 'Directory/lookUp') return [name, { list: [chan] }, id]
        if (name === 'Email/query') return [name, { ids: Array(met).fill('e') }, id]
        const list = args.addresses.map(({ email }) => ({
          email,
          place: email.endsWith('@td.example') ? 'inside' : 'outside',
        }))
        return [name, { list }, id]
      })
      return Response.json({ methodResponses })
    },
  })
  return { store: new AccountStore('a', transport), asked }
}

const person = (email: string) => ({ name: null, email })

test('a look-up asks from two characters on, and only a server that has a directory', async () => {
  const { store, asked } = openWorld()
  assert.deepEqual(await lookUp(store, ' s '), [])
  assert.deepEqual(await lookUp(store, '陳慧'), [chan])
  assert.deepEqual(asked, ['Directory/lookUp'])
  assert.deepEqual(await lookUp(openWorld({ can: false }).store, 'seo'), [])
  assert.deepEqual(await lookUp(openWorld({ fails: true }).store, 'seo'), [])
})

test('whom one has met comes first, nobody twice, nobody who is there already', () => {
  const met = [person('x@y.example'), person('SEO@td.example')]
  const offered = offer(met, [chan], { taken: [], language: 'zh-Hant-HK' })
  assert.deepEqual(
    offered.map(({ address }) => address.email),
    ['x@y.example', 'seo@td.example'],
  )
  assert.equal(offered[1]?.address.name, '高級行政主任')
  assert.equal(offered[1]?.detail, 'SEO(A)2 · 陳慧玲 · 運輸署')
  assert.equal(detailOf(chan, 'en'), 'SEO(A)2 · Chan Wai-ling · Transport Department')
  assert.deepEqual(offer([], [chan], { taken: [person('seo@td.example')], language: 'en' }), [])
})

test('each recipient is judged once; of who is outside it is asked whether one knows him', async () => {
  const { store, asked } = openWorld()
  const judging = new Judging(store)
  judging.look([person('a@td.example'), person('b@out.test')])
  judging.look([person('A@td.example')])
  await judging.settled()
  assert.deepEqual(asked, ['Directory/judge', 'Email/query'])
  assert.equal(judgementOf(judging.known.value, 'B@out.test')?.isFirst, true)
  const known = openWorld({ met: 1 })
  const other = new Judging(known.store)
  other.look([person('b@out.test')])
  await other.settled()
  assert.equal(judgementOf(other.known.value, 'b@out.test')?.isFirst, false)
})

test('what could not be judged is asked about again', async () => {
  const { store, asked } = openWorld({ fails: true })
  const judging = new Judging(store)
  for (let n = 0; n < 2; n++) {
    judging.look([person('b@out.test')])
    await judging.settled()
  }
  assert.deepEqual(asked, ['Directory/judge', 'Directory/judge'])
})

test('what is doubtful of recipients is said, the grave first asked about', () => {
  const known = new Map<string, Judgement>(
    [
      { email: 'a@td.example', place: 'inside' as const },
      { email: 'b@td.example', place: 'nobody' as const },
      { email: 'c@td.example.test', place: 'outside' as const, looksLike: 'td.example' },
      { email: 'd@out.test', place: 'outside' as const, isFirst: true },
    ].map((one) => [one.email, one]),
  )
  const warnings = warningsOf(known, [...known.keys()].map(person))
  assert.deepEqual(
    warnings.map(({ word, isGrave }) => [word, isGrave]),
    [
      ['goesOutside', false],
      ['nobody', true],
      ['looksLike', true],
      ['firstTime', false],
    ],
  )
  assert.deepEqual(warningsOf(known, [person('a@td.example')]), [])
})
