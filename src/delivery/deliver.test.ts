import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { RefusalCode } from '../base/refusal.ts'
import { createDelivery } from './create-delivery.ts'
import { FakeGovernment, from, message, peer, to } from './fake-ports.ts'
import { departmentFreshMs } from './limits.ts'

const hello = message('From: Zoe <zoe@example.org>\nSubject: Hello')
const zoe = from('zoe@example.org')

async function refuses(promise: Promise<unknown>, code: RefusalCode): Promise<void> {
  await assert.rejects(promise, (error) => isRefusal(error, code), code)
}

test('puts a message with its trace fields into the account of its recipient', async () => {
  const fake = new FakeGovernment()
  const delivered = await createDelivery(fake.options()).deliver(
    peer,
    zoe,
    to('Amy@td.example'),
    hello,
  )
  assert.equal(delivered.accepted, 1)
  assert.deepEqual(
    fake.copies.map(({ text }) => text),
    [
      'Return-Path: <zoe@example.org>\r\nDelivered-To: amy@td.example\r\n' +
        'Received: from mail.example.org ([192.0.2.7])\r\n' +
        `\tby mx.example with ESMTPS tls TLS_AES_256_GCM_SHA384 id ${delivered.messageId}\r\n` +
        '\tfor <Amy@td.example>; Mon, 5 Jan 2026 01:00:00 +0000\r\n' +
        hello.toString(),
    ],
  )
  assert.deepEqual(fake.queued, [])
})

test('writes the mail log: who sent what to whom from where', async () => {
  const fake = new FakeGovernment()
  await createDelivery(fake.options()).deliver(peer, zoe, to('amy@td.example'), hello)
  const [entry] = fake.log
  assert.deepEqual(
    { ...entry, messageId: '' },
    {
      at: fake.clock.now(),
      event: 'received',
      messageId: '',
      remoteAddress: '192.0.2.7',
      reversePath: 'zoe@example.org',
      recipients: ['amy@td.example'],
      octets: hello.length,
    },
  )
})

test('writes what became of each recipient once the message is safe', async () => {
  const fake = new FakeGovernment()
  const octets = message('From: Zoe <zoe@example.org>\nMessage-ID: <1@example.org>\nSubject: Hello')
  const recipients = to('Amy@td.example', 'amy@td.example', 'nobody@td.example')
  await createDelivery(fake.options()).deliver(peer, zoe, recipients, octets)
  const [taken] = fake.log
  assert.equal(taken?.headerId, '<1@example.org>')
  const [settled] = fake.settled
  assert.deepEqual([settled?.event, settled?.messageId], ['settled', taken?.messageId])
  assert.deepEqual(
    settled?.outcomes?.map(({ recipient, result, addressed }) => [recipient, result, addressed]),
    [
      ['amy@td.example', 'delivered', 'Amy@td.example'],
      ['nobody@td.example', 'failed', undefined],
    ],
  )
})

test('prepares a message once for many recipients and gives everybody one copy', async () => {
  const fake = new FakeGovernment()
  const many = to('amy@td.example', 'bob@td.example', 'AMY+x@td.example', 'cat@td.example')
  const delivered = await createDelivery(fake.options()).deliver(peer, zoe, many, hello)
  assert.equal(delivered.accepted, 3)
  assert.equal(fake.preparations, 1)
  assert.deepEqual(fake.copies.map(({ accountId }) => accountId).toSorted(), ['amy', 'bob', 'cat'])
})

test('drops a repeated delivery and accepts it again', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  await delivery.deliver(peer, zoe, to('amy@td.example'), hello)
  const again = await delivery.deliver(peer, zoe, to('amy@td.example'), hello)
  await delivery.deliver(peer, from('eve@example.org'), to('amy@td.example'), hello)
  assert.equal(again.accepted, 1)
  assert.equal(fake.copies.length, 2)
})

test('queues a recipient who fails for now within the same acknowledgement', async () => {
  const fake = new FakeGovernment()
  fake.faults.set('bob', new Refusal('over-quota', {}))
  fake.faults.set('cat', new Error('a bug'))
  const three = to('amy@td.example', 'bob@td.example', 'cat@td.example')
  const delivered = await createDelivery(fake.options()).deliver(peer, zoe, three, hello)
  assert.equal(delivered.accepted, 3)
  const [input, ...others] = fake.queued
  assert.equal(others.length, 0)
  assert.deepEqual(
    input?.recipients.map(({ forwardPath }) => forwardPath),
    ['bob@td.example', 'cat@td.example'],
  )
  assert.ok(input?.recipients[0]?.trace?.startsWith('Return-Path: <zoe@example.org>\r\n'))
  assert.ok(input?.envelope.sameness !== undefined)
  assert.deepEqual(input?.content, hello)
  assert.equal(fake.errors.length, 1)
})

test('takes nothing when all recipients fail for now and says why', async () => {
  const fake = new FakeGovernment()
  fake.faults.set('amy', new Refusal('over-quota', {}))
  const delivery = createDelivery(fake.options())
  await refuses(delivery.deliver(peer, zoe, to('amy@td.example'), hello), 'over-quota')
  assert.deepEqual(fake.queued, [])
  assert.deepEqual(
    fake.log.map(({ event }) => event),
    ['received', 'failed'],
  )
})

test('reports to the sender who will never have a message that others took', async () => {
  const fake = new FakeGovernment()
  fake.suspended.add('bob')
  await createDelivery(fake.options()).deliver(
    peer,
    zoe,
    to('amy@td.example', 'bob@td.example'),
    hello,
  )
  const [dsn] = fake.queued
  assert.equal(dsn?.envelope.reversePath, '')
  assert.equal(dsn?.recipients[0]?.forwardPath, 'zoe@example.org')
  assert.match(String(dsn?.content), /Final-Recipient: rfc822; bob@td\.example/)
})

test('reports success when the sender asked for it', async () => {
  const fake = new FakeGovernment()
  const wish = { forwardPath: 'amy@td.example', notify: ['success'] } as const
  await createDelivery(fake.options()).deliver(peer, zoe, [wish], hello)
  assert.match(String(fake.queued[0]?.content), /Action: delivered/)
})

test('puts +tag into the mailbox of that name, never into one with a role', async () => {
  const fake = new FakeGovernment()
  const mailbox = {
    accountId: 'amy',
    isSubscribed: true,
    uidValidity: 1,
    uidNext: 1,
    messages: 0,
    octets: 0,
    highestModSeq: 1,
  }
  fake.mailboxes.set('amy', [
    { ...mailbox, id: 'm1', name: 'Projects', role: undefined },
    { ...mailbox, id: 'm2', name: 'Sent', role: 'sent' },
  ])
  const delivery = createDelivery(fake.options())
  for (const tag of ['projects', 'sent', 'nowhere'])
    await delivery.deliver(peer, from(`${tag}@example.org`), to(`amy+${tag}@td.example`), hello)
  assert.deepEqual(
    fake.copies.map(({ mailboxId }) => mailboxId),
    ['m1', undefined, undefined],
  )
  fake.faults.set('amy', new Refusal('no-such-mailbox', {}))
  await delivery.deliver(peer, from('gone@example.org'), to('amy+projects@td.example'), hello)
  assert.equal(fake.copies.at(-1)?.mailboxId, undefined)
})

test('refuses a message that has passed a hundred hops or has been in the mailbox', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const hops = message('Received: from a by b\n'.repeat(100))
  await refuses(delivery.deliver(peer, zoe, to('amy@td.example'), hops), 'mail-loop')
  const been = message('Delivered-To: AMY@td.example\nFrom: zoe@example.org')
  await refuses(delivery.deliver(peer, zoe, to('amy@td.example'), been), 'mail-loop')
  await delivery.deliver(peer, zoe, to('bob@td.example'), been)
})

test('refuses while the audit spool is full and a message beyond the limit', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery({ ...fake.options(), limits: { messageOctetsMax: 50 } })
  await refuses(delivery.deliver(peer, zoe, to('amy@td.example'), Buffer.alloc(51)), 'too-large')
  fake.isSpoolFull = true
  await refuses(delivery.deliver(peer, zoe, to('amy@td.example'), Buffer.alloc(5)), 'try-again')
})

test('answers at RCPT who is a recipient here', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const check = (forwardPath: string, octets?: number) =>
    delivery.checkRecipient(zoe, { forwardPath }, octets)
  await check('amy@td.example')
  await check('PostMaster')
  await refuses(check('nobody@td.example'), 'no-such-address')
  await refuses(check('nobody'), 'no-such-address')
  await refuses(check('amy@example.net'), 'relay-denied')
  await refuses(check('amy@td.example\r\nX: y'), 'invalid')
  fake.suspended.add('bob')
  await refuses(check('bob@td.example'), 'suspended')
  fake.quotas.set('cat', { usedOctets: 90, usedMessages: 1, limitOctets: 100, limitMessages: 9 })
  await check('cat@td.example', 10)
  await refuses(check('cat@td.example', 11), 'over-quota')
})

test('believes room at RCPT for a moment but never a lack of it', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const full = { usedOctets: 100, usedMessages: 1, limitOctets: 100, limitMessages: 9 }
  const check = () => delivery.checkRecipient(zoe, { forwardPath: 'amy@td.example' }, 1)
  fake.quotas.set('amy', full)
  await refuses(check(), 'over-quota')
  fake.quotas.set('amy', { ...full, usedOctets: 0 })
  await check()
  fake.quotas.set('amy', full)
  await check()
  fake.clock.advance(10_000)
  await refuses(check(), 'over-quota')
})

test('keeps hostile words out of Received', async () => {
  const fake = new FakeGovernment()
  const hostile = { ...peer, heloName: 'a\r\nX-Evil: yes ()', remoteAddress: '2001:db8::1' }
  await createDelivery(fake.options()).deliver(hostile, zoe, to('amy@td.example'), hello)
  assert.match(
    fake.copies[0]?.text ?? '',
    /Received: from a\?\?X-Evil:\?yes\?\?\? \(\[IPv6:2001:db8::1\]\)/,
  )
})

test('defers mail for a department whose accounts together are full, until there is room', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const check = (octets: number) =>
    delivery.checkRecipient(zoe, { forwardPath: 'amy@td.example' }, octets)
  fake.departmentLimit = 1_000
  fake.departmentOctets = 990
  await check(10)
  await refuses(check(11), 'over-quota')
  fake.departmentOctets = 0
  fake.clock.advance(departmentFreshMs)
  await check(11)
  fake.departmentMessages = 5
  await refuses(check(11), 'over-quota')
  fake.departmentMessages = 6
  await check(11)
})

test('mail for postmaster, bare or at a domain of ours, reaches all who answer for it', async () => {
  const fake = new FakeGovernment()
  const asked: (string | undefined)[] = []
  const { postmaster: _, ...options } = fake.options()
  const postmasters = (domain: string | undefined) => {
    asked.push(domain)
    return ['amy@td.example', 'bob@td.example']
  }
  const delivery = createDelivery({ ...options, postmasters })
  for (const address of ['PostMaster', 'postmaster@TD.example']) {
    await delivery.checkRecipient(zoe, { forwardPath: address })
    await delivery.deliver(peer, zoe, to(address), hello)
    assert.deepEqual(fake.copies.map(({ accountId }) => accountId).toSorted(), ['amy', 'bob'])
    fake.copies.length = 0
    fake.seen.clear()
  }
  assert.deepEqual([...new Set(asked)], [undefined, 'td.example'])
  const elsewhere = { forwardPath: 'postmaster@elsewhere.example' }
  await refuses(delivery.checkRecipient(zoe, elsewhere), 'relay-denied')
  await refuses(
    createDelivery(options).checkRecipient(zoe, { forwardPath: 'postmaster' }),
    'no-such-address',
  )
})
