import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../../base/refusal.ts'
import { SmtpClient } from '../../../test/support/smtp-session.ts'
import { type TestServer, openTestServer } from '../open-test-server.ts'

const envelope =
  'EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<user@gov.example>\r\nDATA\r\n'

/** Connected, with 354 said. */
async function openData(at: TestServer): Promise<SmtpClient> {
  const client = await SmtpClient.connect(at.port)
  client.send(envelope)
  for (let replies = 0; replies < 4; replies++) await client.reply()
  assert.match(await client.reply(), /^354 /)
  return client
}

test('the message is delivered octet by octet as it was sent, with its envelope', async () => {
  await using at = await openTestServer()
  await using client = await SmtpClient.connect(at.port)
  client.send(
    'EHLO c.example\r\nMAIL FROM:<a@b.example> SMTPUTF8 RET=FULL ENVID=e+2B1\r\n' +
      'RCPT TO:<User@Gov.example> NOTIFY=SUCCESS ORCPT=rfc822;u@gov.example\r\nDATA\r\n',
  )
  for (let replies = 0; replies < 5; replies++) await client.reply()
  const text = 'Subject: 香港\r\n\r\n..\r\nend without text\r\n'
  client.send(`${text.replace('\r\n..', '\r\n...')}.\r\n`)
  assert.equal(await client.reply(), '250 2.0.0 Accepted as m1')
  const [recorded] = at.delivery.messages
  assert.equal(recorded?.message.toString(), text)
  assert.deepEqual(recorded.envelope, {
    reversePath: 'a@b.example',
    isSmtpUtf8: true,
    requiresTls: false,
    ret: 'full',
    envelopeId: 'e+1',
  })
  assert.deepEqual(recorded.recipients, [
    {
      forwardPath: 'User@Gov.example',
      notify: ['success'],
      originalRecipient: 'rfc822;u@gov.example',
    },
  ])
  assert.deepEqual(recorded.peer, {
    remoteAddress: '127.0.0.1',
    heloName: 'c.example',
    protocol: 'UTF8SMTP',
  })
})

test('the protocol of the peer tells of TLS and of signing in', async () => {
  await using at = await openTestServer({ mode: 'submission', tls: 'implicit' })
  await using client = await SmtpClient.connectTls(at.port)
  client.send('EHLO c.example\r\nAUTH PLAIN AHVzZXJAZ292LmV4YW1wbGUAc2VjcmV0\r\n')
  client.send('MAIL FROM:<user@gov.example>\r\nRCPT TO:<far@b.example>\r\nDATA\r\n.\r\n')
  for (let replies = 0; replies < 7; replies++) await client.reply()
  const [recorded] = at.delivery.messages
  assert.equal(recorded?.peer.protocol, 'ESMTPSA')
  assert.equal(recorded.peer.tls?.protocol, 'TLSv1.3')
  assert.equal(recorded.principal?.address, 'user@gov.example')
})

const smuggled = 'MAIL FROM:<evil@b.example>\r\nRCPT TO:<user@gov.example>\r\nDATA\r\nevil'

/** What servers were found to take for the end of data although it is not. */
const variants = [
  '\n.\n',
  '\n.\r',
  '\n.\r\n',
  '\r.\n',
  '\r.\r',
  '\r.\r\n',
  '\r\n.\n',
  '\r\n.\r',
  '\n\n.\r\n',
  '\r\r.\r\n',
  '\r\r\n.\r\r\n',
  '\r\n.\r\r\n',
  '\r\n\x00.\r\n',
  '\r\n.\x00\r\n',
  '\r\n\x00.\r',
  '\r\n\x00.\n',
] as const

for (const variant of variants) {
  test(`behind ${JSON.stringify(variant)} nothing is smuggled and the message is refused`, async () => {
    await using at = await openTestServer()
    await using client = await openData(at)
    client.send(`Subject: x\r\n\r\nhello${variant}${smuggled}\r\n.\r\n`)
    assert.match(await client.reply(), /^550 5\.6\.0 /)
    assert.equal(await client.ask('NOOP'), '250 2.0.0 OK')
    assert.equal(client.unread, '')
    assert.equal(at.delivery.messages.length, 0)
  })
}

test('a message that arrives in single octets is the same', async () => {
  await using at = await openTestServer()
  await using client = await openData(at)
  for (const octet of 'a: b\r\n\r\n..c\r\n.\r\n') {
    await new Promise((resolve) => client.socket.write(octet, resolve))
  }
  assert.match(await client.reply(), /^250 /)
  assert.equal(at.delivery.messages[0]?.message.toString(), 'a: b\r\n\r\n.c\r\n')
})

test('a message over the size is read to its end, refused, and the session goes on', async () => {
  await using at = await openTestServer({ limits: { messageOctetsMax: 100_000 } })
  await using client = await openData(at)
  client.send(`${'x'.repeat(300_000)}\r\n.\r\n`)
  assert.equal(await client.reply(), '552 5.3.4 Message too large')
  assert.equal(await client.ask('NOOP'), '250 2.0.0 OK')
  assert.equal(at.budget.held, 0)
})

test('without room in memory a message is put off, and the room is given back', async () => {
  await using at = await openTestServer({ budgetOctets: 100_000 })
  await using client = await openData(at)
  client.send(`${'x'.repeat(300_000)}\r\n.\r\n`)
  assert.equal(await client.reply(), '452 4.3.1 Insufficient system storage')
  assert.equal(at.budget.held, 0)
})

test('room is held until the message is delivered', async () => {
  await using at = await openTestServer()
  const gate = Promise.withResolvers<void>()
  const begun = at.delivery.hold(gate.promise)
  await using client = await openData(at)
  client.send('a: b\r\n\r\n.\r\n')
  await begun
  assert.equal(at.budget.held, 'a: b\r\n\r\n.\r\n'.length)
  gate.resolve()
  assert.match(await client.reply(), /^250 /)
  assert.equal(at.budget.held, 0)
})

test('a refusal and a fault of delivery are answered, and the session goes on', async () => {
  await using at = await openTestServer()
  await using client = await openData(at)
  at.delivery.failure = new Refusal('mail-loop')
  client.send('.\r\n')
  assert.equal(await client.reply(), '554 5.4.6 Mail loop detected')
  at.delivery.failure = new Error('a fault of ours')
  client.send('MAIL FROM:<>\r\nRCPT TO:<user@gov.example>\r\nDATA\r\n')
  for (let replies = 0; replies < 3; replies++) await client.reply()
  client.send('.\r\n')
  assert.equal(await client.reply(), '451 4.3.0 Try again later')
  assert.equal(await client.ask('DATA'), '503 5.5.1 Need MAIL first')
})

test('a client that goes away in its message leaves nothing behind', async () => {
  await using at = await openTestServer()
  {
    await using client = await openData(at)
    client.send('Subject: half')
  }
  await at.server.close()
  assert.equal(at.delivery.messages.length, 0)
  assert.equal(at.budget.held, 0)
  assert.equal(at.server.sessions, 0)
})
