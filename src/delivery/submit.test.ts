import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { RefusalCode } from '../base/refusal.ts'
import { createDelivery } from './create-delivery.ts'
import { FakeGovernment, amy, from, message, peer, to } from './fake-ports.ts'

async function refuses(promise: Promise<unknown>, code: RefusalCode): Promise<void> {
  await assert.rejects(promise, (error) => isRefusal(error, code), code)
}

const whole = 'From: amy@td.example\nDate: Mon, 5 Jan 2026 01:00:00 +0000\nMessage-ID: <a@b>'

test('delivers to local recipients and queues for the others in one acknowledgement', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const recipients = to('bob@td.example', 'pat@example.net', 'kim@example.net')
  const envelope = from('amy@td.example', { envelopeId: 'e1', ret: 'headers' })
  const done = await delivery.submit(amy, peer, envelope, recipients, message(whole))
  assert.equal(done.accepted, 3)
  const queuedAs = (forwardPath: string, recipient: number) => ({
    forwardPath,
    result: 'queued',
    queuedId: fake.queued[0]?.id,
    recipient,
  })
  assert.deepEqual(done.copies, [
    { forwardPath: 'bob@td.example', result: 'arrived' },
    queuedAs('pat@example.net', 0),
    queuedAs('kim@example.net', 1),
  ])
  assert.equal(fake.copies.length, 1)
  const [queued, ...others] = fake.queued
  assert.equal(others.length, 0)
  assert.equal(queued?.envelope.envelopeId, 'e1')
  assert.deepEqual(
    queued?.recipients.map(({ forwardPath }) => forwardPath),
    ['pat@example.net', 'kim@example.net'],
  )
  assert.equal(fake.log[0]?.event, 'submitted')
  assert.equal(fake.log[0]?.principalId, 'amy')
})

test('keeps where the user sat out of Received', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const recipients = to('bob@td.example', 'pat@example.net')
  await delivery.submit(amy, peer, from('amy@td.example'), recipients, message(whole))
  for (const text of [fake.copies[0]?.text, fake.queued[0]?.recipients[0]?.trace]) {
    assert.match(text ?? '', /Received: from localhost \(authenticated\)\r\n\tby mx\.example/)
    assert.doesNotMatch(text ?? '', /192\.0\.2\.7|mail\.example\.org/)
  }
  assert.doesNotMatch(fake.queued[0]?.recipients[0]?.trace ?? '', /Return-Path|Delivered-To/)
})

test('takes only identities of the user in reverse-path, From and Sender', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const send = (path: string, header: string) =>
    delivery.submit(amy, peer, from(path), to('bob@td.example'), message(header))
  const other = 'bob@td.example'
  assert.throws(
    () => delivery.checkSender(amy, other),
    (error) => isRefusal(error, 'sender-not-yours'),
  )
  delivery.checkSender(amy, 'seo@td.example')
  delivery.checkSender(amy, '')
  await refuses(send(other, whole), 'sender-not-yours')
  await refuses(send('amy@td.example', `From: ${other}`), 'sender-not-yours')
  await refuses(send('amy@td.example', `From: amy@td.example, ${other}`), 'sender-not-yours')
  await refuses(send('amy@td.example', `${whole}\nSender: ${other}`), 'sender-not-yours')
  await refuses(send('amy@td.example', 'Subject: nobody'), 'invalid')
  await refuses(send('amy@td.example', `${whole}\nFrom: ${other}`), 'invalid')
  assert.equal(fake.copies.length, 0)
  await send('amy@td.example', 'From: "bob@td.example" <seo@td.example>\nSender: amy@td.example')
})

test('what is sent for another goes to nobody while the trail does not take it', async () => {
  const fake = new FakeGovernment()
  const options = fake.options()
  const recordSend = () => Promise.reject(new Refusal('audit-unavailable'))
  const delivery = createDelivery({ ...options, access: { ...options.access, recordSend } })
  const send = (header: string) =>
    delivery.submit(amy, peer, from('amy@td.example'), to('bob@td.example'), message(header))
  await refuses(send('From: boss@td.example'), 'audit-unavailable')
  assert.equal(fake.copies.length, 0)
  await send('From: amy@td.example')
  assert.equal(fake.copies.length, 1)
})

test('who writes on behalf of another is named as the sender, and the trail has it', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const send = (header: string, path = 'amy@td.example') =>
    delivery.submit(amy, peer, from(path), to('bob@td.example'), message(header))
  const { messageId } = await send('From: Boss <boss@td.example>', 'boss@td.example')
  assert.match(fake.copies[0]?.text ?? '', /\r\nSender: amy@td\.example\r\n/)
  assert.deepEqual(fake.sent, [{ accountId: 'boss', as: 'on-behalf', messageId }])
  await send('From: boss@td.example\nSender: Amy <amy@td.example>')
  assert.equal(fake.copies[1]?.text.match(/Sender:/g)?.length, 1)
  await refuses(send('From: boss@td.example\nSender: boss@td.example'), 'sender-not-yours')
  await refuses(send('From: amy@td.example\nSender: boss@td.example'), 'sender-not-yours')
})

test('adds a missing Date and Message-ID and takes Bcc out, nothing else', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const header =
    'From: amy@td.example\nBcc: bob@td.example,\n cat@td.example\nX-Keep: Bcc: yes\nbcc: x@y'
  const text = message(header, 'Bcc: in the body\r\n')
    .toString()
    .replace('bob@td.example,\r\n', 'bob@td.example,\r\n ')
  await delivery.submit(amy, peer, from('amy@td.example'), to('bob@td.example'), Buffer.from(text))
  const stored = fake.copies[0]?.text ?? ''
  const own = stored.slice(stored.indexOf('Date:'))
  assert.match(
    own,
    /^Date: Mon, 5 Jan 2026 01:00:00 \+0000\r\nMessage-ID: <[-0-9a-f]{36}@td\.example>\r\nFrom: amy@td\.example\r\nX-Keep: Bcc: yes\r\n\r\nBcc: in the body\r\n$/,
  )
})

test('leaves a whole message as it is', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  await delivery.submit(amy, peer, from('amy@td.example'), to('bob@td.example'), message(whole))
  assert.ok(fake.copies[0]?.text.endsWith(message(whole).toString()))
})

test('drops a repeated submission though its Message-ID was ours', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const bare = message('From: amy@td.example')
  for (let i = 0; i < 2; i++)
    await delivery.submit(amy, peer, from('amy@td.example'), to('bob@td.example'), bare)
  assert.equal(fake.copies.length, 1)
})

test('refuses bare CR, bare LF and NUL in a header', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  for (const bad of ['a\nBcc: x', 'a\rBcc: x', 'a\0b']) {
    const octets = Buffer.from(`From: amy@td.example\r\nSubject: ${bad}\r\n\r\nbody\n\r\0`)
    const sent = delivery.submit(amy, peer, from('amy@td.example'), to('bob@td.example'), octets)
    await refuses(sent, 'invalid')
  }
})

test('refuses at RCPT a local address that is nobody, and takes a remote one', async () => {
  const fake = new FakeGovernment()
  const delivery = createDelivery(fake.options())
  const check = (forwardPath: string) =>
    delivery.checkSubmissionRecipient(amy, from('amy@td.example'), { forwardPath })
  await check('pat@example.net')
  await refuses(check('nobody@td.example'), 'no-such-address')
  await refuses(check('nodomain'), 'no-such-address')
})
