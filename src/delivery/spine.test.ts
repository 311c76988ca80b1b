/** Delivery on the real store, queue and directory: what is acknowledged is there, exactly once. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { createMailLog, listMailLog } from '../audit/mail-log.ts'
import { minuteMs } from '../base/clock.ts'
import { expiryMs, leaseMs } from '../queue/limits.ts'
import { isRefusal } from '../base/refusal.ts'
import { openDirectoryStore } from '../blob/directory-store.ts'
import { createDirectory } from '../directory/directory.ts'
import { rehearse } from '../directory/rehearsal.ts'
import { createQueue } from '../queue/create-queue.ts'
import { createQueueWorker } from '../queue/worker.ts'
import { createStore } from '../store/store.ts'
import { createDelivery } from './create-delivery.ts'
import { amy as sender, boss, from, message, peer, to } from './fake-ports.ts'
import { sendHeldMail } from './held-mail.ts'
import { heldClaimMs, localRetryMs } from './limits.ts'
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
  const senders = new Set<string>([amy])
  const options: DeliveryOptions = {
    directory,
    store,
    queue,
    moderation: {
      requireRoom: async () => undefined,
      keep: async () => undefined,
      prepare: async () => async () => undefined,
    },
    access: {
      maySendAs: (_, address) =>
        senders.has(address) ? { ...boss, address, basis: 'own' } : undefined,
      maySendOnBehalf: () => undefined,
      permit: () => undefined,
      recordSend: async () => undefined,
      resume: (principal) => ({ principal, [Symbol.dispose]: () => undefined }),
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
    departmentId: department,
    /** Who may send as himself. */
    senders,
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
  s.clock.advance(localRetryMs + expiryMs)
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

type Spine = Awaited<ReturnType<typeof open>>

/** A message of Amy's that waits for a minute. */
async function holdOne(s: Spine): Promise<{ readonly account: string; readonly id: string }> {
  const account = s.accountOf(amy)
  const { id: drafts } = await s.store.mailboxByName(account, 'Drafts')
  const octets = message(`From: ${amy}\nTo: ${bob}\nSubject: Later`)
  const draft = { octets, flags: 0, keywords: [], receivedAt: s.clock.now() }
  const [kept] = await s.store.append(account, drafts, [draft], account)
  const messageId = kept?.messageId ?? ''
  const principal = { ...sender, departmentId: s.departmentId }
  const sending = { principal, peer, envelope: from(amy), recipients: to(bob) }
  await s.delivery.checkSubmission(sending, octets)
  const facts = { identityId: 'i', emailId: messageId, threadId: 't' }
  const held = { dueAt: s.clock.now() + minuteMs, messageId, sending }
  const envelope = { mailFrom: amy, recipients: [bob] }
  const { id } = await s.store.addSubmission(account, { ...facts, ...envelope }, held)
  return { account, id }
}

const heldParts = (s: Spine) => ({
  ...s,
  log: { error: (_: string, error: unknown) => assert.fail(String(error)) },
})

async function stateOf(s: Spine, { account, id }: { account: string; id: string }) {
  const { submissions } = await s.store.submissions(account, 0)
  return submissions.find((each) => each.id === id)?.state
}

test('what waits leaves in its time, once, though its draft was deleted', async () => {
  await using s = await open()
  const held = await holdOne(s)
  const { emailId = '' } = (await s.store.submissions(held.account, 0)).submissions[0]?.facts ?? {}
  await s.store.destroyEmail(held.account, emailId)
  assert.equal(await sendHeldMail(heldParts(s)), 0)
  s.clock.advance(minuteMs)
  const rounds = [sendHeldMail(heldParts(s)), sendHeldMail(heldParts(s))]
  assert.equal(
    (await Promise.all(rounds)).reduce((sum, each) => sum + each),
    1,
  )
  assert.equal(await s.store.cancelSubmission(held.account, held.id), false)
  s.clock.advance(leaseMs)
  assert.equal(await sendHeldMail(heldParts(s)), 0)
  await s.worker.runOnce()
  assert.equal((await s.inbox(bob)).length, 1)
  assert.equal(await stateOf(s, held), 'final')
})

test('what is taken back never leaves, even while a node is about to send it', async () => {
  await using s = await open()
  const held = await holdOne(s)
  s.clock.advance(minuteMs)
  const parts = heldParts(s)
  const { delivery } = s
  const release: typeof delivery.release = async (...args) => {
    assert.equal(await s.store.cancelSubmission(held.account, held.id), true)
    return delivery.release(...args)
  }
  assert.equal(await sendHeldMail({ ...parts, delivery: { release } }), 0)
  assert.equal(await stateOf(s, held), 'canceled')
  assert.deepEqual(await s.queue.count(), { waiting: 0, unrouted: 0, held: 0 })
  const span = { from: 0, to: s.clock.now() + 1, limit: 9 }
  const entries = await listMailLog(s.database, s.keys.platform, span)
  assert.deepEqual(entries, [])
})

test('a node that dies in between leaves the message to another', async () => {
  await using s = await open()
  const held = await holdOne(s)
  s.clock.advance(minuteMs)
  const faults: unknown[] = []
  const log = { error: (_: string, error: unknown) => void faults.push(error) }
  const release = async () => {
    throw new Error('the node dies')
  }
  assert.equal(await sendHeldMail({ ...heldParts(s), log, delivery: { release } }), 0)
  assert.equal(faults.length, 1)
  assert.equal(await sendHeldMail(heldParts(s)), 0)
  s.clock.advance(heldClaimMs)
  assert.equal(await sendHeldMail(heldParts(s)), 1)
  assert.equal(await stateOf(s, held), 'final')
})

test('who may not send any more when the time comes is told so', async () => {
  await using s = await open()
  const held = await holdOne(s)
  s.senders.delete(amy)
  s.clock.advance(minuteMs)
  assert.equal(await sendHeldMail(heldParts(s)), 1)
  assert.equal(await stateOf(s, held), 'final')
  await s.worker.runOnce()
  assert.deepEqual(await s.inbox(bob), [])
  const [report] = await s.inbox(amy)
  assert.match(report ?? '', /^Action: failed\r\nStatus: 5\.7\.1/m)
})

test('what SMTP was told to hold waits where its sender sees it, and leaves in its time', async () => {
  await using s = await open()
  const account = s.accountOf(amy)
  const principal = { ...sender, id: account, departmentId: s.departmentId }
  const octets = message(`From: ${amy}\nTo: ${bob}\nSubject: Later`)
  const send = (dueIn: number) => {
    const envelope = from(amy, { holdUntil: s.clock.now() + dueIn })
    return s.delivery.submit(principal, peer, envelope, to(bob), octets)
  }
  assert.equal((await send(minuteMs)).accepted, 1)
  const { messageId: second } = await send(2 * minuteMs)
  assert.deepEqual(await s.queue.count(), { waiting: 0, unrouted: 0, held: 0 })
  const { id: scheduled } = await s.store.mailboxByName(account, 'Scheduled')
  assert.match(String(await s.store.content(account, scheduled, 1)), /^Subject: Later\r$/m)
  const { submissions } = await s.store.submissions(account, 0)
  assert.deepEqual(
    submissions.map(({ state }) => state),
    ['pending', 'pending'],
  )
  // The second one is taken back, as one of JMAP's.
  assert.equal(await s.store.cancelSubmission(account, second), true)
  s.clock.advance(minuteMs)
  assert.equal(await sendHeldMail(heldParts(s)), 1)
  s.clock.advance(minuteMs)
  assert.equal(await sendHeldMail(heldParts(s)), 0)
  await s.worker.runOnce()
  assert.equal((await s.inbox(bob)).length, 1)
  // What left waits no more; what was taken back is his to do with as he likes.
  await assert.rejects(s.store.content(account, scheduled, 1), (error) =>
    isRefusal(error, 'no-such-message'),
  )
  assert.match(String(await s.store.content(account, scheduled, 2)), /^Subject: Later\r$/m)
})

test('what may not be sent is refused at once, not when its time comes', async () => {
  await using s = await open()
  const principal = { ...sender, id: s.accountOf(amy), departmentId: s.departmentId }
  const envelope = from(amy, { holdUntil: s.clock.now() + minuteMs })
  const forged = message(`From: ${bob}\nTo: ${cat}\nSubject: Later`)
  await assert.rejects(s.delivery.submit(principal, peer, envelope, to(cat), forged), (error) =>
    isRefusal(error, 'sender-not-yours'),
  )
  assert.deepEqual((await s.store.submissions(s.accountOf(amy), 0)).submissions, [])
})
