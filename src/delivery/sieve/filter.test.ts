/** Scripts of accounts while mail arrives: where it goes, what follows, and what never does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../../base/clock.ts'
import { createDelivery } from '../create-delivery.ts'
import { FakeGovernment, from, message, peer, to } from '../fake-ports.ts'

const letter = message(`
  From: Wong <wong@far.example>
  To: amy@td.example
  Subject: Lifts
  Message-ID: <one@far.example>
`)

function open(script: string) {
  const government = new FakeGovernment()
  government.filter('amy', script)
  government.addMailbox('amy', 'INBOX', 'inbox')
  government.addMailbox('amy', 'Deleted', 'trash')
  government.addMailbox('amy', 'Works')
  const delivery = createDelivery(government.options())
  const send = (text = letter, reversePath = 'wong@far.example') =>
    delivery.deliver(peer, from(reversePath), to('amy@td.example'), text)
  const places = () => government.copies.map(({ mailboxId }) => mailboxId ?? 'INBOX')
  const answers = () =>
    government.queued.map(({ envelope, recipients, content }) => ({
      path: envelope.reversePath,
      to: recipients.map(({ forwardPath }) => forwardPath),
      text: content.toString(),
    }))
  return { government, send, places, answers }
}

const asked = 'require ["fileinto", "copy", "imap4flags", "mailbox"];'

test('a copy is filed with its flags, into several places once each', async () => {
  const { government, send, places } = open(
    `${asked} fileinto :flags ["\\\\Seen", "$Work"] "Works"; fileinto :create "New"; keep;`,
  )
  await send()
  assert.deepEqual(places(), ['amy/Works', 'amy/New', 'INBOX'])
  assert.deepEqual(
    government.copies.map(({ flags, keywords }) => [flags, keywords]),
    [
      [1, ['$Work']],
      [0, []],
      [0, []],
    ],
  )
  await send()
  assert.equal(government.copies.length, 3)
})

test('what has no mailbox to go to, or a script that fails, is in the inbox', async () => {
  const missing = open(`${asked} fileinto "No such place";`)
  await missing.send()
  assert.deepEqual(missing.places(), ['INBOX'])
  const failing = open('require "include"; include "gone";')
  await failing.send()
  assert.deepEqual(failing.places(), ['INBOX'])
  const broken = open('this is no script')
  await broken.send()
  assert.deepEqual(broken.places(), ['INBOX'])
})

test('what a script discards lies among the deleted items', async () => {
  const { send, places } = open('discard;')
  await send()
  assert.deepEqual(places(), ['amy/Deleted'])
})

test('a script sends further inside the government, with the way it came, and no loop', async () => {
  const { government, send, places, answers } = open('redirect "bob@td.example";')
  await send()
  assert.deepEqual(places(), ['amy/Deleted'])
  assert.deepEqual(
    answers().map((one) => [one.path, one.to]),
    [['wong@far.example', ['bob@td.example']]],
  )
  const trace = government.queued[0]?.recipients[0]?.trace ?? ''
  assert.match(
    trace,
    /^Return-Path: <wong@far.example>\r\nDelivered-To: bob@td.example\r\nDelivered-To: amy@td.example\r\n/,
  )
  const back = message('Delivered-To: bob@td.example\nSubject: again')
  await send(back)
  assert.equal(government.queued.length, 1)
  assert.deepEqual(places(), ['amy/Deleted', 'INBOX'])
})

test('a script alone sends nothing out of the government, nor to oneself, a list or nobody', async () => {
  for (const target of ['a@far.example', 'amy@td.example', 'all@td.example', 'x@td.example']) {
    const { government, send, places } = open(`redirect "${target}";`)
    government.addList('all', {})
    await send()
    assert.deepEqual([places(), government.queued], [['INBOX'], []], target)
  }
})

const away = 'require "vacation"; vacation :days 3 "I am away. 我不在辦公室。";'

test('who writes to somebody who is away is answered once in the time that was said', async () => {
  const { government, send, places, answers } = open(away)
  await send()
  const [answer] = answers()
  assert.deepEqual([answer?.path, answer?.to], ['', ['wong@far.example']])
  assert.match(answer?.text ?? '', /^From: <amy@td.example>\r\nTo: <wong@far.example>\r\n/)
  assert.match(answer?.text ?? '', /\r\nAuto-Submitted: auto-replied\r\n/)
  assert.match(answer?.text ?? '', /\r\nIn-Reply-To: <one@far.example>\r\n/)
  const again = message('To: amy@td.example\nSubject: again')
  await send(again)
  assert.equal(answers().length, 1)
  government.clock.advance(4 * dayMs)
  await send(message('To: amy@td.example\nSubject: later'))
  assert.equal(answers().length, 2)
  assert.deepEqual(places(), ['INBOX', 'INBOX', 'INBOX'])
})

test('no machine, no list and nobody who was not written to is answered', async () => {
  const cases: readonly (readonly [header: string, path?: string])[] = [
    ['To: amy@td.example', ''],
    ['To: amy@td.example', 'mailer-daemon@far.example'],
    ['To: amy@td.example', 'news-bounces@far.example'],
    ['To: amy@td.example', 'amy@td.example'],
    ['To: amy@td.example\nAuto-Submitted: auto-generated'],
    ['To: amy@td.example\nPrecedence: bulk'],
    ['To: amy@td.example\nList-Id: <news.far.example>'],
    ['To: amy@td.example\nX-Auto-Response-Suppress: OOF'],
    ['To: others@far.example'],
  ]
  for (const [header, path] of cases) {
    const { government, send } = open(away)
    await send(message(`${header}\nSubject: x`), path)
    assert.deepEqual(government.queued, [], `${header} ${path ?? ''}`)
    assert.equal(government.copies.length, 1)
  }
})

test('an answer says who it is from only as its owner may, and no field of its own making', async () => {
  const { send, answers } = open(
    'require "vacation"; vacation :mime :from "bob@td.example" text:\r\nContent-Type: text/plain\r\nFrom: boss@td.example\r\nBcc: all@td.example\r\n\r\nAway.\r\n.\r\n;',
  )
  await send()
  const text = answers()[0]?.text ?? ''
  assert.match(text, /^From: <amy@td.example>/)
  assert.match(text, /\r\nContent-Type: text\/plain\r\n\r\nAway\./)
  assert.doesNotMatch(text, /boss@|Bcc|bob@/)
})

test('what is refused is in no mailbox, and its sender is told once, in the words of the script', async () => {
  const { government, send, answers } = open('require "reject"; reject "Write to the office.";')
  await send()
  await send()
  assert.equal(government.copies.length, 0)
  assert.equal(answers().length, 1)
  const body = answers()[0]?.text.split('\r\n\r\n')[1] ?? ''
  assert.equal(Buffer.from(body, 'base64').toString(), 'Write to the office.')
})

test('what nobody could be told of is not refused but kept', async () => {
  const { send, places } = open('require "reject"; reject "no";')
  await send(letter, '')
  assert.deepEqual(places(), ['INBOX'])
})

test('a script meets a message again', async () => {
  const { send, places } = open(
    'require ["duplicate", "fileinto"]; if duplicate { fileinto "Works"; }',
  )
  await send()
  await send(Buffer.concat([letter, Buffer.from('another body\r\n')]))
  assert.deepEqual(places(), ['INBOX', 'amy/Works'])
})
