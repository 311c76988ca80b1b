import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMbox } from './mbox.ts'

test('a message stands between a From line and an empty line, and its own From lines are quoted', () => {
  const text = 'Subject: x\r\n\r\nFrom here\r\n>From there\r\n From not\r\n\xe9\r\n'
  const octets = Buffer.from(text, 'latin1')
  const mbox = formatMbox({ mailbox: 'INBOX', receivedAt: Date.UTC(2026, 0, 5, 1), octets })
  assert.equal(
    mbox.toString('latin1'),
    'From MAILER-DAEMON Mon Jan  5 01:00:00 2026\nX-Mailbox: INBOX\nSubject: x\n\n' +
      '>From here\n>>From there\n From not\n\xe9\n\n',
  )
})

test('the name of a mailbox cannot end its field', () => {
  const octets = Buffer.from('\r\n')
  const mbox = formatMbox({ mailbox: 'a\nb: 運', receivedAt: 0, octets }).toString('latin1')
  assert.match(mbox, /\nX-Mailbox: a%0Ab%3A%20%E9%81%8B\n/)
})
