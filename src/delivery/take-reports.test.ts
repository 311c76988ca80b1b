/** Where a report goes, and what becomes of a message that is one: the reading itself is tested in `report`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeRecords } from '../../test/support/fake-records.ts'
import { isRefusal, Refusal, type RefusalCode } from '../base/refusal.ts'
import { createAuthenticator } from '../mailauth/verify/authenticate.ts'
import { noSettings } from '../policy/settings.ts'
import { createDelivery } from './create-delivery.ts'
import { amy, FakeGovernment, from, message, peer, to } from './fake-ports.ts'
import { createLocalTransport } from './local-transport.ts'
import type { DeliveryOptions } from './ports.ts'

const place = 'dmarc-reports@td.example'
const text = message('From: x@far.example\nSubject: Report')

function open() {
  const government = new FakeGovernment()
  const taken: string[] = []
  const said: { refusal: RefusalCode | undefined } = { refusal: undefined }
  const options: DeliveryOptions = {
    ...government.options(),
    trust: {
      authservId: 'mx.example',
      authenticate: createAuthenticator({
        resolver: new FakeRecords(),
        authservId: 'mx.example',
        trustedSealers: [],
      }),
      isTrustedPeer: (address) => address === '192.0.2.99',
      settings: () => noSettings,
    },
    reports: {
      kindAt: (address) => (address.toLowerCase() === place ? 'dmarc' : undefined),
      takeMail: async ({ kind, authentication }) => {
        if (said.refusal !== undefined) throw new Refusal(said.refusal)
        taken.push(`${kind} ${authentication.authorDomains.join(' ')}`)
      },
    },
  }
  const delivery = createDelivery(options)
  const deliver = (...recipients: readonly string[]) =>
    delivery.deliver(peer, from('x@far.example'), to(...recipients), text)
  const outcomes = () =>
    government.settled
      .at(-1)
      ?.outcomes?.map(({ recipient, result, reason }) => `${recipient} ${result} ${reason ?? ''}`)
  return { government, options, delivery, taken, said, deliver, outcomes }
}

const refused = (code: RefusalCode) => (error: unknown) => isRefusal(error, code)

test('a report is read, goes into no mailbox, and the mail log says what became of it', async () => {
  const t = open()
  await t.delivery.checkRecipient(from('x@far.example'), { forwardPath: place })
  const { accepted } = await t.deliver('DMARC-Reports@td.example')
  assert.deepEqual([accepted, t.taken, t.government.copies], [1, ['dmarc far.example'], []])
  assert.deepEqual(t.outcomes(), ['DMARC-Reports@td.example delivered report'])
  // Who brings it is a system of ours: who made it is asked all the same.
  const relay = { ...peer, remoteAddress: '192.0.2.99' }
  await t.delivery.deliver(relay, from('x@far.example'), to(place), text)
  assert.equal(t.taken.length, 2)
})

test('what is no report is refused, and keeps nobody else from the message', async () => {
  const t = open()
  t.said.refusal = 'unauthenticated'
  await assert.rejects(t.deliver(place), refused('unauthenticated'))
  assert.deepEqual(t.government.log, [])
  await t.deliver(place, 'amy@td.example')
  assert.equal(t.government.copies.length, 1)
  assert.deepEqual(t.outcomes(), ['amy@td.example delivered ', `${place} failed report-refused`])
  assert.deepEqual(t.government.queued, [], 'nobody is written to')
  // What may be taken later is: one reply answers for all.
  t.said.refusal = 'authentication-unknown'
  await assert.rejects(t.deliver(place, 'amy@td.example'), refused('authentication-unknown'))
  assert.equal(t.government.copies.length, 1)
})

test('who has the address has its mail, and our users cannot write to one that nobody has', async () => {
  const t = open()
  await assert.rejects(
    t.delivery.submit(amy, peer, from(amy.address), to(place), message(`From: ${amy.address}`)),
    refused('no-such-address'),
  )
  t.government.people.add('dmarc-reports')
  await t.deliver(place)
  assert.deepEqual([t.taken, t.government.copies.length], [[], 1])
})

test('what our own queue brings is read by the same rules', async () => {
  const t = open()
  const transport = createLocalTransport(t.options)
  const envelope = { reversePath: '', isSmtpUtf8: false, requiresTls: false, messageId: 'm' }
  const about = { id: 'q', envelope, octets: text.length, queuedAt: 0, expiresAt: 1 }
  const send = () =>
    transport.send({ ...about, content: async () => text }, [
      { forwardPath: place, recipient: 0, attempts: 1 },
    ])
  assert.deepEqual(await send(), [{ result: 'delivered' }])
  t.said.refusal = 'refused-by-policy'
  assert.deepEqual(
    (await send()).map(({ result }) => result),
    ['failed'],
  )
  t.said.refusal = 'too-busy'
  assert.deepEqual(
    (await send()).map(({ result }) => result),
    ['deferred'],
  )
  assert.equal(t.taken.length, 1)
})
