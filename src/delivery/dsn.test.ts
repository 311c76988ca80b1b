import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../base/clock.ts'
import { parseMessage } from '../mime/parse.ts'
import type { QueueEnvelope, QueueInput, Report } from '../queue/types.ts'
import { composeReports } from './dsn.ts'

const clock = new ManualClock()
const parts = { clock, hostname: 'mx.example' }
const envelope: QueueEnvelope = {
  reversePath: 'amy@td.example',
  isSmtpUtf8: false,
  requiresTls: false,
  messageId: 'm1',
}
const content = Buffer.from('From: amy@td.example\r\nSubject: Hi\r\n\r\nSecret body\r\n')
const reply = { code: 452, enhanced: '4.2.2', text: 'Mailbox full' }

function report(kind: Report['kind'], more: Partial<Report['recipient']> = {}): Report {
  const recipient = { forwardPath: 'bob@td.example', ...more }
  return { kind, recipient, reply: kind === 'delivered' ? undefined : reply, at: clock.now() }
}

function compose(reports: readonly Report[], more: Partial<QueueEnvelope> = {}) {
  return composeReports(parts, {
    envelope: { ...envelope, ...more },
    queuedAt: clock.now(),
    expiresAt: clock.now() + 1000,
    content,
    reports,
  })
}

function partsOf(input: QueueInput | undefined) {
  assert.ok(input !== undefined)
  const root = parseMessage(input.content)
  assert.equal(`${root.type}/${root.subtype}`, 'multipart/report')
  return root.children.map((part) => ({
    type: `${part.type}/${part.subtype}`,
    text: input.content.toString('utf8', part.bodyStart, part.end),
  }))
}

test('tells the sender in two languages, a program in fields, and returns the header', () => {
  const [dsn, ...others] = compose([report('failed', { originalRecipient: 'rfc822;b@x' })], {
    envelopeId: 'QQ1',
  })
  assert.equal(others.length, 0)
  assert.deepEqual(dsn?.envelope.reversePath, '')
  assert.deepEqual(dsn?.recipients, [{ forwardPath: 'amy@td.example', notify: ['never'] }])
  const [text, status, returned] = partsOf(dsn)
  const words = Buffer.from(text?.text ?? '', 'base64').toString()
  assert.match(words, /could not be delivered/)
  assert.match(words, /未能送達/)
  assert.match(words, /bob@td\.example/)
  assert.equal(status?.type, 'message/delivery-status')
  assert.match(dsn?.content.toString() ?? '', /Original-Envelope-Id: QQ1\r\n/)
  assert.match(
    dsn?.content.toString() ?? '',
    /\r\n\r\nOriginal-Recipient: rfc822;b@x\r\nFinal-Recipient: rfc822; bob@td\.example\r\nAction: failed\r\nStatus: 5\.2\.2\r\nDiagnostic-Code: smtp; 452 4\.2\.2 Mailbox full\r\n/,
  )
  assert.equal(returned?.type, 'text/rfc822-headers')
  assert.doesNotMatch(dsn?.content.toString() ?? '', /Secret body/)
  assert.match(dsn?.content.toString() ?? '', /\r\nAuto-Submitted: auto-replied\r\n/)
})

test('returns the whole message of a failure when RET asked for it', () => {
  const [dsn] = compose([report('failed')], { ret: 'full' })
  assert.equal(partsOf(dsn)[2]?.type, 'message/rfc822')
  assert.match(dsn?.content.toString() ?? '', /Secret body/)
  const [delayed] = compose([report('delayed')], { ret: 'full' })
  assert.doesNotMatch(delayed?.content.toString() ?? '', /Secret body/)
  assert.match(delayed?.content.toString() ?? '', /Action: delayed\r\nStatus: 4\.2\.2\r\n/)
  assert.match(delayed?.content.toString() ?? '', /Will-Retry-Until: /)
})

test('says only what NOTIFY asked for and nothing to the null reverse-path', () => {
  const all = (more: Partial<Report['recipient']>) => [
    report('failed', more),
    report('delayed', more),
    report('delivered', more),
  ]
  const kinds = (inputs: readonly QueueInput[]) =>
    inputs.map(({ content: octets }) => /Action: (\w+)/.exec(octets.toString())?.[1])
  assert.deepEqual(kinds(compose(all({}))), ['failed', 'delayed'])
  assert.deepEqual(kinds(compose(all({ notify: ['never'] }))), [])
  assert.deepEqual(kinds(compose(all({ notify: ['success'] }))), ['delivered'])
  assert.deepEqual(kinds(compose(all({ notify: ['failure', 'delay'] }))), ['failed', 'delayed'])
  assert.deepEqual(kinds(compose(all({}), { reversePath: '' })), [])
})

test('speaks of addresses that are not ASCII as RFC 6533 wants', () => {
  const [dsn] = compose([report('failed', { forwardPath: '陳@td.example' })])
  assert.equal(partsOf(dsn)[1]?.type, 'message/global-delivery-status')
  assert.match(dsn?.content.toString() ?? '', /Final-Recipient: utf-8; 陳@td\.example\r\n/)
  assert.equal(dsn?.envelope.isSmtpUtf8, true)
})

test('keeps every line of the report a line of mail', () => {
  const evil = { ...reply, text: 'x\r\nAction: delivered' }
  const [dsn] = compose([{ ...report('failed'), reply: evil }])
  assert.equal(dsn?.content.toString().match(/^Action:/gm)?.length, 1)
  for (const line of dsn?.content.toString().split('\r\n') ?? []) {
    assert.ok(line.length <= 998)
    assert.ok(!line.includes('\n'))
  }
})

test('what is owed to the sender of a timed message is told unless he wants to hear nothing', () => {
  const deliverBy = { at: clock.now() + 1000, mode: 'return', isTraced: true } as const
  const owed = (notify?: readonly ['never']): Report => {
    const { reply: _none, ...rest } = report('relayed', notify === undefined ? {} : { notify })
    return { ...rest, reply: undefined, isOwed: true }
  }
  const [dsn] = compose([owed()], { deliverBy })
  const status = partsOf(dsn)[1]?.text ?? ''
  assert.match(status, /^Deliver-By-Date: Mon, 5 Jan 2026 /m)
  assert.match(status, /^Action: relayed\r$/m)
  assert.deepEqual(compose([owed(['never'])], { deliverBy }), [])
})
