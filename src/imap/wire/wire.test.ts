import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BadSyntax } from './bad-syntax.ts'
import { Cursor } from './cursor.ts'
import { formatDateTime, parseDate, parseDateTime } from './dates.ts'
import { formatString } from '../../mime/format-string.ts'
import { matchesGlob } from './glob.ts'
import { parseFetchItems } from './parse-fetch.ts'
import { parseSearch, type SearchKey } from './parse-search.ts'
import { formatNumberSet, parseNumberSet, rangesHold, resolveRanges } from './sequence-set.ts'
import { decodeUtf7, encodeUtf7 } from './utf7.ts'

function cursor(text: string): Cursor {
  return new Cursor({ texts: [Buffer.from(text).toString('latin1')], literals: [] })
}

const ground = {
  decode: (octets: Buffer) => octets.toString(),
  hasNumbers: true,
  hasSaved: true,
  forgetSaved: () => undefined,
  near: (key: SearchKey) => key,
  now: 0,
}

describe('the wire of IMAP', () => {
  it('reads and writes modified UTF-7', () => {
    for (const [utf7, text] of [
      ['&U,BTFw-', '台北'],
      ['~peter/mail/&U,BTFw-/&ZeVnLIqe-', '~peter/mail/台北/日本語'],
      ['A&-B', 'A&B'],
      ['&2D3eAA-', '😀'],
    ] as const) {
      assert.equal(decodeUtf7(utf7), text)
      assert.equal(encodeUtf7(text), utf7)
    }
    for (const bad of ['&U,BTFw', '&2D0-', '&!-', '&AA-']) {
      assert.throws(() => decodeUtf7(bad), BadSyntax)
    }
  })

  it('resolves sets in any order and with overlaps', () => {
    const set = parseNumberSet(cursor('9:*,1,3:2,10,4'))
    assert.deepEqual(resolveRanges(set, 12), [1, 4, 9, 12])
    assert.deepEqual(resolveRanges(parseNumberSet(cursor('15:*')), 12), [12, 15])
    assert.equal(rangesHold([1, 4, 9, 12], 5), false)
    assert.equal(rangesHold([1, 4, 9, 12], 12), true)
    assert.equal(formatNumberSet([1, 2, 3, 7, 5, 6]), '1:3,7,5:6')
    assert.throws(() => parseNumberSet(cursor('0')), BadSyntax)
    assert.throws(() => parseNumberSet(cursor('4294967296')), BadSyntax)
  })

  it('reads dates and refuses days that do not exist', () => {
    assert.equal(parseDateTime('17-Jul-1996 02:44:25 -0700'), Date.UTC(1996, 6, 17, 9, 44, 25))
    assert.equal(formatDateTime(Date.UTC(1996, 6, 7, 9, 4, 5)), ' 7-Jul-1996 09:04:05 +0000')
    assert.equal(parseDate('1-Feb-1994'), Date.UTC(1994, 1, 1))
    assert.throws(() => parseDate('31-Feb-1994'), BadSyntax)
  })

  it('quotes what may be quoted and makes a literal of the rest', () => {
    assert.equal(formatString('a"b\\', false), '"a\\"b\\\\"')
    assert.equal(formatString('香港', false), '{6}\r\n香港')
    assert.equal(formatString('香港', true), '"香港"')
    assert.equal(formatString('a\r\nb', true), '{4}\r\na\r\nb')
  })

  it('matches wildcards without backtracking', () => {
    assert.equal(matchesGlob('a/%', 'a/b'), true)
    assert.equal(matchesGlob('a/%', 'a/b/c'), false)
    assert.equal(matchesGlob('*c', 'a/b/c'), true)
    assert.equal(matchesGlob('%', ''), true)
    assert.equal(matchesGlob('*a'.repeat(40) + 'b', 'a'.repeat(200)), false)
  })

  it('reads sections with parts, texts and partials', () => {
    const text = 'BODY.PEEK[1.2.HEADER.FIELDS (To "X")]<5.10>'
    assert.deepEqual(parseFetchItems(cursor(text)), [
      {
        kind: 'section',
        section: {
          path: [1, 2],
          text: { kind: 'fields', names: ['to', 'x'], isNot: false },
          label: '1.2.HEADER.FIELDS (To X)',
        },
        partial: { offset: 5, octets: 10 },
        isPeek: true,
        label: 'BODY[1.2.HEADER.FIELDS (To X)]<5>',
      },
    ])
    for (const bad of ['BODY[MIME]', 'BODY[1.]', 'BODY[0]', 'BODY[1', 'BODY[]<1>', 'X', '()']) {
      assert.throws(() => parseFetchItems(cursor(bad)), BadSyntax, bad)
    }
  })

  it('reads nested search keys and limits their depth', () => {
    const request = parseSearch(cursor(' RETURN (MIN) OR SEEN (NOT FROM "香" 2:*)'), ground)
    assert.equal(request.returns?.isMin, true)
    assert.deepEqual(request.key, {
      kind: 'or',
      keys: [
        { kind: 'flag', bit: 1, isSet: true },
        {
          kind: 'and',
          keys: [
            { kind: 'not', key: { kind: 'header', name: 'from', text: '香' } },
            { kind: 'numbers', set: { ranges: [2, 0], isSaved: false }, isUid: false },
          ],
        },
      ],
    })
    assert.throws(() => parseSearch(cursor(' ' + 'NOT '.repeat(50) + 'ALL'), ground), BadSyntax)
    assert.throws(() => parseSearch(cursor(' constructor'), ground), BadSyntax)
  })

  it('refuses quoted strings that do not end or are not UTF-8', () => {
    assert.throws(() => cursor('"abc').string(), BadSyntax)
    assert.throws(() => cursor('"a\\b"').string(), BadSyntax)
    const broken = new Cursor({ texts: ['"\xff"'], literals: [] })
    assert.throws(() => broken.string(), BadSyntax)
  })
})
