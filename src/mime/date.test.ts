import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDate, parseDate } from './date.ts'

const iso = (value: string): string | undefined => {
  const date = parseDate(value)
  return date && new Date(date.at).toISOString().slice(0, 19)
}

test('reads dates as they are and as they were', () => {
  assert.equal(iso('Mon, 5 Jan 2026 09:00:00 +0800'), '2026-01-05T01:00:00')
  assert.equal(iso('5 Jan 2026 09:00 -0330 (comment)'), '2026-01-05T12:30:00')
  assert.equal(iso('Thu, 13\t Feb 1969 23:32 -0330 (Newfoundland Time)'), '1969-02-14T03:02:00')
  assert.equal(iso('21 Nov 97 09:55:06 GMT'), '1997-11-21T09:55:06')
  assert.equal(iso('21 Nov 26 09:55:06 EDT'), '2026-11-21T13:55:06')
  assert.equal(iso('Fri, 21 Nov 097 09(comment):   55  :  06 -0600'), '1997-11-21T15:55:06')
  assert.equal(iso('Sat, 31 Dec 2016 23:59:60 Z'), '2016-12-31T23:59:59')
  assert.equal(iso('1 Jan 2026 00:00:00 HKT'), '2026-01-01T00:00:00')
  assert.equal(iso('1 Jan 2026 00:00:00'), '2026-01-01T00:00:00')
})

test('refuses what is no date', () => {
  const broken = ['', 'yesterday', '31 Feb 2026 00:00', '1 Foo 2026 00:00', '1 Jan 2026 24:00']
  for (const value of [...broken, '0 Jan 2026 00:00', '1 Jan 2026', '1 Jan 2026 00:00:61'])
    assert.equal(parseDate(value), undefined, value)
})

test('keeps the zone, and writes what it reads', () => {
  assert.deepEqual(parseDate('Mon, 5 Jan 2026 09:00:00 +0800'), {
    at: Date.UTC(2026, 0, 5, 1),
    zoneMinutes: 480,
  })
  for (const value of ['Mon, 5 Jan 2026 09:00:00 +0800', 'Tue, 30 Jun 1998 23:30:05 -0330'])
    assert.equal(formatDate(parseDate(value)?.at ?? 0, parseDate(value)?.zoneMinutes), value)
})
