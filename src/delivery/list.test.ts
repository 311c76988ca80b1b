import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '../base/refusal.ts'
import type { RefusalCode } from '../base/refusal.ts'
import type { DistributionList } from '../directory/types.ts'
import { createDelivery } from './create-delivery.ts'
import { FakeGovernment, amy, from, message, peer, to } from './fake-ports.ts'
import type { Delivery } from './types.ts'

async function refuses(promise: Promise<unknown>, code: RefusalCode): Promise<void> {
  await assert.rejects(promise, (error) => isRefusal(error, code), code)
}

function post(delivery: Delivery, author: string, list: DistributionList) {
  return delivery.deliver(peer, from(author), to(list.address), message(`From: ${author}`))
}

function check(delivery: Delivery, author: string, list: DistributionList) {
  return delivery.checkRecipient(from(author), { forwardPath: list.address })
}

test('gives each member of a nested list one copy, with the owner as reverse-path', async () => {
  const fake = new FakeGovernment()
  fake.addList('inner', { members: ['bob@td.example', 'cat@td.example', 'outer@td.example'] })
  const outer = fake.addList('outer', {
    members: ['amy@td.example', 'bob@td.example', 'inner@td.example', 'pat@example.net'],
  })
  const delivered = await post(createDelivery(fake.options()), 'zoe@example.org', outer)
  assert.equal(delivered.accepted, 4)
  assert.deepEqual(fake.copies.map(({ accountId }) => accountId).toSorted(), ['amy', 'bob', 'cat'])
  assert.equal(fake.preparations, 1)
  const text = fake.copies[0]?.text ?? ''
  assert.match(text, /^Return-Path: <dan@td\.example>\r\n/)
  assert.match(
    text,
    /\r\nList-Id: <outer\.td\.example>\r\nList-Post: <mailto:outer@td\.example>\r\n/,
  )
  const [relay] = fake.queued
  assert.equal(relay?.envelope.reversePath, 'dan@td.example')
  assert.equal(relay?.recipients[0]?.forwardPath, 'pat@example.net')
  assert.match(relay?.recipients[0]?.trace ?? '', /^List-Id: <outer\.td\.example>/)
})

test('gives a direct recipient who is a member too the copy sent to him', async () => {
  const fake = new FakeGovernment()
  const list = fake.addList('all', { members: ['amy@td.example', 'bob@td.example'] })
  const both = to(list.address, 'amy@td.example')
  const hello = message('From: zoe@example.org')
  await createDelivery(fake.options()).deliver(peer, from('zoe@example.org'), both, hello)
  const copy = fake.copies.find(({ accountId }) => accountId === 'amy')
  assert.match(copy?.text ?? '', /^Return-Path: <zoe@example\.org>\r\n/)
  assert.doesNotMatch(copy?.text ?? '', /List-Id/)
  assert.equal(fake.copies.length, 2)
})

test('reports a member who is gone to the owner of the list', async () => {
  const fake = new FakeGovernment()
  const list = fake.addList('all', { members: ['amy@td.example', 'left@td.example'] })
  await post(createDelivery(fake.options()), 'zoe@example.org', list)
  const [dsn] = fake.queued
  assert.equal(dsn?.recipients[0]?.forwardPath, 'dan@td.example')
  assert.match(String(dsn?.content), /Final-Recipient: rfc822; left@td\.example/)
})

test('refuses a message that has been through the list', async () => {
  const fake = new FakeGovernment()
  const list = fake.addList('all', { members: ['amy@td.example'] })
  const been = message('From: zoe@example.org\nList-Id: Everybody <ALL.td.example>')
  const delivery = createDelivery(fake.options())
  await refuses(
    delivery.deliver(peer, from('zoe@example.org'), to(list.address), been),
    'mail-loop',
  )
})

test('refuses reports to a list', async () => {
  const fake = new FakeGovernment()
  const list = fake.addList('all', { members: ['amy@td.example'] })
  await refuses(check(createDelivery(fake.options()), '', list), 'list-closed')
})

test('lets members alone post to a members list, nested and external ones included', async () => {
  const fake = new FakeGovernment()
  fake.addList('inner', { members: ['bob@td.example'] })
  const list = fake.addList('team', {
    posting: 'members',
    members: ['amy@td.example', 'inner@td.example', 'pat@example.net'],
  })
  const delivery = createDelivery(fake.options())
  for (const member of ['amy@td.example', 'BOB@td.example', 'pat@EXAMPLE.net', 'dan@td.example'])
    await check(delivery, member, list)
  for (const other of ['cat@td.example', 'zoe@example.org'])
    await refuses(check(delivery, other, list), 'list-closed')
  const forged = message('From: cat@td.example')
  const posted = delivery.deliver(peer, from('amy@td.example'), to(list.address), forged)
  await refuses(posted, 'list-closed')
})

test('lets addresses of the government alone post to an internal list', async () => {
  const fake = new FakeGovernment()
  const list = fake.addList('staff', { posting: 'internal', members: ['amy@td.example'] })
  const delivery = createDelivery(fake.options())
  await check(delivery, 'eve@dh.example', list)
  await refuses(check(delivery, 'zoe@example.org', list), 'list-closed')
  await refuses(check(delivery, 'zoe@sub.td.example', list), 'list-closed')
})

test('sends mail for a moderated list to its owner, whose own mail goes to all', async () => {
  const fake = new FakeGovernment()
  const list = fake.addList('news', { posting: 'moderated', members: ['amy@td.example'] })
  const delivery = createDelivery(fake.options())
  await post(delivery, 'zoe@example.org', list)
  assert.deepEqual(
    fake.copies.map(({ accountId }) => accountId),
    ['dan'],
  )
  await post(delivery, 'dan@td.example', list)
  assert.deepEqual(
    fake.copies.map(({ accountId }) => accountId),
    ['dan', 'amy'],
  )
  const orphan = fake.addList('orphan', { posting: 'moderated', ownerAddress: 'left@td.example' })
  await refuses(check(delivery, 'zoe@example.org', orphan), 'list-moderated')
  fake.shared.add('dan')
  await refuses(check(delivery, 'zoe@example.org', list), 'list-moderated')
})

test('lets a user post as what he is', async () => {
  const fake = new FakeGovernment()
  const list = fake.addList('team', { posting: 'members', members: ['amy@td.example'] })
  const delivery = createDelivery(fake.options())
  const text = message('From: amy@td.example')
  const envelope = from('amy@td.example')
  await delivery.checkSubmissionRecipient(amy, envelope, { forwardPath: list.address })
  await delivery.submit(amy, peer, envelope, to(list.address), text)
  assert.equal(fake.copies.length, 1)
  const asPost = message('From: seo@td.example')
  const refused = delivery.submit(amy, peer, from('seo@td.example'), to(list.address), asPost)
  await refuses(refused, 'list-closed')
})
