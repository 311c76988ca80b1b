/** A slice of the scripted day, and that no kind of entry is forgotten. AUD-02, AUD-03. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditEntrySchema } from '../../src/audit/events.ts'
import { compare } from './compare.ts'
import { elsewhere } from './doors.ts'
import { live } from './live.ts'

test('a difference is seen both ways, and an entry counts once', () => {
  const stop = { kind: 'node', event: 'stop', nodeId: 'n1' } as const
  const start = { ...stop, event: 'start' } as const
  const act = 'an act'
  const same = { missing: [], extra: [] }
  assert.deepEqual(compare([{ act, fact: stop }], [stop]), same)
  assert.deepEqual(compare([{ act, fact: stop }], [stop, stop]).extra, [
    'node event=stop nodeId=n1',
  ])
  const twice = [stop, start].map((fact) => ({ act, fact }))
  assert.deepEqual(compare(twice, [start]).missing, ['node event=stop nodeId=n1   (an act)'])
})

test('known acts through all doors and the log of the auditors agree one to one', async () => {
  const { missing, extra, kinds, acts, said } = await live({
    rounds: 1,
    readers: 3,
    hasBackup: false,
  })
  assert.deepEqual({ missing, extra }, { missing: [], extra: [] })
  assert.match(said, /Cosigned by/)
  assert.ok(acts >= 100, `${acts} acts`)
  const all = auditEntrySchema.options.map(({ def }) => def.innerType.shape.kind.value)
  for (const kind of all)
    assert.ok(kinds.has(kind) !== kind in elsewhere, `${kind}: in the day, or named with a reason`)
})
