import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatLocalTime, laterTimes, readLocalTime } from './later.ts'

const said = (now: Date) => laterTimes(now).map(({ key, at }) => `${key} ${formatLocalTime(at)}`)

test('later is in two hours, tomorrow morning or on Monday, in the time of where one sits', () => {
  assert.deepEqual(said(new Date(2026, 11, 30, 20, 3, 9)), [
    'inTwoHours 2026-12-30T22:03',
    'tomorrow 2026-12-31T08:00',
    'monday 2027-01-04T08:00',
  ])
  // On a Sunday tomorrow is Monday; on a Monday the next one is meant.
  assert.equal(said(new Date(2026, 10, 29, 9)).length, 2)
  assert.equal(said(new Date(2026, 10, 30, 9))[2], 'monday 2026-12-07T08:00')
})

test('a time that is past or none is no time', () => {
  const now = new Date(2026, 10, 30, 9)
  assert.equal(readLocalTime('', now), undefined)
  assert.equal(readLocalTime('2026-11-30T08:59', now), undefined)
  assert.equal(readLocalTime('2027-11-30T08:59', now), undefined)
  assert.deepEqual(readLocalTime('2026-11-30T09:01', now), new Date(2026, 10, 30, 9, 1))
})
