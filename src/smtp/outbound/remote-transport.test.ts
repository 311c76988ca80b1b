import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FarServer } from '../../../test/support/far-server.ts'
import { ManualClock } from '../../base/clock.ts'
import { createRemoteTransport } from './remote-transport.ts'
import {
  attemptOf,
  fakeResolver as resolver,
  messageOf,
  noPolicies as sts,
  noRules as rules,
  openFar as open,
  said,
} from '../../../test/support/far-world.ts'

test('recipients of one domain go in one transaction, and the next message over the same line', async () => {
  await using t = await open({ extensions: ['PIPELINING', 'SIZE', 'DSN'] })
  const outcomes = await t.send(['a@far.example', 'b@far.example'])
  assert.deepEqual(outcomes, [
    { result: 'relayed', isDsnAware: true },
    { result: 'relayed', isDsnAware: true },
  ])
  await t.send(['c@far.example'], { reversePath: '' })
  assert.equal(t.far.sessions, 1)
  const [first, second] = t.far.heard
  assert.deepEqual(first?.recipients, ['<a@far.example>', '<b@far.example>'])
  assert.match(first?.mail ?? '', /^<wl\.chan@td\.gov\.example> SIZE=\d+$/)
  assert.equal(first?.content, 'Subject: hello\r\n\r\n.a line with a dot\r\n')
  assert.match(second?.mail ?? '', /^<>/)
})

test('what says how a copy came goes before it, and who has the same shares a transaction', async () => {
  await using t = await open()
  const post = 'List-Id: <all.td.gov.example>\r\nReceived: by mail.gov.example; today\r\n'
  const own = 'Delivered-To: 馮文樂@td.gov.example\r\nReceived: by mail.gov.example;\r\n\ttoday\r\n'
  const traces = [post, own, post]
  const attempts = traces.map((trace, at) => ({ ...attemptOf(`r${at}@far.example`, at), trace }))
  const outcomes = await t.transport.send(messageOf({}), attempts)
  assert.deepEqual(
    outcomes.map(({ result }) => result),
    ['relayed', 'relayed', 'relayed'],
  )
  const content = 'Subject: hello\r\n\r\n.a line with a dot\r\n'
  assert.deepEqual(
    t.far.heard
      .map((heard) => [heard.recipients, heard.content])
      .toSorted(([a], [b]) => String(a).localeCompare(String(b))),
    [
      [['<r0@far.example>', '<r2@far.example>'], `${post}${content}`],
      // It takes no international fields.
      [['<r1@far.example>'], `Received: by mail.gov.example;\r\n\ttoday\r\n${content}`],
    ],
  )
})

test('each recipient has the answer he was given', async () => {
  await using t = await open({
    refuse: {
      'RCPT TO:<gone@far.example>': '550 5.1.1 no such user',
      'RCPT TO:<full@far.example>': '452 4.2.2 mailbox full',
    },
  })
  const outcomes = await t.send(['gone@far.example', 'full@far.example', 'here@far.example'])
  assert.deepEqual(outcomes.map(said), [
    ['failed', 550, '5.1.1'],
    ['deferred', 452, '4.2.2'],
    { result: 'relayed', isDsnAware: false },
  ])
  assert.deepEqual(t.far.heard[0]?.recipients, ['<here@far.example>'])
})

test('what the server says to MAIL is true for all, and a broken line is tried again', async () => {
  const mail = 'MAIL FROM:<wl.chan@td.gov.example>'
  await using refusing = await open({ refuse: { [mail]: '550 5.7.1 we do not like you' } })
  assert.deepEqual((await refusing.send(['a@far.example', 'b@far.example'])).map(said), [
    ['failed', 550, '5.7.1'],
    ['failed', 550, '5.7.1'],
  ])
  await using cutting = await open({ cutsAfterData: true })
  assert.deepEqual((await cutting.send(['a@far.example'])).map(said), [['deferred', 421, '4.4.2']])
})

test('a server whose TLS is broken gets the mail in clear, where nothing asks for more', async () => {
  await using t = await open({ hasBrokenTls: true })
  assert.deepEqual(await t.send(['a@far.example']), [{ result: 'relayed', isDsnAware: false }])
  assert.equal(t.far.sessions, 2)
})

test('REQUIRETLS goes nowhere in clear, whatever a server promises', async () => {
  await using t = await open({ extensions: ['REQUIRETLS'] })
  const [outcome] = await t.send(['a@far.example'], { requiresTls: true })
  assert.deepEqual(said(outcome), ['deferred', 451, '4.7.4'])
  assert.deepEqual(t.far.heard, [])
})

test('by when it is to be there is handed on, less what has passed, to who knows what that means', async () => {
  await using t = await open({ extensions: ['PIPELINING', 'DELIVERBY 60'] })
  const in2Minutes = t.clock.now() + 120_000
  const by = { at: in2Minutes, mode: 'return', isTraced: true } as const
  t.clock.advance(30_500)
  assert.deepEqual(await t.send(['a@far.example'], { deliverBy: by }), [
    { result: 'relayed', isDsnAware: false, keepsTime: true },
  ])
  assert.match(t.far.heard[0]?.mail ?? '', / BY=89;RT$/)
  // Less than it says it can do.
  t.clock.advance(40_000)
  const [late] = await t.send(['a@far.example'], { deliverBy: by })
  assert.deepEqual(said(late), ['failed', 550, '5.4.7'])
  const notify = { ...by, mode: 'notify', isTraced: false } as const
  t.clock.advance(60_000)
  await t.send(['a@far.example'], { deliverBy: notify })
  assert.match(t.far.heard.at(-1)?.mail ?? '', / BY=-11;N$/)
  // The next message over the same line has no time.
  await t.send(['a@far.example'])
  assert.doesNotMatch(t.far.heard.at(-1)?.mail ?? '', /BY=/)
  await using old = await open()
  assert.deepEqual(await old.send(['a@far.example'], { deliverBy: notify }), [
    { result: 'relayed', isDsnAware: false },
  ])
  assert.doesNotMatch(old.far.heard[0]?.mail ?? '', /BY=/)
  // What is to come back when it is late does not go to who cannot send it back: RFC 2852 §4.1.4.
  const inTime = { ...by, at: old.clock.now() + 600_000 }
  const [returned] = await old.send(['a@far.example'], { deliverBy: inTime })
  assert.deepEqual(said(returned), ['failed', 550, '5.4.7'])
  assert.equal(old.far.heard.length, 1)
})

test('how urgent it is is handed on to who knows what that means', async () => {
  await using t = await open({ extensions: ['MT-PRIORITY MIXER'] })
  await t.send(['a@far.example'], { priority: -4 })
  assert.match(t.far.heard[0]?.mail ?? '', / MT-PRIORITY=-4$/)
  await using old = await open()
  await old.send(['a@far.example'], { priority: 4 })
  assert.doesNotMatch(old.far.heard[0]?.mail ?? '', /PRIORITY/)
})

test('international addresses go only to who takes them', async () => {
  await using without = await open()
  const [refused] = await without.send(['馮文樂@far.example'])
  assert.deepEqual(said(refused), ['failed', 550, '5.6.7'])
  assert.equal(without.far.heard.length, 0)
  await using knowing = await open({ extensions: ['SMTPUTF8', '8BITMIME'] })
  await knowing.send(['馮文樂@far.example'])
  assert.match(knowing.far.heard[0]?.mail ?? '', /SMTPUTF8/)
})

test('a destination that did not answer is let alone for a minute, and others are not', async () => {
  await using t = await open({ greeting: '554 no service here' })
  const [first] = await t.send(['a@dead.example'])
  assert.equal(first?.result, 'deferred')
  const { sessions } = t.far
  const [second] = await t.send(['b@dead.example'])
  assert.deepEqual(said(second), ['deferred', 421, '4.4.1'])
  assert.equal(t.far.sessions, sessions)
  await t.send(['c@other.example'])
  assert.equal(t.far.sessions, sessions + 1)
  t.clock.advance(61_000)
  await t.send(['d@dead.example'])
  assert.equal(t.far.sessions, sessions + 2)
})

test('a name server cannot send our mail to this machine', async () => {
  await using far = await FarServer.start()
  using transport = createRemoteTransport({
    resolver: resolver(),
    sts,
    rules,
    clock: new ManualClock(),
    random: () => 0,
    hostname: 'mail.gov.example',
    port: far.port,
    mayUseLoopback: false,
  })
  const [outcome] = await transport.send(messageOf({}), [attemptOf('a@evil.example', 0)])
  assert.deepEqual(said(outcome), ['deferred', 451, '4.4.4'])
  assert.equal(far.sessions, 0)
})
