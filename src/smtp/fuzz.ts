/** Random octets through the parsers of the wire; run by `tools/fuzz.ts smtp`. */
import assert from 'node:assert/strict'
import { parseCommand } from './wire/command.ts'
import { DataReader } from './wire/data-reader.ts'
import { LineReader } from './wire/line-reader.ts'
import { parseMailArguments } from './wire/mail-arguments.ts'
import { parseRcptArguments } from './wire/rcpt-arguments.ts'

/** Pieces that mean something to one parser or another. */
const tokens = [
  ['\r\n', '\r', '\n', '.', '\r\n.\r\n', '\n.\n', '\r\n..', '\0', ' ', '\t', 'x', '香'],
  ['MAIL FROM:<', 'RCPT TO:<', '>', '@', '"', '\\', ':', ',', 'a@b.example', '[127.0.0.1]'],
  [' SIZE=', ' BODY=8BITMIME', ' SMTPUTF8', ' RET=HDRS', ' ENVID=', ' REQUIRETLS', ' AUTH=<>'],
  [' NOTIFY=', 'NEVER', 'DELAY', ' ORCPT=rfc822;', ' ORCPT=utf-8;', '\\x{', '}', '+2B', '=', '1'],
].flat()
const tokensMax = 60
const lineOctetsMax = 80
const messageOctetsMax = 100

export function fuzzOne(random: () => number): void {
  const octets = randomOctets(random)
  checkContent(octets, random)
  checkLines(octets, random)
}

function randomOctets(random: () => number): Buffer {
  const parts = Array.from({ length: below(random, tokensMax) }, () =>
    random() < 0.1
      ? Buffer.of(below(random, 256))
      : Buffer.from(tokens[below(random, tokens.length)] ?? ''),
  )
  return Buffer.concat(parts)
}

/** The content and its end are what a plain reading of the standard says, however it arrives. */
function checkContent(octets: Buffer, random: () => number): void {
  const reader = new DataReader(messageOctetsMax)
  let end = -1
  for (let at = 0; at < octets.length && end === -1;) {
    const chunk = Buffer.from(octets.subarray(at, at + 1 + below(random, 100)))
    const place = reader.push(chunk, 0)
    if (place !== -1) end = at + place
    at += chunk.length
  }
  const text = octets.toString('latin1')
  // A line before the first, so that a dot at once is found like any other.
  const wanted = `\r\n${text}`.indexOf('\r\n.\r\n')
  assert.equal(end, wanted === -1 ? -1 : wanted + 3)
  if (end === -1) return
  const content = text.slice(0, wanted)
  const isBroken = /\r(?!\n)|(?<!\r)\n|\0/.test(content)
  const unstuffed = `\r\n${content}`.replaceAll('\r\n.', '\r\n').slice(2)
  if (reader.fault === undefined) {
    assert.equal(isBroken, false)
    assert.equal(reader.take().toString('latin1'), unstuffed)
  } else if (!isBroken) assert.ok(unstuffed.length > messageOctetsMax)
}

function checkLines(octets: Buffer, random: () => number): void {
  const reader = new LineReader()
  for (let at = 0; at < octets.length;) {
    const chunk = octets.subarray(at, at + 1 + below(random, 40))
    reader.push(chunk)
    at += chunk.length
    for (;;) {
      const line = reader.takeLine(lineOctetsMax)
      if (line === undefined) break
      if (line.kind === 'line') checkLine(line.text)
    }
    assert.equal(reader.held, 0)
  }
}

function checkLine(text: string): void {
  assert.ok(Buffer.byteLength(text) <= lineOctetsMax)
  const { argument } = parseCommand(text)
  const mail = parseMailArguments(argument, { hasRequireTls: true, isSubmission: true })
  if (typeof mail !== 'string') assert.doesNotMatch(mail.reversePath, /^<|\s$/)
  const rcpt = parseRcptArguments(argument, false)
  if (typeof rcpt !== 'string') assert.notEqual(rcpt.forwardPath, '')
}

function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit)
}
