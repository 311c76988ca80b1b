import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataReader } from './data-reader.ts'

const end = '\r\n.\r\n'

/** Feeds the octets in chunks of one size. */
function read(text: string, size: number, octetsMax = 1_000) {
  const octets = Buffer.from(text, 'latin1')
  const reader = new DataReader(octetsMax)
  for (let at = 0; at < octets.length; at += size) {
    // A chunk of its own, at any alignment.
    const chunk = Buffer.from(octets.subarray(at, at + size))
    const place = reader.push(chunk, 0)
    if (place !== -1) return { reader, end: at + place }
  }
  return { reader, end: -1 }
}

const sizes = [1, 2, 3, 5, 7, 64, 1_000_000]

function readEvery(text: string, check: (got: ReturnType<typeof read>) => void): void {
  for (const size of sizes) check(read(text, size))
}

test('the content ends with the line before the lone dot', () => {
  readEvery(`Subject: x\r\n\r\nhello${end}QUIT\r\n`, ({ reader, end }) => {
    assert.equal(end, 'Subject: x\r\n\r\nhello\r\n.\r\n'.length)
    assert.equal(reader.fault, undefined)
    assert.equal(reader.take().toString(), 'Subject: x\r\n\r\nhello\r\n')
  })
})

test('an empty message is a dot at once', () => {
  readEvery('.\r\n', ({ reader, end }) => {
    assert.equal(end, 3)
    assert.equal(reader.take().length, 0)
  })
})

test('a dot at the beginning of a line is taken away, once', () => {
  readEvery(`..a\r\n...\r\nb.\r\n.c\r\n..${end}`, ({ reader }) => {
    assert.equal(reader.fault, undefined)
    assert.equal(reader.take().toString(), '.a\r\n..\r\nb.\r\nc\r\n.\r\n')
  })
})

/** What servers were found to take for the end of data although it is not. */
const smugglingVariants = [
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
  '\n\x00.\r\n',
  '\r\n.\n\r\n',
] as const

for (const variant of smugglingVariants) {
  test(`${JSON.stringify(variant)} does not end a message, and the message is at fault`, () => {
    const text = `Subject: x\r\n\r\nhello${variant}MAIL FROM:<a@b.example>\r\n${end}`
    readEvery(text, ({ reader, end }) => {
      assert.equal(end, text.length)
      assert.ok(reader.fault === 'bare-cr-or-lf' || reader.fault === 'nul')
    })
  })
}

test('a long message keeps only to its limit and is counted to its end', () => {
  const text = `${'a'.repeat(2_000)}${end}`
  readEvery(text, ({ reader, end }) => {
    assert.equal(end, text.length)
    assert.equal(reader.fault, 'too-large')
    assert.equal(reader.octets, 2_002)
    assert.equal(reader.take().length, 0)
  })
  const exact = `${'a'.repeat(998)}${end}`
  readEvery(exact, ({ reader }) => assert.equal(reader.fault, undefined))
})

test('a reader whose content was dropped still finds the end', () => {
  const reader = new DataReader(1_000)
  assert.equal(reader.push(Buffer.from('abc'), 0), -1)
  reader.drop()
  assert.equal(reader.push(Buffer.from('def\r\n.\r\nX'), 0), 8)
  assert.equal(reader.fault, 'no-room')
})

test('many small pieces are gathered and keep their order', () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => `..${index}\r\n`)
  const text = `${lines.join('')}.\r\n`
  const wanted = lines.map((line) => line.slice(1)).join('')
  for (const size of [1, 777, 100_000]) {
    const { reader } = read(text, size, 1_000_000)
    assert.equal(reader.take().toString(), wanted)
  }
})
