import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { heightMax, overscanRows, positionOf, rowsInSight, scrollToShow } from './window-of-rows.ts'

const view = { scrollTop: 0, height: 800, rowHeight: 80, count: 100_000 }

describe('rows in sight', () => {
  it('are those of the window and a few beyond', () => {
    assert.deepEqual(rowsInSight({ ...view, count: 1_000, scrollTop: 4_000 }), {
      first: 50 - overscanRows,
      last: 60 + overscanRows,
    })
    assert.deepEqual(rowsInSight({ ...view, count: 3 }), { first: 0, last: 2 })
    assert.deepEqual(rowsInSight({ ...view, count: 0 }), { first: 0, last: -1 })
  })

  it('reach the very last of more rows than can be laid out', () => {
    const big = { ...view, count: 1_000_000, scrollTop: heightMax - 800 }
    assert.equal(rowsInSight(big).last, 999_999)
    assert.equal(Math.round(positionOf(big) / 80), 999_990)
  })

  it('are scrolled to no further than they must be', () => {
    assert.equal(scrollToShow({ ...view, count: 100 }, 5), undefined)
    assert.equal(scrollToShow({ ...view, count: 100 }, 10), 80)
    assert.equal(scrollToShow({ ...view, count: 100, scrollTop: 400 }, 2), 160)
    const far = { ...view, count: 1_000_000 }
    const scrollTop = scrollToShow(far, 500_000) ?? 0
    const { first, last } = rowsInSight({ ...far, scrollTop })
    assert.ok(first < 500_000 && 500_000 < last)
  })
})
