import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EmailContent } from '../../kit/jmap/types.ts'
import { doubtsOf } from './checks.ts'
import { peopleIn, readTyped, suggest } from './recipients.ts'
import { prefixed, quote, startForward, startReply } from './start.ts'

const chan = { name: 'Chan Siu-ming', email: 'chan@td.example' }
const lee = { name: '李大文', email: 'lee@hyd.example' }
const me = { name: null, email: 'me@td.example' }
const own = [{ name: 'Me', email: 'ME@td.example' }]

const content = {
  id: 'e1',
  messageId: ['m1@x'],
  inReplyTo: null,
  references: ['m0@x'],
  from: [chan],
  replyTo: null,
  to: [me, lee],
  cc: [chan],
  subject: 'Re: 回覆：Lifts',
  attachments: [{ partId: '2', blobId: 'b2', size: 9, name: 'plan.pdf', type: 'application/pdf' }],
} as unknown as EmailContent

test('an answer goes to the author, to all without oneself and without anybody twice', () => {
  const about = { content, text: 'Hello\n> before', own, saidBy: 'On Monday, Chan wrote:' }
  const one = startReply(about, 'reply')
  assert.deepEqual([one.to, one.cc], [[chan], []])
  const all = startReply(about, 'replyAll')
  assert.deepEqual([all.to, all.cc], [[chan], [lee]])
  assert.equal(all.subject, 'Re: Lifts')
  assert.equal(all.text, '\n\nOn Monday, Chan wrote:\n> Hello\n>> before')
  assert.deepEqual(all.references, ['m0@x', 'm1@x'])
  assert.deepEqual(all.inReplyTo, ['m1@x'])
  assert.deepEqual(all.from, me)
})

test('an answer to one’s own message goes where that went', () => {
  const mine = { ...content, from: [me], to: [lee], cc: [chan, me] }
  const all = startReply({ content: mine, text: '', own, saidBy: '' }, 'replyAll')
  assert.deepEqual([all.to, all.cc], [[lee], [chan]])
})

test('what is passed on keeps its files', () => {
  const { subject, files, to } = startForward({ content, text: 'x', head: '---' })
  assert.equal(subject, 'Fwd: Lifts')
  assert.deepEqual(files, [{ blobId: 'b2', name: 'plan.pdf', type: 'application/pdf', size: 9 }])
  assert.deepEqual(to, [])
})

test('prefixes do not pile up in any of the languages', () => {
  assert.equal(prefixed('RE: Fw: 轉寄: 会议', 'Re'), 'Re: 会议')
  assert.equal(prefixed('Regarding lifts', 'Re'), 'Re: Regarding lifts')
  assert.equal(quote('a\r\n\r\nb\r\n'), '> a\n> \n> b')
})

test('recipients are read as people type and paste them', () => {
  const typed = '"Chan, Siu-ming" <chan@td.example>; lee@hyd.example，nobody、 李 <li@x.example>'
  const { found, rest } = readTyped(typed)
  assert.deepEqual(found, [
    { name: 'Chan, Siu-ming', email: 'chan@td.example' },
    { name: null, email: 'lee@hyd.example' },
    { name: '李', email: 'li@x.example' },
  ])
  assert.equal(rest, 'nobody')
})

test('people one has met are offered by either name', () => {
  const email = { from: [chan], to: [lee, me] }
  const people = peopleIn([email, { ...email, from: [lee], to: [] }] as never)
  assert.deepEqual(suggest('siu', people, []), [chan])
  assert.deepEqual(suggest('大文', people, []), [lee])
  assert.deepEqual(suggest('hyd', people, []), [])
  assert.deepEqual(suggest('lee', people, [lee]), [])
})

test('a forgotten file and a missing subject are asked about, in each language, not of quotations', () => {
  const message = { subject: 'x', text: '', fileCount: 0, recipients: [chan] }
  const ask = (change: Partial<typeof message>) => doubtsOf({ ...message, ...change })
  assert.deepEqual(ask({ text: 'Please find attached the plan.' }), ['noFile'])
  assert.deepEqual(ask({ text: '請參閱附件。' }), ['noFile'])
  assert.deepEqual(ask({ text: '请见附件', fileCount: 1 }), [])
  assert.deepEqual(ask({ text: 'Thanks\n> see the attachment' }), [])
  assert.deepEqual(ask({ subject: ' ' }), ['noSubject'])
})
