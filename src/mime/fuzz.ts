/** Mutated messages through every reader of this room; run by `tools/fuzz.ts mime`. */
import assert from 'node:assert/strict'
import { parseDate } from './date.ts'
import { decodeWords } from './encoded-word.ts'
import { envelopeOf } from './envelope.ts'
import { fixtures } from './fixtures/fixtures.ts'
import { unfoldedValue } from './header.ts'
import { assertSound } from './invariants.ts'
import { defaultLimits, type ParseLimits } from './limits.ts'
import { parseMessage } from './parse.ts'
import { findSection, headerFields, headerFieldsNot } from './section.ts'
import { structureOf } from './structure.ts'
import { messageText, preview } from './text.ts'
import type { BodyStructure, Part } from './types.ts'

const seeds: readonly Buffer[] = Object.values(fixtures)

/** Pieces that mean something to one reader or another. */
const tokens = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\0',
  '--',
  '--b\r\n',
  '--b--\r\n',
  '\r\n--outer\r\n',
  'Content-Type: multipart/mixed; boundary=b\r\n\r\n',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Type: multipart/digest; boundary="b"\r\n',
  'Content-Type: text/html; charset=iso-2022-jp\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  "Content-Disposition: attachment; filename*0*=gb18030''%81;filename*1=\"\\",
  '=?utf-8?B?',
  '=?big5?Q?=FB=',
  '?=',
  '<',
  '>',
  '"',
  '(',
  ':',
  ';',
  '@',
  '<style>',
  '<!--',
  '&#x110000;',
  'To: ',
  'Date: ',
].map((token) => Buffer.from(token, 'latin1'))

/** @throws whatever a reader throws, or AssertionError where an invariant does not hold. */
export function fuzzOne(random: () => number): void {
  const octets = mutate(random)
  const limits = random() < 0.2 ? smallLimits(random) : defaultLimits
  const root = parseMessage(octets, limits)
  assertSound(root, octets)
  assertSameShape(root, structureOf(octets, root))
  readAll(octets, root)
  const path = Array.from({ length: below(random, 5) }, () => 1 + below(random, 3))
  const section = findSection(root, path)
  if (section === undefined) return
  assert.ok(section.start >= root.start && section.end <= root.end)
  const fields = headerFields(octets, section, ['content-type', 'To'])
  const others = headerFieldsNot(octets, section, ['content-type', 'To'])
  const written = section.fields.reduce((sum, field) => sum + field.end - field.start + 2, 4)
  assert.equal(fields.length + others.length, written)
}

function readAll(octets: Buffer, root: Part): void {
  const envelope = envelopeOf(octets, root)
  if (envelope.subject !== undefined) decodeWords(envelope.subject)
  for (const field of root.fields) assert.doesNotMatch(unfoldedValue(octets, field), forbidden)
  if (envelope.date !== undefined) {
    const date = parseDate(envelope.date)
    assert.ok(date === undefined || Number.isSafeInteger(date.at))
  }
  messageText(octets, root)
  assert.ok(preview(octets, root).isWellFormed())
}

// eslint-disable-next-line no-control-regex -- these control characters are what must not be there
const forbidden = /[\r\n\0]/

function assertSameShape(part: Part, structure: BodyStructure): void {
  assert.equal(structure.octets, part.end - part.bodyStart)
  assert.equal(structure.children.length, part.children.length)
  for (const [place, child] of part.children.entries()) {
    const other = structure.children[place]
    assert.ok(other !== undefined)
    assertSameShape(child, other)
  }
}

function mutate(random: () => number): Buffer {
  let octets = Buffer.from(pick(random, seeds))
  const count = below(random, 8)
  for (let done = 0; done < count; done++) octets = mutateOnce(octets, random)
  return octets
}

function mutateOnce(octets: Buffer, random: () => number): Buffer<ArrayBuffer> {
  const at = below(random, octets.length + 1)
  const end = Math.min(octets.length, at + below(random, 200))
  const before = octets.subarray(0, at)
  switch (below(random, 7)) {
    case 0:
      return Buffer.concat([before, octets.subarray(end)])
    case 1:
      return Buffer.concat([octets.subarray(0, end), octets.subarray(at)])
    case 2:
      return Buffer.concat([before, Buffer.of(below(random, 256)), octets.subarray(at + 1)])
    case 3:
      return Buffer.concat([before])
    case 4:
      return Buffer.concat([before, pick(random, seeds), octets.subarray(end)])
    default:
      return Buffer.concat([before, pick(random, tokens), octets.subarray(at)])
  }
}

function smallLimits(random: () => number): ParseLimits {
  return {
    partsMax: 1 + below(random, 6),
    depthMax: below(random, 5),
    headerOctetsMax: 1 + below(random, 300),
    fieldsMax: below(random, 12),
  }
}

function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit)
}

function pick(random: () => number, choices: readonly Buffer[]): Buffer {
  return choices[below(random, choices.length)] ?? Buffer.alloc(0)
}
