import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { minuteMs, secondMs } from '../../base/clock.ts'
import { SmtpClient } from '../../../test/support/smtp-session.ts'
import { type TestServer, openTestServer } from '../open-test-server.ts'

async function openSession(at: TestServer): Promise<SmtpClient> {
  const client = await SmtpClient.connect(at.port)
  assert.match(await client.reply(), /^220 /)
  await client.ask('EHLO c.example')
  return client
}

async function replies(client: SmtpClient, count: number): Promise<readonly string[]> {
  const found: string[] = []
  for (let index = 0; index < count; index++) found.push(await client.reply())
  return found
}

test('the replies to a pipelined batch arrive together, in order', async () => {
  await using at = await openTestServer()
  await using client = await openSession(at)
  const arrived = once(client.socket, 'data') as Promise<[Buffer]>
  client.send(
    'MAIL FROM:<>\r\nRCPT TO:<user@gov.example>\r\nRCPT TO:<nobody@gov.example>\r\nDATA\r\n',
  )
  const [chunk] = await arrived
  assert.equal(
    chunk.toString(),
    '250 2.1.0 Sender OK\r\n250 2.1.5 Recipient OK\r\n550 5.1.1 No such address here\r\n' +
      '354 End data with <CR><LF>.<CR><LF>\r\n',
  )
})

test('thousands of pipelined commands are answered one by one', async () => {
  await using at = await openTestServer()
  await using client = await openSession(at)
  const mail = 'MAIL FROM:<>\r\n'
  const batch = `${mail}${'RCPT TO:<user@gov.example>\r\n'.repeat(999)}DATA\r\n.\r\n`
  client.send(batch.repeat(5))
  const all = await replies(client, 5 * (1 + 999 + 1 + 1))
  assert.equal(all.filter((reply) => reply === '250 2.1.5 Recipient OK').length, 4995)
  assert.equal(all.at(-1), '250 2.0.0 Accepted as m5')
})

test('what is injected in clear behind STARTTLS is never obeyed', async () => {
  await using at = await openTestServer()
  await using client = await openSession(at)
  client.send('STARTTLS\r\nMAIL FROM:<evil@b.example>\r\n')
  assert.match(await client.reply(), /^220 /)
  await client.startTls()
  assert.match(await client.ask('EHLO c.example'), /REQUIRETLS/)
  assert.equal(await client.ask('RCPT TO:<user@gov.example>'), '503 5.5.1 Need MAIL first')
  assert.equal(client.unread, '')
})

test('a client that does not shake hands is let go', async () => {
  await using at = await openTestServer()
  await using client = await openSession(at)
  client.send('STARTTLS\r\n')
  assert.match(await client.reply(), /^220 /)
  client.send('EHLO not TLS at all\r\n\r\n')
  while ((await client.line()) !== undefined);
})

test('an overlong line and octets that are no text are errors like others', async () => {
  await using at = await openTestServer()
  await using client = await openSession(at)
  client.send(`NOOP ${'x'.repeat(100_000)}\r\n`)
  assert.equal(await client.reply(), '500 5.5.6 Line too long')
  client.send('NO\0OP\r\n')
  assert.match(await client.reply(), /^500 5\.5\.2 /)
  client.send('NOOP\n')
  assert.match(await client.reply(), /^500 5\.5\.2 /)
  assert.equal(await client.ask('NOOP'), '250 2.0.0 OK')
})

test('too many errors end the session; an accepted message forgives them', async () => {
  await using at = await openTestServer({ limits: { errorsMax: 2 } })
  await using client = await openSession(at)
  await replies(client, 0)
  for (let round = 0; round < 2; round++) {
    await client.ask('BAD')
    await client.ask('BAD')
    client.send('MAIL FROM:<>\r\nRCPT TO:<user@gov.example>\r\nDATA\r\n.\r\n')
    assert.match((await replies(client, 4)).at(-1) ?? '', /^250 /)
  }
  await client.ask('BAD')
  await client.ask('BAD')
  assert.match(await client.ask('BAD'), /^421 4\.7\.0 Too many errors/)
  assert.equal(await client.line(), undefined)
})

test('commands that lead nowhere are counted', async () => {
  await using at = await openTestServer({ limits: { idleCommandsMax: 3 } })
  await using client = await openSession(at)
  await client.ask('NOOP')
  await client.ask('NOOP')
  assert.match(await client.ask('NOOP'), /^421 /)
})

test('recipients and messages have their limits', async () => {
  await using at = await openTestServer({ limits: { recipientsMax: 2, messagesMax: 1 } })
  await using client = await openSession(at)
  await client.ask('MAIL FROM:<>')
  await client.ask('RCPT TO:<a@gov.example>')
  await client.ask('RCPT TO:<b@gov.example>')
  assert.equal(await client.ask('RCPT TO:<c@gov.example>'), '452 4.5.3 Too many recipients')
  await client.ask('DATA')
  assert.match(await client.ask('.'), /^250 /)
  assert.match(await client.ask('MAIL FROM:<>'), /^421 /)
})

test('a client that is silent for five minutes is told so', async () => {
  await using at = await openTestServer()
  await using client = await openSession(at)
  at.clock.advance(5 * minuteMs)
  at.server.sweep()
  assert.equal(await client.ask('NOOP'), '250 2.0.0 OK')
  at.clock.advance(5 * minuteMs + 1)
  at.server.sweep()
  assert.equal(await client.reply(), '421 4.4.2 Timeout, closing connection')
  assert.equal(await client.line(), undefined)
})

test('a command is not made longer by sending it octet by octet', async () => {
  await using at = await openTestServer()
  await using client = await openSession(at)
  for (let part = 0; part < 4; part++) {
    client.send('N')
    at.clock.advance(90 * secondMs)
    at.server.sweep()
  }
  assert.match(await client.reply(), /^421 4\.4\.2 /)
})

test('content that trickles is cut off after its grace', async () => {
  await using at = await openTestServer()
  await using client = await openSession(at)
  await client.ask('MAIL FROM:<>')
  await client.ask('RCPT TO:<user@gov.example>')
  await client.ask('DATA')
  client.send('Subject: slow')
  at.clock.advance(minuteMs)
  at.server.sweep()
  at.clock.advance(secondMs)
  at.server.sweep()
  assert.match(await client.reply(), /^421 4\.4\.2 /)
  assert.equal(at.delivery.messages.length, 0)
})

test('one address has its rate of messages, and time gives it back', async () => {
  await using at = await openTestServer({ limits: { messageRate: { perSecond: 1, burst: 2 } } })
  await using client = await openSession(at)
  const mail = async () => {
    const reply = await client.ask('MAIL FROM:<>')
    await client.ask('RSET')
    return reply.slice(0, 3)
  }
  assert.deepEqual([await mail(), await mail(), await mail()], ['250', '250', '450'])
  at.clock.advance(secondMs)
  assert.equal(await mail(), '250')
})

test('one address has its rate and its number of connections', async () => {
  await using at = await openTestServer({
    limits: { connectionRate: { perSecond: 1, burst: 2 }, connectionsPerPeerMax: 2 },
  })
  await using first = await SmtpClient.connect(at.port)
  assert.match(await first.reply(), /^220 /)
  await using second = await SmtpClient.connect(at.port)
  assert.match(await second.reply(), /^220 /)
  await using third = await SmtpClient.connect(at.port)
  assert.equal(await third.reply(), '421 4.7.0 Too many connections')
})

test('who talks before the greeting is tolerated and counted', async () => {
  await using at = await openTestServer({ limits: { greetingDelayMs: 60_000, errorsMax: 1 } })
  await using client = await SmtpClient.connect(at.port)
  client.send('EHLO c.example\r\nBAD\r\n')
  assert.match(await client.reply(), /^220 /)
  assert.match(await client.reply(), /^250-/)
  assert.match(await client.reply(), /^421 /)
})

test('a client that closes its side after its commands still gets its answers', async () => {
  await using at = await openTestServer()
  await using client = await openSession(at)
  client.socket.end('MAIL FROM:<>\r\nRCPT TO:<user@gov.example>\r\nDATA\r\nx: y\r\n.\r\n')
  assert.match((await replies(client, 4)).at(-1) ?? '', /^250 2\.0\.0 Accepted/)
  assert.equal(await client.line(), undefined)
})

test('closing the server says 421 to who waits and answers a message that is in hand', async () => {
  await using at = await openTestServer()
  await using idle = await openSession(at)
  await using busy = await openSession(at)
  const gate = Promise.withResolvers<void>()
  const begun = at.delivery.hold(gate.promise)
  busy.send('MAIL FROM:<>\r\nRCPT TO:<user@gov.example>\r\nDATA\r\n.\r\n')
  await begun
  const closed = at.server.close()
  assert.match(await idle.reply(), /^421 4\.3\.2 /)
  gate.resolve()
  assert.match((await replies(busy, 4)).at(-1) ?? '', /^250 /)
  assert.match(await busy.reply(), /^421 4\.3\.2 /)
  idle.socket.end()
  busy.socket.end()
  await closed
})

test('a principal whose right to be here is taken is sent away, and signed out', async () => {
  await using at = await openTestServer({ mode: 'submission', tls: 'implicit' })
  await using client = await SmtpClient.connectTls(at.port)
  await client.reply()
  await client.ask('EHLO c.example')
  assert.match(await client.ask('AUTH PLAIN AHVzZXJAZ292LmV4YW1wbGUAc2VjcmV0'), /^235 /)
  at.access.revoke()
  assert.equal(await client.reply(), '421 4.7.0 Sign in again')
  assert.equal(await client.line(), undefined)
  assert.equal(at.access.signedOut.length, 1)
})
