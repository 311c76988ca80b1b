import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineReader } from './line-reader.ts'

function lines(reader: LineReader, octetsMax = 20): readonly string[] {
  const found: string[] = []
  for (;;) {
    const line = reader.takeLine(octetsMax)
    if (line === undefined) return found
    found.push(line.kind === 'line' ? line.text : line.kind)
  }
}

test('lines are the same however they arrive', () => {
  const text = Buffer.from('NOOP\r\nRSET\r\n\r\nHELO 香港\r\nQU')
  for (const size of [1, 2, 3, 7, 100]) {
    const reader = new LineReader()
    const found: string[] = []
    for (let at = 0; at < text.length; at += size) {
      reader.push(text.subarray(at, at + size))
      found.push(...lines(reader))
    }
    assert.deepEqual(found, ['NOOP', 'RSET', '', 'HELO 香港'])
    reader.push(Buffer.from('IT\r\n'))
    assert.deepEqual(lines(reader), ['QUIT'])
    assert.equal(reader.held, 0)
  }
})

test('chunks that wait are read in order', () => {
  const reader = new LineReader()
  for (const part of ['A\r\nB', '\r', '\nC\r\n', 'D\r\n']) reader.push(Buffer.from(part))
  assert.equal(reader.held, 12)
  assert.deepEqual(lines(reader), ['A', 'B', 'C', 'D'])
})

test('a line over the limit is skipped to its end', () => {
  const reader = new LineReader()
  for (let part = 0; part < 10; part++) reader.push(Buffer.from('123456789'))
  assert.deepEqual(lines(reader), [])
  assert.equal(reader.held, 0, 'nothing of it is held')
  reader.push(Buffer.from('\r\nNOOP\r\n'))
  assert.deepEqual(lines(reader), ['too-long', 'NOOP'])
  reader.push(Buffer.from('123456789012345678\r\n1234567890123456789\r\n'))
  assert.deepEqual(lines(reader), ['123456789012345678', 'too-long'])
})

test('a bare LF, a control character and what is not UTF-8 are bad octets', () => {
  const reader = new LineReader()
  for (const bad of ['NOOP\n', '\n', 'NO\0OP\r\n', 'NO\rOP\r\n', '\x1b\r\n']) {
    reader.push(Buffer.from(bad))
    assert.deepEqual(lines(reader), ['bad-octets'])
  }
  reader.push(Buffer.from([0xc3, 0x28, 13, 10]))
  assert.deepEqual(lines(reader), ['bad-octets'])
})

test('content is taken as chunks and what is behind its end is given back', () => {
  const reader = new LineReader()
  reader.push(Buffer.from('DATA\r\nabc'))
  reader.push(Buffer.from('def.NOOP\r\n'))
  reader.push(Buffer.from('QUIT\r\n'))
  assert.equal(reader.takeLine(20)?.kind, 'line')
  assert.equal(reader.takeChunk()?.toString(), 'abc')
  const chunk = reader.takeChunk()
  assert.equal(chunk?.toString(), 'def.NOOP\r\n')
  reader.giveBack(chunk, 4)
  assert.equal(reader.held, 12)
  assert.deepEqual(lines(reader), ['NOOP', 'QUIT'])
  assert.equal(reader.takeChunk(), undefined)
})

test('clearing tells how much was thrown away', () => {
  const reader = new LineReader()
  reader.push(Buffer.from('STARTTLS\r\nEHLO evil\r\n'))
  reader.push(Buffer.from('x'))
  reader.takeLine(20)
  assert.equal(reader.clear(), 12)
  assert.deepEqual(lines(reader), [])
})
