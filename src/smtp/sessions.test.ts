import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SmtpClient, playSession } from '../../test/support/smtp-session.ts'
import { openTestServer } from './open-test-server.ts'

const folder = join(import.meta.dirname, '../../test/sessions/smtp')

for (const name of readdirSync(folder)) {
  const text = readFileSync(join(folder, name), 'utf8')
  const mode = /^# mode: submission$/m.test(text) ? 'submission' : 'relay'
  const isImplicit = /^# tls: implicit$/m.test(text)
  test(`the session ${name} goes as written`, async () => {
    await using at = await openTestServer({ mode, tls: isImplicit ? 'implicit' : 'starttls' })
    await using client = await (isImplicit
      ? SmtpClient.connectTls(at.port)
      : SmtpClient.connect(at.port))
    await playSession(client, text)
    assert.equal(client.unread, '')
  })
}
