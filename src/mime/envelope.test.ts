import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envelopeOf } from './envelope.ts'
import { fixtures } from './fixtures/fixtures.ts'
import { parseMailboxes } from './mailboxes.ts'
import { parseMessage } from './parse.ts'
import type { EnvelopeAddress } from './types.ts'

const envelope = (name: keyof typeof fixtures) =>
  envelopeOf(fixtures[name], parseMessage(fixtures[name]))

/** `name|route|mailbox|host`, `-` for NIL. */
function shown(addresses: readonly EnvelopeAddress[]): readonly string[] {
  return addresses.map(({ name, route, mailbox, host }) =>
    [name, route, mailbox, host].map((each) => each ?? '-').join('|'),
  )
}

const read = (value: string): readonly string[] => shown(parseMailboxes(value))

test('gives sender and reply-to the value of from', () => {
  const { from, sender, replyTo, date, subject, messageId } = envelope('plain text')
  assert.deepEqual(shown(from), ['Wong, Siu Ming|-|sm.wong|example.gov.hk'])
  assert.deepEqual(sender, from)
  assert.deepEqual(replyTo, from)
  assert.deepEqual(
    [date, subject, messageId],
    ['Mon, 5 Jan 2026 09:00:00 +0800', 'Minutes', '<1@example.gov.hk>'],
  )
})

test('reads groups, comments, quoted strings and obsolete routes', () => {
  const { from, sender, replyTo, to, cc, bcc } = envelope('groups and routes')
  assert.deepEqual(shown(from), ['Pete|-|pete|silly.test'])
  assert.deepEqual(shown(sender), ['-|@relay.example,@other.example|route|example.org'])
  assert.deepEqual(shown(replyTo), ['Joe "Q." Public|-|joe q.|example.org', '-|-|user|[192.0.2.1]'])
  assert.deepEqual(shown(to), [
    '-|-|A Group|-',
    'Chris Jones|-|c|public.example',
    '-|-|joe|example.org',
    'John|-|jdoe|one.test',
    '-|-|-|-',
  ])
  assert.deepEqual(shown(cc), ['-|-|undisclosed-recipients|-', '-|-|-|-'])
  assert.deepEqual(shown(bcc), ['-|-|lonely|', '-|-|Only Name|'])
})

test('keeps encoded words as they are written', () => {
  assert.deepEqual(read('=?UTF-8?B?6Zmz?= =?UTF-8?B?5aSn?= <a@b.example>'), [
    '=?UTF-8?B?6Zmz?= =?UTF-8?B?5aSn?=|-|a|b.example',
  ])
})

test('makes what it can of broken addresses', () => {
  assert.deepEqual(read('a@b (Comment Name)'), ['Comment Name|-|a|b'])
  assert.deepEqual(read('A. B. Person <a@b>'), ['A. B. Person|-|a|b'])
  assert.deepEqual(read('"a@b" <a@b>'), ['a@b|-|a|b'])
  assert.deepEqual(read('a@b <a@b>'), ['a@b|-|a|b'])
  assert.deepEqual(read('Smith, John <j@b>'), ['-|-|Smith|', 'John|-|j|b'])
  assert.deepEqual(read('<a@b>, <c@d'), ['-|-|a|b', '-|-|c|d'])
  assert.deepEqual(read('<"x > y"@b>'), ['-|-|x > y|b'])
  assert.deepEqual(read('Open "quote <a@b>'), ['-|-|Open quote <a@b>|'])
  assert.deepEqual(read('a@b; c@d'), ['-|-|a|b', '-|-|c|d'])
  assert.deepEqual(read('one two@b.example'), ['-|-|onetwo|b.example'])
  assert.deepEqual(read('G1: a@b'), ['-|-|G1|-', '-|-|a|b', '-|-|-|-'])
  assert.deepEqual(read('a @ b . c'), ['-|-|a|b.c'])
  assert.deepEqual(read(''), [])
})

test('joins repeated recipient fields and takes the last of the others', () => {
  const octets = Buffer.from('To: a@b\r\nSubject: 1\r\nTo: c@d\r\nSubject: 2\r\n\r\n')
  const { to, subject } = envelopeOf(octets, parseMessage(octets))
  assert.deepEqual(shown(to), ['-|-|a|b', '-|-|c|d'])
  assert.equal(subject, '2')
})
