/** Who is away, and who hears of it: with and without a script of his own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../../base/clock.ts'
import { parseMessage } from '../../mime/parse.ts'
import { partText } from '../../mime/text.ts'
import { createDelivery } from '../create-delivery.ts'
import { FakeGovernment, from, message, peer, to } from '../fake-ports.ts'

function open(script?: string) {
  const government = new FakeGovernment()
  if (script !== undefined) government.filter('amy', script)
  government.addMailbox('amy', 'INBOX', 'inbox')
  government.addMailbox('amy', 'Deleted', 'trash')
  government.addMailbox('amy', 'Junk', 'junk')
  const delivery = createDelivery(government.options())
  const send = (header: string, reversePath = 'wong@far.example') =>
    delivery.deliver(peer, from(reversePath), to('amy@td.example'), message(header))
  const answers = () => government.queued.map(({ content }) => content.toString())
  return { government, send, answers }
}

test('who writes to somebody who is away is told once a week, and anew when he says something else', async () => {
  const { government, send, answers } = open()
  government.away('amy', { subject: 'Away 休假', text: 'Back on Monday.' })
  await send('To: amy@td.example\nSubject: Lifts\nMessage-ID: <1@far.example>')
  const [answer = ''] = answers()
  assert.equal(government.queued[0]?.envelope.reversePath, '')
  assert.deepEqual(
    government.queued[0]?.recipients.map(({ forwardPath }) => forwardPath),
    ['wong@far.example'],
  )
  assert.match(answer, /^From: <amy@td.example>\r\nTo: <wong@far.example>\r\n/)
  assert.match(answer, /\r\nIn-Reply-To: <1@far.example>\r\n/)
  assert.match(answer, /\r\nAuto-Submitted: auto-replied\r\n/)
  assert.match(answer, /\r\nContent-Type: text\/plain; charset=utf-8\r\n/)
  await send('To: amy@td.example\nSubject: again')
  assert.equal(answers().length, 1)
  await send('To: amy@td.example\nSubject: from another', 'ho@far.example')
  assert.equal(answers().length, 2)
  government.clock.advance(8 * dayMs)
  await send('To: amy@td.example\nSubject: later')
  assert.equal(answers().length, 3)
  government.away('amy', { text: 'Back on Tuesday.' })
  await send('To: amy@td.example\nSubject: other words')
  assert.equal(answers().length, 4)
  assert.equal(government.copies.length, 5)
})

test('what is written as HTML is answered in both forms, and nothing in two languages', async () => {
  const { government, send, answers } = open()
  government.away('amy', { html: '<p>Back <b>soon</b> 稍後回來</p>' })
  await send('To: amy@td.example\nSubject: one')
  government.away('amy')
  await send('To: amy@td.example\nSubject: two')
  const [both = '', usual = ''] = answers()
  const octets = Buffer.from(both)
  const { type, subtype, children } = parseMessage(octets)
  assert.deepEqual([type, subtype], ['multipart', 'alternative'])
  assert.deepEqual(
    children.map((part) => [part.subtype, partText(octets, part, 1_000).trim()]),
    [
      ['plain', 'Back soon 稍後回來'],
      ['html', 'Back soon 稍後回來'],
    ],
  )
  const text = partText(Buffer.from(usual), parseMessage(Buffer.from(usual)), 1_000)
  assert.match(text, /I am away[^]*本人現時不在/)
  assert.match(usual, /\r\nSubject: =\?UTF-8\?B\?QXV0bzogdHdv\?=\r\n/)
})

test('no machine, no list, no report and nobody who was not written to hears of an absence', async () => {
  const cases: readonly (readonly [header: string, path?: string])[] = [
    ['To: amy@td.example', ''],
    ['To: amy@td.example', 'no-reply@far.example'],
    ['To: amy@td.example', 'amy@td.example'],
    ['To: amy@td.example\nAuto-Submitted: auto-replied'],
    ['To: amy@td.example\nPrecedence: bulk'],
    ['To: amy@td.example\nList-Id: <news.far.example>'],
    ['To: others@far.example'],
  ]
  for (const [header, path] of cases) {
    const { government, send } = open()
    government.away('amy')
    await send(`${header}\nSubject: x`, path)
    assert.deepEqual(government.queued, [], `${header} ${path ?? ''}`)
    assert.equal(government.copies.length, 1)
  }
})

test('a script that answers speaks for its owner; what it refuses or puts aside is not answered', async () => {
  const require = 'require ["vacation", "reject", "fileinto", "copy"];'
  const cases: readonly (readonly [script: string, answers: number])[] = [
    ['keep;', 1],
    ['redirect "bob@td.example";', 2],
    [`${require} vacation "In my own words.";`, 1],
    [`${require} reject "No.";`, 1],
    ['discard;', 0],
    [`${require} fileinto "Junk";`, 0],
    [`${require} fileinto :copy "Junk";`, 1],
  ]
  for (const [script, count] of cases) {
    const { government, send, answers } = open(script)
    government.away('amy', { text: 'Away.' })
    await send('To: amy@td.example\nSubject: x')
    const saysAway = answers().filter((one) =>
      one.includes(Buffer.from('Away.').toString('base64')),
    )
    const isOwnWord = /vacation "|reject "/.test(script)
    assert.equal(answers().length, count, script)
    assert.equal(saysAway.length, isOwnWord || count === 0 ? 0 : 1, script)
  }
})

test('the same message twice is answered once, and one that finds no place not at all', async () => {
  const { government, send, answers } = open()
  government.away('amy')
  government.faults.set('amy', new Error('the database is away'))
  const header = 'To: amy@td.example\nSubject: x\nMessage-ID: <1@far.example>'
  await assert.rejects(send(header))
  assert.deepEqual(answers(), [])
  government.faults.clear()
  await send(header)
  await send(header)
  assert.equal(answers().length, 1)
})
