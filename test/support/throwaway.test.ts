import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startCluster } from '../../src/db/embedded/cluster.ts'
import { sweepThrowaways } from './throwaway.ts'

/** No process has it: the kernel gives out smaller ones only. */
const noPid = 4_194_305

test('what a killed test run left behind goes, with its PostgreSQL, and nothing else', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tamar-sweep-'))
  try {
    const owned = (name: string, pid: number) => {
      mkdirSync(join(root, name))
      writeFileSync(join(root, name, 'owner.pid'), `${pid}`)
      return join(root, name)
    }
    const dead = owned('tamar-test-dead', noPid)
    const alive = owned('tamar-test-alive', process.pid)
    const other = owned('elsewhere', noPid)
    const ended = Promise.withResolvers<number | null>()
    const folder = join(dead, 'pg')
    await startCluster({ folder, isThrowaway: true, onExit: ended.resolve })
    assert.equal(await sweepThrowaways(root), 1)
    await ended.promise
    assert.deepEqual([dead, alive, other].map(existsSync), [false, true, true])
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
