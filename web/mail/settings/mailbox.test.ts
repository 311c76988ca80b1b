import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dayField, endOfDay, startOfDay } from '../../kit/dates.ts'
import { AccountStore } from '../../kit/jmap/account-store.ts'
import { Transport } from '../../kit/jmap/transport.ts'
import { OwnApi } from '../../kit/own-api.ts'
import { AwayModel } from './away/model.ts'
import { degreeOf, Delegates, degrees } from './delegates/model.ts'
import { Guard } from './guard.ts'
import { ledgerOf } from './opened/model.ts'
import { nameOf } from './own-mailboxes.ts'

const lee = { address: 'lee@td.example', nameEn: 'Lee', nameZh: '李' }

function apiWith(answer: (path: string, body: unknown) => object) {
  const asked: (readonly [string, unknown])[] = []
  const api = new OwnApi({
    fetch: async (url, init) => {
      const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
      asked.push([`${init.method ?? 'GET'} ${url}`, body])
      return Response.json(answer(url, body))
    },
    onSignedOut: () => undefined,
  })
  return { api, asked, guard: new Guard(api, () => Promise.reject(new Error('none'))) }
}

describe('who opened a mailbox', () => {
  it('is told by name, deed and right, also what this page does not know yet', async () => {
    const { api } = apiWith(() => ({
      damaged: 2,
      lines: [
        { at: 1, lastAt: 2, by: lee, what: 'read', basis: 'delegated', messages: 3 },
        { at: 1, lastAt: 1, by: null, what: 'teleport', basis: 'magic', approvedBy: [null, lee] },
      ],
    }))
    const ledger = ledgerOf(api, 'a/b')
    await ledger.read()
    const [first, second] = ledger.value?.lines ?? []
    assert.deepEqual([first?.by, first?.what, first?.messages], [lee, 'read', 3])
    assert.deepEqual([second?.what, second?.basis, second?.by], ['other', 'other', undefined])
    assert.deepEqual(second?.approvedBy, [lee])
    assert.equal(ledger.value?.damaged, 2)
    assert.equal(nameOf(lee, 'zh-Hant-HK'), '李 · lee@td.example')
  })
})

describe('delegates', () => {
  it('have a degree where their letters are one of ours, in any order', () => {
    assert.equal(degreeOf('srl'), 'read')
    assert.equal(degreeOf(degrees.send), 'send')
    assert.equal(degreeOf('lrx'), undefined)
  })

  it('are let in by address until a day, and read again', async () => {
    const { api, guard, asked } = apiWith(() => ({
      delegations: [{ id: '1', person: lee, mailboxId: null, rights: 'lrs', to: 5 }],
    }))
    const delegates = new Delegates(api, guard, 'm')
    await delegates.give(' lee@td.example ', 'file', 99)
    assert.deepEqual(asked[0], [
      'POST /auth/mailboxes/m/delegations',
      { address: 'lee@td.example', rights: 'lrswite', to: 99 },
    ])
    assert.deepEqual(delegates.list.value?.[0]?.degree, 'read')
    await delegates.end('1')
    assert.equal(asked.at(-2)?.[0], 'DELETE /auth/mailboxes/m/delegations/1')
  })
})

describe('out of office', () => {
  function storeWith(response: object) {
    const calls: (readonly [string, Record<string, unknown>])[] = []
    const transport = new Transport({
      apiUrl: '/api',
      using: [],
      callsMax: 8,
      fetch: async (_url, init) => {
        const { methodCalls } = JSON.parse(init.body as string) as {
          methodCalls: [string, Record<string, unknown>, string][]
        }
        const methodResponses = methodCalls.map(([name, args, id]) => {
          calls.push([name, args])
          return [name, response, id]
        })
        return Response.json({ methodResponses })
      },
    })
    return { store: new AccountStore('a', transport), calls }
  }

  it('is kept from the first day’s beginning to the last one’s end', async () => {
    const { store, calls } = storeWith({ notUpdated: null })
    const model = new AwayModel(store)
    const away = {
      isOn: true,
      firstDay: '2026-12-24',
      lastDay: '2026-12-26',
      subject: '',
      text: 'x',
    }
    assert.equal(await model.save(away), undefined)
    const { update } = (calls[0]?.[1] ?? {}) as {
      update?: Record<string, Record<string, string | null>>
    }
    const kept = update?.['singleton'] ?? {}
    assert.equal(Date.parse(kept['fromDate'] ?? ''), startOfDay('2026-12-24'))
    assert.equal(Date.parse(kept['toDate'] ?? ''), endOfDay('2026-12-26'))
    assert.deepEqual([kept['subject'], kept['textBody'], kept['htmlBody']], [null, 'x', null])
  })

  it('says what is wrong, and asks nobody about days in the wrong order', async () => {
    const { store, calls } = storeWith({ notUpdated: { singleton: { type: 'invalidProperties' } } })
    const model = new AwayModel(store)
    const away = {
      isOn: true,
      firstDay: '2026-12-26',
      lastDay: '2026-12-24',
      subject: '',
      text: '',
    }
    assert.equal(await model.save(away), 'wrongOrder')
    assert.deepEqual(calls, [])
    assert.equal(await model.save({ ...away, lastDay: '' }), 'refused')
  })

  it('shows the days it was given', async () => {
    const at = startOfDay('2026-12-24') ?? 0
    const { store } = storeWith({
      list: [
        {
          isEnabled: true,
          fromDate: new Date(at).toISOString(),
          toDate: null,
          subject: null,
          textBody: '休假',
        },
      ],
    })
    const model = new AwayModel(store)
    await model.read()
    const shown = { isOn: true, firstDay: '2026-12-24', lastDay: '', subject: '', text: '休假' }
    assert.deepEqual(model.now.value, shown)
    assert.equal(dayField(at), '2026-12-24')
  })
})
