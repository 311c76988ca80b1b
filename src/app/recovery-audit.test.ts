import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { createAudit } from '../audit/create-audit.ts'
import { findBreaks } from '../audit/verify-chain.ts'
import { ManualClock } from '../base/clock.ts'
import { createKeys } from '../keys/keys.ts'
import { temporaryMaster } from '../keys/temporary-master.ts'
import { recorded, recordRestored } from './recovery-audit.ts'

test('a backup that is made, one that fails and a restoration stand in a chain of their own', async () => {
  await using t = await openTestDatabase()
  await using temporary = await temporaryMaster()
  const { master } = temporary
  const { connection, database } = t
  const clock = new ManualClock()
  const place = { connection, master, formerMasters: [], clock, nodeId: 'node-1' }
  await using keys = await createKeys({ database, master, clock })
  await using node = await createAudit({ database, keys, clock, nodeId: 'node-1' })
  const made = { backupId: 'b1', rows: 7 }
  await recorded(place, 'make', async () => made)
  const fails = recorded(place, 'verify', async () => {
    throw new Error('the file was cut')
  })
  await assert.rejects(fails, /the file was cut/)
  await recordRestored(place, made)
  const entries = (await node.list(database, 100))
    .filter(({ nodeId }) => nodeId === 'node-1.recovery')
    .reverse()
    .map(({ entry }) => entry)
    .filter((entry) => entry.kind === 'backup')
  assert.deepEqual(
    entries.map(({ event, stage, result, backupId, count }) => [
      event,
      stage,
      result,
      backupId,
      count,
    ]),
    [
      ['make', 'begun', undefined, undefined, undefined],
      ['make', 'ended', 'done', 'b1', 7],
      ['verify', 'begun', undefined, undefined, undefined],
      ['verify', 'ended', 'failed', undefined, undefined],
      ['restore', 'ended', 'done', 'b1', 7],
    ],
  )
  const breaks = await Array.fromAsync(findBreaks(database, keys.platform))
  assert.deepEqual(
    breaks.filter(({ what }) => what === 'altered'),
    [],
  )
})
