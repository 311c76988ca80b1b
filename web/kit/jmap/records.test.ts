import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { applyPatch, invertPatch } from './patch.ts'
import { Records } from './records.ts'

interface Thing {
  readonly id: string
  readonly keywords: Readonly<Record<string, true>>
}

const flag = (thing: Thing) => applyPatch(thing, { 'keywords/$flagged': true })

describe('records', () => {
  it('show a change at once, and what was before when the server refuses', () => {
    const things = new Records<Thing>()
    things.put([{ id: 'a', keywords: {} }])
    const overlay = things.overlay(['a'], flag)
    assert.deepEqual(things.get('a')?.keywords, { $flagged: true })
    overlay.rollBack()
    assert.deepEqual(things.get('a')?.keywords, {})
  })

  it('keep a change under way over what the server says meanwhile', () => {
    const things = new Records<Thing>()
    things.put([{ id: 'a', keywords: {} }])
    const overlay = things.overlay(['a'], flag)
    things.put([{ id: 'a', keywords: { $seen: true } }])
    assert.deepEqual(things.get('a')?.keywords, { $seen: true, $flagged: true })
    overlay.commit()
    assert.deepEqual(things.get('a')?.keywords, { $seen: true, $flagged: true })
  })

  it('merge what is said of an object bit by bit, and tell each change', () => {
    const things = new Records<Thing & { readonly subject?: string }>()
    let told = 0
    things.changed.subscribe(() => told++)
    things.put([{ id: 'a', keywords: {}, subject: 's' }])
    things.put([{ id: 'a', keywords: { $seen: true } }])
    assert.deepEqual(things.get('a'), { id: 'a', keywords: { $seen: true }, subject: 's' })
    things.remove(['a', 'unknown'])
    assert.equal(things.get('a'), undefined)
    assert.equal(told, 3)
  })
})

describe('a patch', () => {
  it('goes back the way it came, also over names with slashes', () => {
    const before = { id: 'a', mailboxIds: { 'x/y': true, keep: true } }
    const patch = { 'mailboxIds/x~1y': null, 'mailboxIds/z': true }
    const back = invertPatch(before, patch)
    const after = applyPatch(before, patch)
    assert.deepEqual(after.mailboxIds, { keep: true, z: true })
    assert.deepEqual(applyPatch(after, back), before)
  })
})
