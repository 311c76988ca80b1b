/** Delivery on the real store, queue and directory: what is acknowledged is there, exactly once. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { createMailLog, listMailLog } from '../audit/mail-log.ts'
import { expiryMs, leaseMs } from '../queue/limits.ts'
import { isRefusal } from '../base/refusal.ts'
import { openDirectoryStore } from '../blob/directory-store.ts'
import { createDirectory } from '../directory/directory.ts'
import { rehearse } from '../directory/rehearsal.ts'
import { createQueue } from '../queue/create-queue.ts'
import { createQueueWorker } from '../queue/worker.ts'
import { createStore } from '../store/store.ts'
import { createDelivery } from './create-delivery.ts'
import { from, message, peer, to } from './fake-ports.ts'
import { createLocalTransport } from './local-transport.ts'
import type { DeliveryOptions } from './ports.ts'
import { createReporter } from './reporter.ts'

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearse(t.database))
  const folder = mkdtempSync(join(tmpdir(), 'tamar-delivery-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const { database } = t
  const { clock, keys } = r
  const objects = stack.use(await openDirectoryStore({ root: join(folder, 'objects'), clock }))
  const store = stack.use(await createStore({ database, keys, objects, clock, nodeId: 'a' }))
  const department = await r.department()
  for (const name of ['amy', 'bob', 'cat']) await r.person(department, name)
  await database.transaction(async (tx) => {
    for (const account of r.accounts) await store.createAccountIn(tx, account)
  })
  const directory = stack.use(await createDirectory({ database, keys, onAlarm: () => undefined }))
  const mailLog = stack.use(createMailLog({ database, keys, clock }))
  const queue = createQueue({ database, keys, clock, random: () => 0.5 })
  const options: DeliveryOptions = {
    directory,
    store,
    queue,
    access: {
      maySendAs: () => undefined,
      maySendOnBehalf: () => undefined,
      permit: () => undefined,
      recordSend: async () => undefined,
    },
    mailLog,
    spool: { requireRoom: () => undefined },
    clock,
    hostname: 'mx.example',
  }
  const worker = createQueueWorker({
    queue,
    transport: createLocalTransport(options),
    reporter: createReporter(options),
    onAlarm: (what, facts) => assert.fail(`${what} ${String(facts['error'])}`),
  })
  const accountOf = (address: string): string => {
    const destination = directory.findAddress(address)
    assert.ok(destination?.kind === 'account')
    return destination.accountId
  }
  return {
    database,
    clock,
    keys,
    store,
    queue,
    worker,
    delivery: createDelivery(options),
    accountOf,
    /** The messages in the INBOX of an address, oldest first. */
    async inbox(address: string): Promise<readonly string[]> {
      const account = accountOf(address)
      const inbox = await store.mailboxByName(account, 'INBOX')
      const found: string[] = []
      for (let uid = 1; uid < inbox.uidNext; uid++)
        found.push(String(await store.content(account, inbox.id, uid)))
      return found
    },
    async fill(address: string, isFull: boolean): Promise<void> {
      const limits = { limitOctets: isFull ? 1 : undefined, limitMessages: undefined }
      await store.setQuota(accountOf(address), limits)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const amy = 'amy@td.example'
const bob = 'bob@td.example'
const cat = 'cat@td.example'
const hello = message('From: zoe@example.org\nSubject: Hello')

test('an acknowledged message is in every account, small and large', async () => {
  await using s = await open()
  const large = message('From: zoe@example.org', `${'x'.repeat(70)}\r\n`.repeat(9000))
  await s.delivery.deliver(peer, from('zoe@example.org'), to(amy, bob), hello)
  await s.delivery.deliver(peer, from('zoe@example.org'), to(amy, bob), large)
  for (const address of [amy, bob]) {
    const [first, second] = await s.inbox(address)
    assert.ok(first?.startsWith(`Return-Path: <zoe@example.org>\r\nDelivered-To: ${address}\r\n`))
    assert.ok(first?.endsWith(hello.toString()))
    assert.ok(second?.endsWith(large.toString()))
  }
  const span = { from: 0, to: s.clock.now() + 1, limit: 9 }
  const entries = await listMailLog(s.database, s.keys.platform, span)
  assert.equal(entries.filter(({ event }) => event === 'received').length, 2)
})

test('a full mailbox gets its message from the queue once it has room', async () => {
  await using s = await open()
  await s.fill(bob, true)
  const done = await s.delivery.deliver(peer, from('zoe@example.org'), to(amy, bob), hello)
  assert.equal(done.accepted, 2)
  assert.equal((await s.inbox(amy)).length, 1)
  s.clock.advance(leaseMs)
  await s.worker.runOnce()
  assert.equal((await s.inbox(bob)).length, 0)
  await s.fill(bob, false)
  s.clock.advance(leaseMs)
  await s.worker.runOnce()
  const [late] = await s.inbox(bob)
  assert.ok(late?.startsWith(`Return-Path: <zoe@example.org>\r\nDelivered-To: ${bob}\r\n`))
  assert.deepEqual(await s.queue.count(), { waiting: 0, unrouted: 0, held: 0 })
})

test('a copy that arrived before its node died is not there twice', async () => {
  await using s = await open()
  await s.fill(bob, true)
  await s.delivery.deliver(peer, from('zoe@example.org'), to(amy, bob), hello)
  await s.fill(bob, false)
  // The client did not hear the acknowledgement and sends it again; then the queue's copy comes.
  await s.delivery.deliver(peer, from('zoe@example.org'), to(amy, bob), hello)
  s.clock.advance(leaseMs)
  await s.worker.runOnce()
  assert.equal((await s.inbox(amy)).length, 1)
  assert.equal((await s.inbox(bob)).length, 1)
})

test('a message that never fits comes back to its sender as a report', async () => {
  await using s = await open()
  await s.fill(bob, true)
  await s.delivery.deliver(peer, from(cat), to(amy, bob), hello)
  s.clock.advance(expiryMs)
  await s.worker.runOnce()
  await s.worker.runOnce()
  const [dsn, ...others] = await s.inbox(cat)
  assert.equal(others.length, 0)
  assert.ok(dsn?.startsWith(`Return-Path: <>\r\nDelivered-To: ${cat}\r\n`))
  assert.match(
    dsn ?? '',
    /Final-Recipient: rfc822; bob@td\.example\r\nAction: failed\r\nStatus: 5\.4\.7/,
  )
  assert.deepEqual(await s.queue.count(), { waiting: 0, unrouted: 0, held: 0 })
})

test('a report of success reaches who asked for it', async () => {
  await using s = await open()
  const wish = { forwardPath: bob, notify: ['success'] } as const
  await s.delivery.deliver(peer, from(cat), [wish], hello)
  await s.worker.runOnce()
  assert.match((await s.inbox(cat))[0] ?? '', /Action: delivered\r\nStatus: 2\.0\.0/)
})

test('refuses at RCPT and at DATA what has no room, and keeps nothing', async () => {
  await using s = await open()
  await s.fill(bob, true)
  const full = (error: unknown) => isRefusal(error, 'over-quota')
  const zoe = from('zoe@example.org')
  await assert.rejects(s.delivery.checkRecipient(zoe, { forwardPath: bob }, 10), full)
  await assert.rejects(s.delivery.deliver(peer, zoe, to(bob), hello), full)
  assert.deepEqual(await s.queue.count(), { waiting: 0, unrouted: 0, held: 0 })
})
