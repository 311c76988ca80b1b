import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { makeZip } from '../../../test/support/make-zip.ts'
import { ManualClock, minuteMs } from '../../base/clock.ts'
import { isRefusal, type RefusalCode } from '../../base/refusal.ts'
import { createKeys } from '../../keys/keys.ts'
import { temporaryMaster } from '../../keys/temporary-master.ts'
import { noSettings } from '../../policy/settings.ts'
import { createDelivery } from '../create-delivery.ts'
import { amy, FakeGovernment, from, message, peer, to } from '../fake-ports.ts'
import type { Override } from './ports.ts'
import { SendingRates } from './rates.ts'

function open(rates?: SendingRates) {
  const government = new FakeGovernment()
  const overrides: Override[] = []
  const delivery = createDelivery({
    ...government.options(),
    trust: {
      authservId: 'mx.example',
      authenticate: async () => assert.fail('a user is not judged by DNS'),
      isTrustedPeer: () => false,
      settings: () => noSettings,
      ...(rates === undefined ? {} : { rates }),
      recordOverride: async (_, override) => void overrides.push(override),
    },
  })
  const send = (text: Buffer, ...recipients: readonly string[]) =>
    delivery.submit(amy, peer, from('amy@td.example'), to(...recipients), text)
  return { government, overrides, send }
}

async function openRates() {
  const stack = new AsyncDisposableStack()
  const { database } = stack.use(await openTestDatabase())
  const { master } = stack.use(await temporaryMaster())
  const keys = stack.use(await createKeys({ database, master, clock: new ManualClock() })).platform
  const rates = new SendingRates({ database, keys })
  return { rates, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const [inside, outside, webmail] = ['bob@td.example', 'x@far.example', 'x@gmail.com']
const letter = (subject: string, body = 'Hello\r\n', more = '') =>
  message(`From: amy@td.example\nSubject: ${subject}${more === '' ? '' : `\n${more}`}`, body)

const refused = (code: RefusalCode) => (error: unknown) => isRefusal(error, code)

function withAttachment(subject: string, name: string, content: Buffer): Buffer {
  return Buffer.from(
    `From: amy@td.example\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\n` +
      'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee attached.\r\n--b\r\n' +
      `Content-Type: application/octet-stream; name="${name}"\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}\r\n--b--\r\n`,
  )
}

test('SECRET and TOP SECRET go nowhere, wherever they are marked', async () => {
  const { send } = open()
  const document = makeZip([
    { name: 'word/header1.xml', content: '<w:p><w:t>TOP SECRET</w:t></w:p>' },
  ])
  for (const text of [
    letter('[SECRET] plans'),
    letter('plans', 'SECRET\r\n\r\nDear all\r\n'),
    letter('=?utf-8?B?44CQ57WV5bCN5qmf5a+G44CR?='),
    withAttachment('plans', 'plans.docx', document),
    withAttachment('plans', 'SECRET_plans.pdf', Buffer.from('%PDF')),
  ])
    await assert.rejects(send(text, inside), refused('grade-too-high'))
})

test('CONFIDENTIAL goes encrypted, and within the government only', async () => {
  const { government, send } = open()
  await assert.rejects(send(letter('[CONFIDENTIAL] x'), inside), refused('grade-in-clear'))
  const sealed = letter(
    '[CONFIDENTIAL]',
    'MII\r\n',
    'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
  )
  await send(sealed, inside)
  assert.equal(government.copies.length, 1)
  await assert.rejects(send(sealed, inside, outside), refused('grade-outside'))
})

test('RESTRICTED goes within as it is, and outside only over verified TLS', async () => {
  const { government, send } = open()
  await send(letter('[RESTRICTED] x'), inside, outside)
  assert.equal(government.copies.length, 1)
  assert.equal(government.queued[0]?.envelope.requiresVerifiedTls, true)
  await send(letter('x'), outside)
  assert.equal(government.queued[1]?.envelope.requiresVerifiedTls, undefined)
})

test('personal data leaves when its sender says why, which is in the trail and not in the mail', async () => {
  const { government, overrides, send } = open()
  const text = 'His number is A123456(3).\r\n'
  await send(letter('x', text), inside)
  await assert.rejects(send(letter('x', text), outside), refused('confirm-personal-data'))
  const zipped = withAttachment('x', 'a.zip', makeZip([{ name: 'a.csv', content: text }]))
  await assert.rejects(send(zipped, outside), refused('confirm-personal-data'))
  assert.equal(government.queued.length, 0)
  await send(letter('x', text, 'Tamar-Confirm: he asked for it'), outside)
  assert.deepEqual(overrides, [{ rules: ['identity-number-outside'], reason: 'he asked for it' }])
  assert.doesNotMatch(government.queued[0]?.content.toString() ?? 'Tamar', /Tamar/)
  await send(letter('[CONFIRMED: court order] x', text), outside)
  assert.equal(overrides[1]?.reason, 'court order')
})

test('many identity card numbers do not leave for a public provider, whatever is said', async () => {
  const { send } = open()
  // Ten numbers with right check digits.
  const numbers = Array.from({ length: 40 }, (_, n) => `${100_000 + n}`)
    .flatMap((digits) => Array.from('0123456789A', (check) => `B${digits}(${check})`))
    .join('\r\n')
  const text = letter('[CONFIRMED: why not] x', numbers)
  await assert.rejects(send(text, webmail), refused('personal-data-refused'))
})

test('a program is refused on its way out too; ordinary documents pass', async () => {
  const { government, send } = open()
  const program = makeZip([{ name: 'run.exe', content: 'MZ' }])
  await assert.rejects(
    send(withAttachment('x', 'a.zip', program), inside),
    refused('attachment-refused'),
  )
  const document = makeZip([{ name: 'word/document.xml', content: '<w:t>Minutes</w:t>' }])
  await send(withAttachment('x', 'a.docx', document), inside, outside)
  assert.equal(government.copies.length, 1)
})

test('a burst to others outside is held, and ends when it is over', async () => {
  await using counted = await openRates()
  const { government, send } = open(counted.rates)
  const many = Array.from({ length: 301 }, (_, n) => `x${n}@far.example`)
  await send(letter('one'), ...many)
  assert.ok(government.queued.every(({ isHeld }) => isHeld === true))
  assert.equal(government.queued[0]?.recipients.length, 301)
  await send(letter('two'), inside)
  assert.equal(government.copies.length, 1)
  government.clock.advance(11 * minuteMs)
  await send(letter('three'), outside)
  assert.equal(government.queued.at(-1)?.isHeld, undefined)
})

test('an account that writes to more than anybody does in an hour is told to wait', async () => {
  await using counted = await openRates()
  const { government, send } = open(counted.rates)
  const few = Array.from({ length: 200 }, (_, n) => `x${n}@far.example`)
  for (let n = 0; n < 10; n++) {
    await send(letter(`${n}`), ...few)
    government.clock.advance((11 * minuteMs) / 2)
  }
  await assert.rejects(send(letter('last'), ...few), refused('too-fast'))
})
