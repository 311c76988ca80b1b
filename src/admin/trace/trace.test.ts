/** A message followed by who may: by what he knows of it, in plain words, and never beyond his care. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { openTestDatabase } from '../../../test/support/database.ts'
import { createMailLog, type MailLogEntry } from '../../audit/mail-log.ts'
import { dayMs, minuteMs } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { createDepartment } from '../../directory/write/create-department.ts'
import { createPerson } from '../../directory/write/create-person.ts'
import { createLog } from '../../telemetry/log.ts'
import { rehearseAdmin } from '../rehearsal.ts'
import { addAdminRoutes } from '../routes.ts'

interface Traced {
  readonly messages: readonly {
    readonly id: string
    readonly sender: string
    readonly steps: readonly { readonly sentence: string }[]
  }[]
  readonly isCut: boolean
  readonly detail?: string
}

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(t.database))
  const ours = await r.department()
  const chan = await r.person(ours, 'chan')
  await r.write(async (tx) => {
    const names = { en: 'Health', zh: '' }
    const domains = ['dh.example']
    const id = await createDepartment(tx, r.writing, { code: 'DH', names, domains })
    const person = { departmentId: id, address: 'lee@dh.example', names }
    await createPerson(tx, r.writing, person)
  })
  await r.directory.refresh()
  r.people.set('token', { personId: chan, departments: [ours] })
  const log = createMailLog({ database: t.database, keys: r.keys, clock: r.clock })
  const app = fastify()
  const silent = createLog({ level: 'silent' })
  addAdminRoutes(app, { parts: r.parts, log: silent, version: '1', isLocal: false })
  stack.defer(() => app.close())
  return {
    ...r,
    log,
    id: () => newId(r.clock),
    entry: (messageId: string, more: Partial<MailLogEntry>): MailLogEntry => ({
      at: r.clock.now(),
      event: 'received',
      messageId,
      remoteAddress: '192.0.2.7',
      reversePath: 'zoe@example.org',
      recipients: [],
      octets: 2_048,
      ...more,
    }),
    trace: async (payload: object): Promise<Traced & { readonly status: number }> => {
      const headers = { authorization: 'Bearer token' }
      const answer = await app.inject({ method: 'POST', url: '/admin/v1/traces', headers, payload })
      return { status: answer.statusCode, ...answer.json<Traced>() }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('tells every hop of a message in plain words, and only of those in one’s care', async () => {
  await using t = await open()
  const id = t.id()
  const both = ['chan@td.example', 'lee@dh.example']
  const headerId = '<1@example.org>'
  await t.log.append([t.entry(id, { recipients: both, headerId })])
  const list = 'all@td.example'
  t.log.appendSoon(
    t.entry(id, {
      event: 'settled',
      outcomes: [
        { recipient: 'chan@td.example', result: 'queued', list, reason: 'over-quota' },
        { recipient: 'lee@dh.example', result: 'delivered' },
      ],
    }),
  )
  t.clock.advance(5 * minuteMs)
  const outcomes = [
    { recipient: 'chan@td.example', result: 'delivered', attempt: 2 },
  ] satisfies MailLogEntry['outcomes']
  await t.log.append([t.entry(id, { event: 'settled', outcomes })])
  const expected = [
    'Taken from the server at 192.0.2.7: 2,048 octets for 2 recipients, 1 of them in your care.',
    'Put in the queue for chan@td.example, as a member of all@td.example: the mailbox is full.',
    'Delivered to the mailbox of chan@td.example at attempt 2.',
  ]
  for (const wanted of [
    { id },
    { headerId: '1@example.org' },
    { sender: 'ZOE@example.org' },
    { recipient: 'chan@td.example' },
    {},
  ]) {
    const { messages } = await t.trace(wanted)
    assert.deepEqual(
      messages.map(({ steps }) => steps.map(({ sentence }) => sentence)),
      [expected],
      JSON.stringify(wanted),
    )
    assert.doesNotMatch(JSON.stringify(messages), /lee@dh/)
  }
})

test('another department’s message is not there, by whatever it is asked for', async () => {
  await using t = await open()
  const id = t.id()
  await t.log.append([t.entry(id, { recipients: ['lee@dh.example'], headerId: '<2@example.org>' })])
  for (const wanted of [{ id }, { headerId: '<2@example.org>' }, { recipient: 'lee@dh.example' }]) {
    const { messages, isCut } = await t.trace(wanted)
    assert.deepEqual({ messages, isCut }, { messages: [], isCut: false })
  }
})

test('whose sender is in one’s care is followed to every recipient', async () => {
  await using t = await open()
  const id = t.id()
  const sent = { reversePath: 'chan@td.example', recipients: ['lee@dh.example'] }
  await t.log.append([t.entry(id, { ...sent, event: 'submitted' })])
  const outcomes = [{ recipient: 'lee@dh.example', result: 'failed' as const, reason: 'suspended' }]
  await t.log.append([t.entry(id, { ...sent, event: 'settled', recipients: [], outcomes })])
  const { messages } = await t.trace({ sender: 'chan@td.example' })
  assert.deepEqual(
    messages[0]?.steps.map(({ sentence }) => sentence),
    [
      'Taken from a user who signed in: 2,048 octets for 1 recipient.',
      'Not delivered to lee@dh.example: the mailbox is suspended. The sender is told.',
    ],
  )
})

test('a time is looked at, a week at most, and more than was wanted is said', async () => {
  await using t = await open()
  for (let day = 0; day < 3; day++) {
    await t.log.append([t.entry(t.id(), { recipients: ['chan@td.example'] })])
    t.clock.advance(dayMs)
  }
  const iso = (ms: number) => new Date(ms).toISOString()
  const now = t.clock.now()
  const span = { from: iso(now - 3 * dayMs), to: iso(now - dayMs) }
  assert.equal((await t.trace(span)).messages.length, 2)
  const cut = await t.trace({ ...span, limit: 1 })
  assert.deepEqual([cut.messages.length, cut.isCut], [1, true])
  const long = await t.trace({ from: iso(now - 8 * dayMs), to: iso(now) })
  assert.deepEqual([long.status, long.detail], [422, 'One search looks at 7 days at most.'])
})

test('that somebody asked is in the audit trail before he hears', async () => {
  await using t = await open()
  await t.trace({ recipient: 'chan@td.example' })
  const entry = t.entries.find(({ kind }) => kind === 'trace')
  assert.equal(entry?.kind === 'trace' && entry.by, 'recipient')
  assert.match(JSON.stringify(entry), /chan@td\.example/)
})
