/** Backups by name in the node's folder, and drills that say whether they are worth something. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { fillPlatform, openPlace } from '../../test/support/filled-platform.ts'
import { ManualClock } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import { createBackups } from './backups.ts'
import type { Config } from './config.ts'
import type { Platform } from './platform.ts'

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const clock = new ManualClock()
  const place = stack.use(await openPlace(clock))
  await fillPlatform(t.database, place)
  const { folder, master, objects } = place
  const data = join(folder, 'data')
  mkdirSync(data)
  const backups = join(folder, 'backups')
  const ground = { connection: t.connection, objects, master, formerMasters: [] }
  // What is read of a node: its places, its database, its keys.
  const node = { config: { data, backups } as Config, ground, clock } as unknown as Platform
  return {
    clock,
    folder,
    backups,
    api: createBackups(node),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const untold = () => undefined

test('a drill brings the newest backup back, opens all of it, measures, and leaves nothing', async () => {
  await using t = await open()
  const { api, backups, clock, folder } = t
  await assert.rejects(api.drill(undefined, untold), (error) => isRefusal(error, 'not-found'))
  const made = await api.make(untold)
  assert.equal(made.name, `${new Date(clock.now()).toISOString().replaceAll(':', '')}.tamar`)
  clock.advance(60_000)
  const newest = await api.make(untold)
  assert.deepEqual(
    (await api.list()).map(({ name, head }) => [name, head?.backupId]),
    [
      [newest.name, newest.backupId],
      [made.name, made.backupId],
    ],
  )
  assert.deepEqual(await api.verify(made.name, untold), made)
  clock.advance(90_000)
  const far: number[] = []
  const report = await api.drill(undefined, (done, total) => far.push(done / total))
  assert.equal(report.backup, newest.name)
  assert.equal(report.ageMs, 90_000)
  assert.equal(report.rows, newest.rows)
  assert.equal(report.objects, newest.objects)
  assert.deepEqual(report.sentences, [])
  assert.equal(report.faults, 0)
  assert.ok(report.messages > 20 && report.accounts > 10)
  assert.deepEqual(
    far,
    far.toSorted((a, b) => a - b),
  )
  assert.equal(far.at(-1), 1)
  assert.ok(!existsSync(join(folder, 'data.drill')))

  // One that was cut is a drill that failed and says why; what is no backup is refused.
  const octets = await readFile(join(backups, newest.name))
  await writeFile(join(backups, 'cut.tamar'), octets.subarray(0, -100))
  const failed = await api.drill('cut.tamar', untold)
  assert.equal(failed.faults, 1)
  assert.match(failed.sentences[0] ?? '', /cut off|changed/)
  assert.equal(failed.messages, 0)
  assert.ok(!existsSync(join(folder, 'data.drill')))
  await writeFile(join(backups, 'none.tamar'), 'nothing')
  await assert.rejects(api.drill('none.tamar', untold), (error) => isRefusal(error, 'invalid'))
  const listed = (await api.list()).find(({ name }) => name === 'none.tamar')
  assert.equal(listed?.head, undefined)
})
