import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client } from 'pg'
import { startCluster } from './cluster.ts'

test('a PostgreSQL that was killed with a session at work starts again on its data', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-cluster-'))
  try {
    const exited = Promise.withResolvers<void>()
    const options = {
      folder: join(folder, 'pg'),
      isThrowaway: true,
      onExit: () => exited.resolve(),
    }
    await using killed = await startCluster(options)
    const client = new Client({ ...killed.connection, port: 5432 })
    const cut = Promise.withResolvers<void>()
    client.on('error', () => undefined)
    client.on('end', cut.resolve)
    await client.connect()
    // A session that is at work does not notice at once that its postmaster has gone.
    const working = client.query('SELECT count(*) FROM generate_series(1, 8000000)')
    process.kill(killed.pid, 'SIGKILL')
    await exited.promise
    await using again = await startCluster({ folder: join(folder, 'pg'), isThrowaway: true })
    assert.notEqual(again.pid, killed.pid)
    assert.ok(!existsSync(killed.connection.host), 'the folder of its sockets went with it')
    await working.catch(() => undefined)
    await Promise.all([cut.promise, client.end()])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
