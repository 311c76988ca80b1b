import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixtures } from './fixtures/fixtures.ts'
import { lines } from './fixtures/write.ts'
import { assertSound } from './invariants.ts'
import { defaultLimits } from './limits.ts'
import { parseMessage } from './parse.ts'
import type { Part } from './types.ts'

const bodyOf = (octets: Buffer, part: Part | undefined): string =>
  part === undefined ? '(none)' : octets.toString('latin1', part.bodyStart, part.end)

/** The types of a structure and the text of its leaves. */
function outline(octets: Buffer, part: Part): unknown {
  const name = `${part.type}/${part.subtype}`
  if (part.message !== undefined) return [name, outline(octets, part.message)]
  if (part.children.length > 0) return [name, ...part.children.map((each) => outline(octets, each))]
  return `${name}: ${bodyOf(octets, part)}`
}

function outlineOf(name: keyof typeof fixtures): unknown {
  return outline(fixtures[name], parseMessage(fixtures[name]))
}

test('keeps every tricky message sound', () => {
  for (const octets of Object.values(fixtures)) assertSound(parseMessage(octets), octets)
})

test('gives every part its octets, without the CRLF that belongs to the boundary', () => {
  assert.deepEqual(outlineOf('alternative within mixed'), [
    'multipart/mixed',
    [
      'multipart/alternative',
      'text/plain: Plain words',
      'text/html: <html><head><style>p { color: red }</style></head>' +
        '<body><p>Rich&nbsp;words &amp; all</p></body>',
    ],
    'application/pdf: JVBERi0xLjcK',
  ])
})

test('finds the message within a message, and messages by default in a digest', () => {
  assert.deepEqual(outlineOf('message within a message'), [
    'multipart/mixed',
    'text/plain: See below',
    ['message/rfc822', ['multipart/mixed', 'text/plain: Inner one', 'text/html: <b>Inner two</b>']],
  ])
  assert.deepEqual(outlineOf('nested message in a digest'), [
    'multipart/digest',
    ['message/rfc822', 'text/plain: one'],
    ['message/rfc822', ['message/rfc822', 'text/plain: two']],
    'text/plain: three',
  ])
})

test('tells boundaries apart that begin one another', () => {
  assert.deepEqual(outlineOf('boundary that begins another'), [
    'multipart/mixed',
    ['multipart/mixed', 'text/plain: --abcd is not a delimiter'],
  ])
  assert.deepEqual(outlineOf('boundary that looks like a close'), [
    'multipart/mixed',
    ['multipart/mixed', 'text/plain: within'],
  ])
  assert.deepEqual(outlineOf('the same boundary twice'), [
    'multipart/mixed',
    ['multipart/alternative', 'text/plain: inner'],
    'text/plain: outer',
  ])
})

test('ends an inner multipart whose end boundary is missing at the outer one', () => {
  assert.deepEqual(outlineOf('inner end boundary missing'), [
    'multipart/mixed',
    ['multipart/alternative', 'text/plain: inner text'],
    'text/plain: outer text',
  ])
})

test('shows the text of a multipart that has no delimiter', () => {
  assert.deepEqual(outlineOf('multipart whose boundary never comes'), [
    'multipart/alternative',
    'text/plain: words all the same\r\n',
  ])
})

test('reads bare LF as it reads CRLF', () => {
  assert.deepEqual(outlineOf('bare LF'), [
    'multipart/mixed',
    'text/plain: one',
    'text/html: <p>two',
  ])
  assert.deepEqual(outlineOf('bare LF and CRLF mixed'), outlineOf('bare LF'))
})

test('leaves an encoded message/rfc822 as octets', () => {
  const root = parseMessage(fixtures['encoded message/rfc822'])
  assert.equal(root.message?.type, 'application')
  assert.equal(root.message?.encoding, 'base64')
})

test('takes words without a header as the body', () => {
  const octets = fixtures['body without header']
  assert.equal(parseMessage(octets).bodyStart, 0)
  const mbox = parseMessage(fixtures['mbox line first'])
  assert.deepEqual(
    mbox.fields.map((field) => field.name),
    ['Subject'],
  )
})

test('passes over lines of a header that are no field', () => {
  const root = parseMessage(fixtures['line without colon in a header'])
  assert.deepEqual(
    root.fields.map((field) => field.lowerName),
    ['subject', 'to'],
  )
  const spaced = parseMessage(fixtures['space before the colon'])
  assert.deepEqual(
    spaced.fields.map((field) => field.name),
    ['Subject'],
  )
})

test('counts lines of text and of messages', () => {
  const octets = fixtures['message within a message']
  const [first, second] = parseMessage(octets).children
  assert.equal(first?.lines, 0)
  assert.equal(second?.lines, bodyOf(octets, second).split('\n').length - 1)
  const long = lines('', ...Array.from({ length: 10_000 }, (_, index) => `line ${index}`))
  assert.equal(parseMessage(long).lines, 10_000)
  const pdf = parseMessage(fixtures['alternative within mixed']).children[1]
  assert.equal(pdf?.lines, 0)
})

test('makes one opaque part of what is beyond a limit', () => {
  const octets = fixtures['alternative within mixed']
  const few = parseMessage(octets, { ...defaultLimits, partsMax: 3 })
  assertSound(few, octets)
  assert.equal(few.children[0]?.children.length, 2)
  assert.equal(few.children[0]?.children[1]?.type, 'application')
  const flat = parseMessage(octets, { ...defaultLimits, depthMax: 0 })
  assert.deepEqual(
    flat.children.map((child) => child.type),
    ['application'],
  )
  const cut = parseMessage(octets, { ...defaultLimits, headerOctetsMax: 30 })
  assertSound(cut, octets)
  assert.deepEqual([cut.type, cut.fields.length], ['application', 1])
  const fieldless = parseMessage(octets, { ...defaultLimits, fieldsMax: 2 })
  assertSound(fieldless, octets)
  assert.equal(fieldless.children[0]?.type, 'application')
})

test('stops at the depth limit in absurd nesting', () => {
  for (const name of ['absurd nesting of multiparts', 'absurd nesting of messages'] as const) {
    let depth = 0
    let part: Part | undefined = parseMessage(fixtures[name])
    for (; part !== undefined; part = part.children[0] ?? part.message) depth++
    assert.equal(depth, defaultLimits.depthMax + 2)
  }
})

test('reads hostile megabytes in linear time', () => {
  const header = 'Content-Type: multipart/mixed; boundary=b\n\n'
  const hostile = [
    '\n--x',
    '--b\n',
    '-',
    `${header}--b\n`,
    'Content-Type: message/rfc822\n\n',
    'a:\n',
  ]
  for (const piece of hostile) {
    const octets = Buffer.from(header + piece.repeat(Math.floor(4_000_000 / piece.length)))
    const cpu = process.cpuUsage()
    assertSound(parseMessage(octets), octets)
    const { user } = process.cpuUsage(cpu)
    // A quadratic search would take minutes; the bound leaves room for a busy machine.
    assert.ok(user < 5_000_000, `${JSON.stringify(piece)} took ${user} µs`)
  }
})
