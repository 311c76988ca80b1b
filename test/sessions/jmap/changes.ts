/** RFC 8620 §5.2 and §5.6: what changed since a state, exactly. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Client, Suite } from './client.ts'

interface Added {
  readonly id: string
  readonly index: number
}

/** As the standard tells a client to: splice out, splice in, cut to the new length. */
function applyDelta(
  known: readonly string[],
  removed: readonly string[],
  added: readonly Added[],
  total: number,
) {
  const ids = known.filter((id) => !removed.includes(id))
  for (const { id, index } of added) ids.splice(index, 0, id)
  return ids.slice(0, total)
}

export function testChanges(of: () => Suite): void {
  it('§5.2: oldState is what was asked, newState what /get answers', async () => {
    const { lee } = of()
    const sinceState = await lee.state('Email')
    await lee.put(['Subject: since\n\n'])
    const changes = await lee.ok('Email/changes', { sinceState })
    assert.deepEqual([changes.oldState, changes.newState], [sinceState, await lee.state('Email')])
    assert.deepEqual([changes.hasMoreChanges, changes.created.length], [false, 1])
  })

  it('§5.2: nothing has changed since the state that is now', async () => {
    const { lee } = of()
    for (const type of ['Mailbox', 'Thread', 'Email', 'Identity', 'EmailSubmission', 'Quota']) {
      const sinceState = await lee.state(type)
      const { newState, created, updated, destroyed, hasMoreChanges } = await lee.ok(
        `${type}/changes`,
        { sinceState },
      )
      assert.deepEqual(
        [newState, created, updated, destroyed, hasMoreChanges],
        [sinceState, [], [], [], false],
        type,
      )
    }
  })

  it('§5.2: what was made and changed is told as created once, what came and went not at all', async () => {
    const { lee } = of()
    const sinceState = await lee.state('Email')
    const [kept = '', gone = ''] = await lee.put(['Subject: kept\n\n', 'Subject: gone\n\n'])
    await lee.ok('Email/set', {
      update: { [kept]: { 'keywords/$flagged': true } },
      destroy: [gone],
    })
    const { created, updated, destroyed } = await lee.ok('Email/changes', { sinceState })
    assert.deepEqual([created, updated, destroyed], [[kept], [], []])
  })

  it('§5.2: an id stands in one of the lists only, and what was there and went is destroyed', async () => {
    const { lee } = of()
    const [id = '', other = ''] = await lee.put(['Subject: one list\n\n', 'Subject: other\n\n'])
    const sinceState = await lee.state('Email')
    await lee.ok('Email/set', {
      update: { [id]: { 'keywords/$flagged': true }, [other]: { 'keywords/x': true } },
    })
    await lee.ok('Email/set', { destroy: [id] })
    const { created, updated, destroyed } = await lee.ok('Email/changes', { sinceState })
    assert.deepEqual([created, updated, destroyed], [[], [other], [id]])
  })

  it('§5.2: no more than maxChanges at once, and all of them by following newState', async () => {
    const { lee } = of()
    const sinceState = await lee.state('Email')
    const made = await lee.put(Array.from({ length: 4 }, (_, at) => `Subject: piece ${at}\n\n`))
    const told: string[] = []
    let state = sinceState
    for (let more = true; more;) {
      const page = await lee.ok('Email/changes', { sinceState: state, maxChanges: 3 })
      const ids = [...page.created, ...page.updated, ...page.destroyed]
      assert.ok(ids.length > 0 && ids.length <= 3)
      told.push(...ids)
      ;[state, more] = [page.newState, page.hasMoreChanges]
    }
    assert.deepEqual(told.toSorted(), made.toSorted())
    assert.equal(state, await lee.state('Email'))
  })

  it('§5.2: maxChanges of 0, and less, is invalidArguments', async () => {
    const { lee } = of()
    for (const type of ['Mailbox', 'Thread', 'Email', 'Identity', 'EmailSubmission', 'Quota'])
      for (const maxChanges of [0, -1]) {
        const sinceState = await lee.state(type)
        assert.equal(
          await lee.fault(`${type}/changes`, { sinceState, maxChanges }),
          'invalidArguments',
          type,
        )
      }
    assert.equal(await lee.fault('Email/changes', {}), 'invalidArguments')
  })

  it('§5.2: a state that never was cannot be calculated from; the oldest that was can', async () => {
    const { lee } = of()
    for (const type of ['Mailbox', 'Thread', 'Email', 'Identity', 'EmailSubmission', 'Quota'])
      assert.equal(
        await lee.fault(`${type}/changes`, { sinceState: 'never' }),
        'cannotCalculateChanges',
        type,
      )
    const future = `${Number(await lee.state('Email')) + 1_000}`
    assert.equal(await lee.fault('Email/changes', { sinceState: future }), 'cannotCalculateChanges')
    const all = await lee.ok('Email/changes', { sinceState: '0' })
    assert.ok(all.created.length > 3)
  })

  it('§5.2: states go on and never come back, whatever is undone', async () => {
    const { lee } = of()
    const [id = ''] = await lee.put(['Subject: to and fro\n\n'])
    const seen = new Set([await lee.state('Email')])
    for (const value of [true, null, true, null]) {
      await lee.ok('Email/set', { update: { [id]: { 'keywords/$flagged': value } } })
      const state = await lee.state('Email')
      assert.equal(seen.has(state), false)
      seen.add(state)
    }
  })

  const followed = async (
    lee: Client,
    args: object,
    change: () => Promise<unknown>,
    more: object = {},
  ) => {
    const before = await lee.ok('Email/query', args)
    assert.equal(before.canCalculateChanges, true)
    await change()
    const sinceQueryState = before.queryState
    const delta = await lee.ok('Email/queryChanges', {
      ...args,
      sinceQueryState,
      calculateTotal: true,
      ...more,
    })
    const after = await lee.ok('Email/query', args)
    assert.deepEqual(
      [delta.oldQueryState, delta.newQueryState],
      [sinceQueryState, after.queryState],
    )
    assert.deepEqual(applyDelta(before.ids, delta.removed, delta.added, delta.total), after.ids)
    return delta
  }

  it('§5.6: removed and added bring the results to the new state', async () => {
    const { lee } = of()
    const ids = await lee.put(['Subject: q1\n\n', 'Subject: q2\n\n', 'Subject: q3\n\n'])
    const [one = '', two = '', three = ''] = ids
    const sort = [{ property: 'receivedAt', isAscending: false }]
    const flagged = { filter: { inMailbox: lee.inbox, hasKeyword: '$flagged' }, sort }
    const flag = (id: string, value: true | null) =>
      lee.ok('Email/set', { update: { [id]: { 'keywords/$flagged': value } } })
    await flag(one, true)
    await flag(two, true)
    await followed(lee, flagged, () => Promise.all([flag(one, null), flag(three, true)]))
    await followed(lee, { ...flagged, collapseThreads: true }, () =>
      lee.ok('Email/set', { destroy: [three] }),
    )
    await followed(lee, { sort: [{ property: 'hasKeyword', keyword: '$flagged' }, ...sort] }, () =>
      flag(one, true),
    )
    await followed(lee, { filter: { inMailbox: lee.inbox }, sort }, () =>
      lee.put(['Subject: q4\n\n']),
    )
  })

  it('§5.6: what a mutable sort may have moved is removed and added again, lowest index first', async () => {
    const { lee } = of()
    const [a = '', b = ''] = await lee.put(['Subject: m1\n\n', 'Subject: m2\n\n'])
    const sort = [{ property: 'hasKeyword', keyword: 'moved' }]
    const update = { [a]: { 'keywords/moved': true }, [b]: { 'keywords/moved': true } }
    const { removed, added } = await followed(lee, { sort }, () => lee.ok('Email/set', { update }))
    assert.deepEqual(new Set(removed), new Set([a, b]))
    const indexes = added.map(({ index }: Added) => index)
    assert.deepEqual(
      indexes,
      indexes.toSorted((one: number, two: number) => one - two),
    )
  })

  it('§5.6: more changes than maxChanges are tooManyChanges; total only where it is asked for', async () => {
    const { lee } = of()
    const { queryState: sinceQueryState } = await lee.ok('Email/query', {})
    await lee.put(['Subject: x1\n\n', 'Subject: x2\n\n'])
    assert.equal(
      await lee.fault('Email/queryChanges', { sinceQueryState, maxChanges: 1 }),
      'tooManyChanges',
    )
    assert.equal('total' in (await lee.ok('Email/queryChanges', { sinceQueryState })), false)
  })

  it('§5.6: what a query says of itself holds: it cannot calculate, or it does', async () => {
    const { lee } = of()
    for (const [type, args] of [
      ['Email', {}],
      ['Mailbox', {}],
      ['Mailbox', { sortAsTree: true }],
      ['EmailSubmission', {}],
      ['Quota', {}],
    ] as const) {
      const { queryState: sinceQueryState, canCalculateChanges } = await lee.ok(
        `${type}/query`,
        args,
      )
      const changes = { ...args, sinceQueryState }
      if (canCalculateChanges === true) await lee.ok(`${type}/queryChanges`, changes)
      else
        assert.equal(
          await lee.fault(`${type}/queryChanges`, changes),
          'cannotCalculateChanges',
          type,
        )
    }
    assert.equal(
      await lee.fault('Email/queryChanges', { sinceQueryState: 'never' }),
      'cannotCalculateChanges',
    )
  })
}
