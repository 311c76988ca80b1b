import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createTransport } from 'nodemailer'
import { needs } from '../../test/support/needs.ts'
import { openTestServer } from './open-test-server.ts'

const run = promisify(execFile)

test('nodemailer submits with STARTTLS, verifying our certificate', async () => {
  await using at = await openTestServer({ mode: 'submission' })
  const transport = createTransport({
    host: 'localhost',
    port: at.port,
    requireTLS: true,
    tls: { ca: readFileSync(at.files.caPath) },
    auth: { user: 'user@gov.example', pass: 'secret' },
  })
  const { response } = await transport.sendMail({
    from: 'user@gov.example',
    to: ['a@b.example', '陳@b.example'],
    subject: '會議 meeting',
    text: '.\r\n..\r\nhello 香港\r\n',
    attachments: [{ filename: 'a.bin', content: Buffer.alloc(300_000, 7) }],
    dsn: { id: 'x1', return: 'headers', notify: ['failure'], recipient: 'user@gov.example' },
  })
  transport.close()
  assert.equal(response, '250 2.0.0 Accepted as m1')
  const [recorded] = at.delivery.messages
  assert.equal(recorded?.recipients.length, 2)
  assert.equal(recorded.envelope.envelopeId, 'x1')
  assert.equal(recorded.envelope.isSmtpUtf8, true)
  assert.equal(recorded.peer.protocol, 'UTF8SMTPSA')
  assert.ok(recorded.message.length > 400_000)
  assert.ok(recorded.message.toString('latin1').endsWith('\r\n'))
})

test('curl submits over implicit TLS, verifying our certificate', async (t) => {
  if (!needs(t, 'curl')) return
  await using at = await openTestServer({ mode: 'submission', tls: 'implicit' })
  const file = join(dirname(at.files.caPath), 'message.eml')
  writeFileSync(file, 'Subject: curl\r\n\r\n.dot\r\n')
  const url = `smtps://localhost:${at.port}`
  const common = ['--silent', '--show-error', '--max-time', '20', '--cacert', at.files.caPath]
  const envelope = ['--mail-from', 'user@gov.example', '--mail-rcpt', 'a@b.example']
  const rest = ['--user', 'user@gov.example:secret', '--upload-file', file, '--url', url]
  await run('curl', [common, envelope, rest].flat())
  assert.equal(at.delivery.messages[0]?.message.toString(), 'Subject: curl\r\n\r\n.dot\r\n')
})

test('swaks delivers', async (t) => {
  if (!needs(t, 'swaks')) return
  await using at = await openTestServer()
  const server = ['--server', '127.0.0.1', '--port', String(at.port), '--timeout', '20']
  const envelope = ['--from', 'a@b.example', '--to', 'user@gov.example']
  await run('swaks', [server, envelope, '--header', 'Subject: swaks'].flat())
  assert.equal(at.delivery.messages[0]?.peer.protocol, 'ESMTP')
  assert.match(at.delivery.messages[0].message.toString(), /^Subject: swaks\r$/m)
})
