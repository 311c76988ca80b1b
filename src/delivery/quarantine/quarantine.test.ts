/** What was set aside: its owner is told once, nobody gets a virus, and its time ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { openQueue, queueInput } from '../../../test/support/queue-world.ts'
import { dayMs, hourMs } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { isRefusal } from '../../base/refusal.ts'
import { builtInRules } from '../../policy/rules.ts'
import { createHeldCopies } from '../../queue/held/held.ts'
import type { HeldFacts } from '../../queue/held/types.ts'
import { endHeldCopy } from './end.ts'
import { shown } from './held-copy.ts'
import { reasonWords } from './reasons.ts'
import { tellOwners } from './tell-owners.ts'

const amy = '0197f3a0-0000-7000-8000-0000000000a1'
const bob = '0197f3a0-0000-7000-8000-0000000000b1'

async function open() {
  const t = await openTestDatabase()
  const world = await openQueue(t)
  const { clock, keys, queue, alarms } = world
  const { database } = t
  const onAlarm = (what: string) => void alarms.push(what)
  const held = createHeldCopies({ database, keys: keys.platform, clock, onAlarm })
  const told: string[] = []
  const { transport, worker } = world
  return {
    ...world,
    ...t,
    held,
    setAside: async (subject: string, more: Partial<HeldFacts> = {}, accountId = amy) => {
      const id = newId(clock)
      const facts: HeldFacts = {
        messageId: id,
        reversePath: 'zoe@far.example',
        recipient: 'amy@td.example',
        from: 'Zoe <zoe@far.example>',
        subject,
        octets: 7,
        reason: 'dmarc-quarantine',
        isDangerous: false,
        ...more,
      }
      const input = queueInput(['amy@td.example'], {
        id,
        isHeld: true,
        heldCopy: { accountId, facts },
      })
      await queue.enqueue([input])
      return id
    },
    tell: () =>
      tellOwners({
        database,
        held,
        queue,
        clock,
        hostname: 'mx.example',
        addressOf: (account) => (account === amy ? 'amy@td.example' : undefined),
        everyHours: 24,
        heldDays: 14,
      }),
    /** What arrived since: notices as text, other messages as they are. */
    arrived: async () => {
      await worker.runOnce()
      const some = transport.contents.splice(0)
      return some.map((content) => {
        const [head = '', body = ''] = content.split('\r\n\r\n')
        if (!head.includes('Auto-Submitted')) return content
        const text = Buffer.from(body, 'base64').toString()
        told.push(text)
        return text
      })
    },
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  }
}

test('an owner is told in both languages what was set aside, each message once, a day apart, whichever node looks', async () => {
  await using t = await open()
  const first = await t.setAside('The plans')
  assert.equal((await Promise.all([t.tell(), t.tell()])).toSorted().join(), '0,1')
  const [digest = '', ...others] = await t.arrived()
  assert.deepEqual(others, [])
  for (const word of [
    'From 寄件人: Zoe <zoe@far.example>',
    'Subject 主旨: The plans',
    'asks for such mail to be set aside',
    '寄件人的網域不承認此郵件',
    `Number 編號: ${first}`,
  ])
    assert.ok(digest.includes(word), word)
  const second = await t.setAside('More plans')
  t.clock.advance(23 * hourMs)
  assert.equal(await t.tell(), 0)
  t.clock.advance(hourMs)
  assert.equal(await t.tell(), 1)
  const [next = ''] = await t.arrived()
  assert.ok(next.includes(second) && !next.includes(first))
  t.clock.advance(dayMs)
  assert.equal(await t.tell(), 0)
})

test('what an owner asked for is let go to him; what was refused or expired he is told once', async () => {
  await using t = await open()
  const [wanted, refused, old] = [
    await t.setAside('Wanted'),
    await t.setAside('Refused'),
    await t.setAside('Old'),
  ]
  await t.tell()
  await t.arrived()
  const copy = await t.held.find(wanted)
  assert.ok(copy)
  const ask = () => t.database.transaction((tx) => t.held.request(tx, copy, bob))
  assert.deepEqual([await ask(), await ask()], [true, false])
  assert.deepEqual(
    (await t.held.requested()).map(({ id, request }) => [id, request?.by]),
    [[wanted, bob]],
  )
  await t.database.transaction((tx) => t.queue.release(tx, { kind: 'message', messageId: wanted }))
  assert.equal((await t.arrived()).length, 1)
  assert.equal(await t.held.find(wanted), undefined)
  // An operator takes it out of the queue, without a word: its owner hears all the same.
  await t.database.transaction((tx) => t.queue.cancel(tx, { kind: 'message', messageId: refused }))
  t.clock.advance(14 * dayMs + 1)
  assert.deepEqual(await t.held.heldBefore(t.clock.now() - 14 * dayMs, [amy]), [])
  const [overdue] = await t.held.heldBefore(t.clock.now() - 14 * dayMs, [bob])
  assert.ok(overdue?.id === old)
  const end = () => t.database.transaction((tx) => endHeldCopy(t, tx, overdue, 'expired'))
  assert.deepEqual([await end(), await end()], [true, false])
  assert.deepEqual(await t.queue.count(), { waiting: 0, unrouted: 0, held: 0 })
  assert.equal(await t.tell(), 1)
  const [digest = ''] = await t.arrived()
  assert.match(digest, /Refused[\s\S]*An administrator refused it. 管理員不予放行。/)
  assert.match(digest, /Old[\s\S]*Its time is over: nobody let it go. 保留期已過/)
  t.clock.advance(dayMs)
  assert.equal(await t.tell(), 0)
})

test('what has a virus is let go by nobody, an operator neither', async () => {
  await using t = await open()
  const id = await t.setAside('Invoice', { reason: 'dmarc-quarantine', isDangerous: true })
  await assert.rejects(
    t.database.transaction((tx) => t.queue.release(tx, { kind: 'message', messageId: id })),
    (error) => isRefusal(error, 'malware'),
  )
  assert.equal((await t.held.find(id))?.facts.isDangerous, true)
  await t.tell()
  const [digest = ''] = await t.arrived()
  assert.match(digest, /A virus is in it: it is never delivered/)
})

test('whoever has the database reads nothing of it, and moves it to nobody else', async () => {
  await using t = await open()
  const id = await t.setAside('Tunnel fire')
  const [row] = await t.owner.rows<{ all: string }>({
    text: `SELECT c::text AS all FROM held_copy c`,
  })
  const hidden = Buffer.from('Tunnel').toString('hex')
  assert.ok(row !== undefined && !row.all.includes(hidden) && !row.all.includes('Tunnel'))
  await t.owner.single({ text: `UPDATE held_copy SET account_id = '${bob}'` })
  assert.deepEqual(await t.held.waitingFor([bob]), [])
  assert.equal(t.alarms.length, 1)
  await assert.rejects(
    t.database.transaction((tx) => t.queue.release(tx, { kind: 'message', messageId: id })),
  )
})

test('an account that nobody has any more keeps no others from being told', async () => {
  await using t = await open()
  await t.setAside('For nobody', {}, bob)
  assert.equal(await t.tell(), 0)
  assert.deepEqual(await t.held.accountsToTell(t.clock.now() + dayMs), [])
})

test('a stranger’s words stay on their line, in their direction, and are no links', () => {
  assert.equal(shown('a\r\nBcc: b\u202egnp.exe'), 'a Bcc: bgnp.exe')
  assert.equal(
    shown('see https://evil.example or www.evil.example'),
    'see https[:]//evil.example or www[.]evil.example',
  )
  assert.equal(Array.from(shown('𠮷'.repeat(500))).length, 161)
})

test('every rule is said in Chinese, too', () => {
  for (const { name } of builtInRules) assert.match(reasonWords(name).zh, /\p{Script=Han}/u, name)
})
