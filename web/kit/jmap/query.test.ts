import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { WindowedQuery, windowRows, type QuerySource } from './query.ts'
import { MethodError } from './transport.ts'

const asked = { accountId: 'a', filter: {}, sort: [], collapseThreads: false }

/** A list on a server that says exactly what changed. */
class FakeList implements QuerySource {
  readonly windows: number[] = []
  canTell = true
  /** Whether a total is said, as it is when it is asked for. */
  counts = true
  /** Ids it calls removed as well when it adds them: it does not know who was there (RFC 8620 §5.6). */
  retold: readonly string[] = []
  #versions: string[][]

  constructor(ids: readonly string[]) {
    this.#versions = [[...ids]]
  }

  get #now(): string[] {
    return this.#versions.at(-1) ?? []
  }

  get #state(): string {
    return String(this.#versions.length - 1)
  }

  change(ids: readonly string[]): void {
    this.#versions.push([...ids])
  }

  readonly window = async (wish: object) => {
    const { position, limit } = wish as { position: number; limit: number }
    this.windows.push(position)
    const ids = this.#now.slice(position, position + limit)
    const total = this.counts ? { total: this.#now.length } : {}
    return { queryState: this.#state, canCalculateChanges: true, position, ids, ...total }
  }

  readonly changes = async (wish: object) => {
    if (!this.canTell) throw new MethodError('Email/queryChanges', 'tooManyChanges', undefined)
    const { sinceQueryState } = wish as { sinceQueryState: string }
    const before = this.#versions[Number(sinceQueryState)] ?? []
    const gone = before.filter((id) => !this.#now.includes(id))
    const removed = [...gone, ...this.retold]
    const added = this.#now.flatMap((id, index) => (before.includes(id) ? [] : [{ id, index }]))
    const total = this.#now.length
    return { oldQueryState: sinceQueryState, newQueryState: this.#state, removed, added, total }
  }

  readonly load = async () => undefined
}

const names = (count: number, prefix = 'm') =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`)

describe('a windowed query', () => {
  it('reads only the windows that are looked at, and each once', async () => {
    const list = new FakeList(names(500))
    const query = new WindowedQuery(asked, list)
    await query.ensure(0, 10)
    await query.ensure(0, 20)
    await query.ensure(220, 260)
    assert.deepEqual(list.windows, [0, 200, 250])
    assert.equal(query.length, 500)
    assert.equal(query.at(230), 'm230')
    assert.equal(query.at(100), undefined)
  })

  it('puts in what arrived and takes out what left, where they stand', async () => {
    const list = new FakeList(['a', 'b', 'c'])
    const query = new WindowedQuery(asked, list)
    await query.ensure(0, 10)
    list.change(['new', 'a', 'c', 'd'])
    await query.update()
    assert.deepEqual(query.known(), ['new', 'a', 'c', 'd'])
    assert.equal(query.length, 4)
  })

  it('takes in what moved to its end, or into it while it was empty, though the server calls that removed too', async () => {
    for (const before of [[], ['a', 'b']]) {
      const list = new FakeList(before)
      const query = new WindowedQuery(asked, list)
      await query.ensure(0, 10)
      list.retold = ['moved']
      list.change([...before, 'moved'])
      await query.update()
      assert.deepEqual(query.known(), [...before, 'moved'])
      assert.equal(query.length, before.length + 1)
    }
  })

  it('forgets the rows behind a hole that something left unseen, and reads them again', async () => {
    const all = names(300)
    const list = new FakeList(all)
    const query = new WindowedQuery(asked, list)
    await query.ensure(0, 10)
    await query.ensure(200, 210)
    list.change(all.filter((id) => id !== 'm100'))
    await query.update()
    assert.equal(query.at(3), 'm3')
    assert.equal(query.at(205), undefined)
    await query.ensure(200, 210)
    assert.equal(query.at(205), 'm206')
    assert.equal(query.length, 299)
  })

  it('takes a row out at once, is told so later without a hitch, and can put it back', async () => {
    const list = new FakeList(['a', 'b', 'c'])
    const query = new WindowedQuery(asked, list)
    await query.ensure(0, 10)
    const putBack = query.takeOut(new Set(['b']))
    assert.deepEqual(query.known(), ['a', 'c'])
    assert.equal(query.length, 2)
    putBack()
    assert.deepEqual(query.known(), ['a', 'b', 'c'])
    query.takeOut(new Set(['b']))
    list.change(['a', 'c'])
    await query.update()
    assert.deepEqual(query.known(), ['a', 'c'])
    assert.equal(query.length, 2)
  })

  it('reads a window that came from a later state once it has caught up', async () => {
    const all = names(200)
    const list = new FakeList(all)
    const query = new WindowedQuery(asked, list)
    await query.ensure(0, 10)
    list.change(['new', ...all])
    await query.ensure(100, 110)
    assert.equal(query.at(0), 'new')
    assert.equal(query.at(100), 'm99')
  })

  it('trusts what is there more than what was expected', async () => {
    for (const [count, expected] of [
      [3, 0],
      [120, 10],
      [windowRows, windowRows],
      [7, 90],
      [0, 5],
    ] as const) {
      const list = new FakeList(names(count))
      list.counts = false
      const query = new WindowedQuery(asked, list, expected)
      for (let at = 0; at <= count; at += windowRows) await query.ensure(at, at + 10)
      await query.ensure(count, count)
      assert.equal(query.length, count, `${count}, expected ${expected}`)
    }
  })

  it('reads anew when the server cannot tell what changed', async () => {
    const list = new FakeList(['a', 'b'])
    const query = new WindowedQuery(asked, list)
    await query.ensure(0, 10)
    list.canTell = false
    list.change(names(windowRows + 5, 'x'))
    await query.update()
    assert.equal(query.at(0), 'x0')
    assert.equal(query.length, windowRows + 5)
  })
})
