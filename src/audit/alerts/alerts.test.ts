import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../../../test/support/until.ts'
import { ManualClock, minuteMs, systemClock } from '../../base/clock.ts'
import { formatLeaf } from '../../tlog/leaf.ts'
import type { Leaf, LeafFields } from '../../tlog/types.ts'
import { openAlerts } from './open-alerts.ts'
import { openOfficeHours, usualHours } from './office-hours.ts'
import type { Alert } from './types.ts'
import { AlertWatch } from './watch.ts'
import { createWebhook } from './webhook.ts'

let seq = 0
function leaf(kind: string, entry: LeafFields, at = 0): Leaf {
  const chain = { previous: '0'.repeat(64), mac: '1'.repeat(64) }
  return { v: 1, node: 'n1', seq: ++seq, at, kind, entry: { kind, ...entry }, ...chain }
}

function watching() {
  const clock = new ManualClock()
  const alerts: Alert[] = []
  const isOfficeHour = openOfficeHours(usualHours)
  const watch = new AlertWatch({ clock, isOfficeHour, onAlert: (alert) => alerts.push(alert) })
  return {
    clock,
    watch,
    /** What entries lead to. */
    after: (...leaves: readonly Leaf[]) => {
      alerts.length = 0
      for (const each of leaves) watch.see({ ...each, at: clock.now() })
      return alerts.map(({ rule, who, about }) => ({ rule, who, about }))
    },
    alerts,
  }
}

const times = (count: number, make: () => Leaf) => Array.from({ length: count }, make)

test('who reads many messages of others in ten minutes is told of once, who reads few is not', () => {
  const t = watching()
  const read = (uids: string) =>
    leaf('mail-read', { principalId: '~a', accountId: '~x', mailboxId: 'm', uids })
  assert.deepEqual(t.after(read('1:300'), read('7,9:11')), [])
  assert.deepEqual(t.after(read('301:500')), [{ rule: 'mass-reading', who: '~a', about: '~x' }])
  assert.equal(t.alerts[0]?.count, 504)
  assert.deepEqual(t.after(read('1:600')), [])
  const slow = watching()
  for (let at = 0; at < 20; at++) {
    assert.deepEqual(slow.after(read('1:200')), [])
    slow.clock.advance(5 * minuteMs)
  }
})

test('opening a mailbox in a role or on an approval is told, as its member or holder it is not', () => {
  const t = watching()
  const read = { principalId: '~a', accountId: '~x', mailboxId: 'm', uids: '1' }
  assert.deepEqual(t.after(leaf('mail-read', read)), [])
  const found = { rule: 'non-owner-access', who: '~a', about: '~x' }
  assert.deepEqual(t.after(leaf('mail-read', { ...read, approvalId: 'p' })), [found])
  const examination = leaf('examination', { principalId: '~b', accountId: '~x', event: 'export' })
  assert.deepEqual(t.after(examination), [{ ...found, who: '~b' }])
})

test('a privilege used at night or on Sunday is told, in office hours it is not', () => {
  const t = watching()
  // The clock begins on a Monday at nine in Hong Kong.
  const grant = leaf('role', { principalId: '~a', toPrincipalId: '~b', event: 'grant' })
  assert.deepEqual(t.after(grant), [])
  t.clock.advance(12 * 60 * minuteMs)
  assert.deepEqual(t.after(grant), [{ rule: 'off-hours-privilege', who: '~a', about: 'role' }])
  const rotation = leaf('key', { event: 'rotate', keyId: 'k' })
  assert.deepEqual(t.after(rotation), [], 'the platform itself works at night')
  t.clock.advance(5 * 24 * 60 * minuteMs)
  assert.equal(t.after(leaf('backup', { principalId: '~c', event: 'make' })).length, 1)
})

test('bursts of failures are told: of one identity, of many together, of refused acts', () => {
  const failure = (identity: string) =>
    leaf('sign-in', { door: 'imap', outcome: 'failure', mechanism: 'PLAIN', identity })
  const one = watching()
  assert.deepEqual(one.after(...times(9, () => failure('~a'))), [])
  assert.deepEqual(one.after(failure('~a')), [
    { rule: 'failed-sign-ins', who: '~a', about: undefined },
  ])
  const many = watching()
  const found = many.after(...Array.from({ length: 250 }, (_, at) => failure(`~${at}`)))
  assert.deepEqual(found, [{ rule: 'failed-sign-ins', who: undefined, about: undefined }])
  const refused = watching()
  const tries = times(20, () => leaf('refused', { principalId: '~a', act: 'person.create' }))
  assert.equal(refused.after(...tries)[0]?.rule, 'refused-acts')
  const good = { door: 'imap', outcome: 'success', mechanism: 'PLAIN', identity: '~a' }
  assert.deepEqual(watching().after(...times(500, () => leaf('sign-in', good))), [])
})

test('forwarding to outside, weaker protection and rows that are not believed are told at once', () => {
  const t = watching()
  const set = { event: 'set', accountId: '~x', targetAddress: '~t' }
  assert.deepEqual(t.after(leaf('forwarding', { ...set, isExternal: false })), [])
  assert.equal(
    t.after(leaf('forwarding', { ...set, isExternal: true }))[0]?.rule,
    'external-forwarding',
  )
  const policy = { event: 'set', policy: 'passwords' }
  assert.deepEqual(t.after(leaf('policy', { ...policy, isWeaker: false })), [])
  assert.equal(t.after(leaf('policy', { ...policy, isWeaker: true }))[0]?.rule, 'weaker-protection')
  const alarm = leaf('alarm', { what: 'row-does-not-verify', table: 'post_holder', rowId: '~r' })
  assert.deepEqual(t.after(alarm, alarm), [{ rule: 'authority', who: undefined, about: '~r' }])
  const ends = leaf('alarm', { what: 'certificate-ends', count: 12 })
  assert.deepEqual(t.after(ends), [{ rule: 'certificate-ends', who: undefined, about: 'n1' }])
  assert.match(t.alerts[0]?.sentence ?? '', /ends in 12 days/)
})

test('a node that fell silent is told, one that stopped or only asks is not', () => {
  const t = watching()
  assert.deepEqual(t.after(leaf('node', { event: 'start', nodeId: 'n1' })), [])
  for (let at = 0; at < 10; at++) {
    t.clock.advance(minuteMs / 2)
    t.watch.heard('n1')
    t.watch.tick()
  }
  assert.deepEqual(t.alerts, [])
  t.clock.advance(minuteMs)
  t.watch.tick()
  t.watch.tick()
  assert.deepEqual(
    t.alerts.map(({ rule, about }) => [rule, about]),
    [['audit-silence', 'n1']],
  )
  const stopped = watching()
  stopped.after(leaf('node', { event: 'stop', nodeId: 'n1' }))
  stopped.clock.advance(5 * minuteMs)
  stopped.watch.tick()
  assert.deepEqual(stopped.alerts, [])
})

test('an alert arrives at a webhook that was away, and what happened meanwhile is not forgotten', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-alerts-'))
  const received: Alert[] = []
  let isAway = true
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      if (!isAway) received.push(JSON.parse(body) as Alert)
      response.writeHead(isAway ? 503 : 204).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`
  const entries: Buffer[] = [formatLeaf(leaf('node', { event: 'start', nodeId: 'n1' }))]
  const alarms: string[] = []
  const open = () =>
    openAlerts({
      ownNode: 'audit.test',
      log: {
        get size() {
          return entries.length
        },
        async *entries(from, to = entries.length) {
          yield* entries.slice(from, to)
        },
      },
      clock: systemClock,
      hours: usualHours,
      senders: [createWebhook(url)],
      statePath: join(folder, 'alerts.json'),
      onAlarm: (what) => alarms.push(what),
    })
  const alarm = (rowId: string) =>
    formatLeaf(leaf('alarm', { what: 'row-does-not-verify', table: 'person', rowId }))
  try {
    const first = await open()
    entries.push(alarm('~one'))
    await until('the first try', 10_000, () => alarms.includes('an alert cannot be sent'))
    await first[Symbol.asyncDispose]()
    entries.push(alarm('~two'))
    isAway = false
    await using _ = await open()
    await until('both alerts', 10_000, () => received.length === 2)
    assert.deepEqual(
      received.map(({ rule, about }) => [rule, about]),
      [
        ['authority', '~one'],
        ['authority', '~two'],
      ],
    )
  } finally {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
