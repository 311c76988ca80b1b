import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixtures } from './fixtures/fixtures.ts'
import { parseMessage } from './parse.ts'
import {
  bodyRange,
  findSection,
  headerFields,
  headerFieldsNot,
  headerRange,
  mimeRange,
  textRange,
  type Range,
} from './section.ts'

type Name = keyof typeof fixtures

const slice = (name: Name, range: Range | undefined): string | undefined =>
  range && fixtures[name].toString('latin1', range.start, range.end)

function body(name: Name, ...path: readonly number[]): string | undefined {
  const part = findSection(parseMessage(fixtures[name]), path)
  return slice(name, part && bodyRange(part))
}

test('numbers parts as RFC 9051 §6.4.5.1 does', () => {
  assert.equal(body('alternative within mixed', 1, 1), 'Plain words')
  assert.equal(body('alternative within mixed', 2), 'JVBERi0xLjcK')
  assert.equal(body('message within a message', 2, 1), 'Inner one')
  assert.equal(body('message within a message', 2, 2), '<b>Inner two</b>')
  assert.equal(body('nested message in a digest', 1, 1), 'one')
  assert.equal(body('nested message in a digest', 2, 1, 1), 'two')
  assert.equal(body('plain text', 1), 'First line\r\nSecond line\r\n')
  assert.equal(body('a whole message/rfc822', 1), 'Subject: In\r\n\r\nin\r\n')
  assert.equal(body('a whole message/rfc822', 1, 1), 'in\r\n')
})

test('finds no part that is not there', () => {
  for (const path of [[3], [0], [1, 3], [1, 1, 1], [2, 1]])
    assert.equal(body('alternative within mixed', ...path), undefined, String(path))
  for (const path of [[2], [1, 1], [-1]]) assert.equal(body('plain text', ...path), undefined)
})

test('gives HEADER and TEXT of the message and of messages within, MIME of any part', () => {
  const name = 'message within a message'
  const root = parseMessage(fixtures[name])
  assert.equal(
    slice(name, headerRange(root, [])),
    'Subject: Fwd\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n',
  )
  assert.match(slice(name, headerRange(root, [2])) ?? '', /^From: a@example.org\r\n[^]*\r\n\r\n$/)
  assert.match(slice(name, textRange(root, [2])) ?? '', /^--y\r\n[^]*\r\n--y--$/)
  assert.equal(headerRange(root, [1]), undefined)
  assert.equal(textRange(root, [9]), undefined)
  const second = findSection(root, [2])
  assert.equal(slice(name, second && mimeRange(second)), 'Content-Type: message/rfc822\r\n\r\n')
})

test('gives header fields verbatim, in their order, and an empty line', () => {
  const octets = fixtures['folded header fields']
  const root = parseMessage(octets)
  assert.equal(
    headerFields(octets, root, ['TO', 'subject', 'absent']).toString(),
    'Subject: one\r\n\ttwo\r\n  three\r\nTo: a@example.org,\r\n b@example.org\r\n\r\n',
  )
  assert.equal(headerFieldsNot(octets, root, ['To', 'Content-Type', 'Subject']).toString(), '\r\n')
})
