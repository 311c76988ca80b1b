import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDelivery } from './create-delivery.ts'
import { FakeGovernment, amy, from, message, peer, to } from './fake-ports.ts'

const hello = message('From: Zoe <zoe@example.org>\nSubject: Hello')
const zoe = from('zoe@example.org')

function copyOf(fake: FakeGovernment, local: string): string {
  return fake.copies.find(({ accountId }) => accountId === local)?.text ?? ''
}

test('mail that is sent on is in both mailboxes, untouched, and says where it has been', async () => {
  const fake = new FakeGovernment()
  fake.sendOn('amy', 'bob@td.example')
  await createDelivery(fake.options()).deliver(peer, zoe, to('amy@td.example'), hello)
  assert.equal(fake.copies.length, 2)
  assert.match(copyOf(fake, 'amy'), /^Return-Path: <zoe@example\.org>\r\nDelivered-To: amy@td/)
  const text = copyOf(fake, 'bob')
  assert.match(
    text,
    /^Return-Path: <zoe@example\.org>\r\nDelivered-To: bob@td\.example\r\nDelivered-To: amy@td\.example\r\nReceived/,
  )
  assert.ok(text.endsWith(hello.toString()), 'From, and a signature, would hold')
  const outcomes = fake.settled[0]?.outcomes ?? []
  assert.deepEqual(
    outcomes.map(({ recipient, redirect }) => [recipient, redirect]),
    [
      ['amy@td.example', undefined],
      ['bob@td.example', 'amy@td.example'],
    ],
  )
})

test('out of the government it goes with the own address as reverse-path, and reports never go', async () => {
  const fake = new FakeGovernment()
  fake.sendOn('amy', 'amy@home.example')
  const delivery = createDelivery(fake.options())
  await delivery.deliver(peer, zoe, to('amy@td.example'), hello)
  const [relay] = fake.queued
  assert.equal(fake.copies.length, 1)
  assert.deepEqual(
    [relay?.envelope.reversePath, relay?.departmentId, relay?.recipients.length],
    ['amy@td.example', 'td', 1],
  )
  assert.deepEqual(relay?.recipients[0]?.notify, ['failure'])
  assert.match(relay?.recipients[0]?.trace ?? '', /^Delivered-To: amy@td\.example\r\nReceived/)
  assert.deepEqual(relay?.content, hello)
  fake.queued.length = 0
  await delivery.deliver(peer, from(''), to('amy@td.example'), message('Subject: Returned'))
  assert.deepEqual([fake.copies.length, fake.queued.length], [2, 0])
})

test('what comes back from outside to where it was sent on from is a loop', async () => {
  const fake = new FakeGovernment()
  fake.sendOn('amy', 'amy@home.example')
  const back = message('Delivered-To: amy@td.example\nFrom: Zoe <zoe@example.org>')
  const delivery = createDelivery(fake.options())
  await assert.rejects(delivery.deliver(peer, zoe, to('amy@td.example'), back), /mail-loop/)
  assert.deepEqual([fake.copies.length, fake.queued.length], [0, 0])
})

test('a ring of redirects gives everybody one copy, and a long row ends', async () => {
  const fake = new FakeGovernment()
  fake.sendOn('amy', 'bob@td.example')
  fake.sendOn('bob', 'amy@td.example')
  const delivery = createDelivery(fake.options())
  await delivery.submit(
    amy,
    peer,
    from('amy@td.example'),
    to('bob@td.example', 'amy@td.example'),
    message('From: amy@td.example'),
  )
  assert.deepEqual(fake.copies.map(({ accountId }) => accountId).toSorted(), ['amy', 'bob'])
  const row = new FakeGovernment()
  for (const local of ['a', 'b', 'c', 'd', 'e']) row.people.add(local)
  for (const [one, next] of ['ab', 'bc', 'cd', 'de']) row.sendOn(one ?? '', `${next}@td.example`)
  await createDelivery(row.options()).deliver(peer, zoe, to('a@td.example'), hello)
  assert.deepEqual(
    row.copies.map(({ accountId }) => accountId),
    ['a', 'b', 'c', 'd'],
  )
})

test('who cannot have what is sent on is left out, and the sender hears nothing of it', async () => {
  const fake = new FakeGovernment()
  fake.sendOn('amy', 'bob@td.example')
  fake.sendOn('amy', 'gone@td.example')
  fake.suspended.add('bob')
  await createDelivery(fake.options()).deliver(peer, zoe, to('amy@td.example'), hello)
  assert.deepEqual([fake.copies.length, fake.queued.length], [1, 0])
})

test('a member of a list sends on what he gets by it', async () => {
  const fake = new FakeGovernment()
  const list = fake.addList('all', { members: ['amy@td.example'] })
  fake.sendOn('amy', 'bob@td.example')
  await createDelivery(fake.options()).deliver(peer, zoe, to(list.address), hello)
  assert.match(copyOf(fake, 'bob'), /^Return-Path: <dan@td\.example>\r\n/)
})
