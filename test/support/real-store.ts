/** The store on a fresh PostgreSQL, for the tests of one file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openTestDatabase } from './database.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { newId } from '../../src/base/id.ts'
import { openDirectoryStore } from '../../src/blob/directory-store.ts'
import { openFileMaster } from '../../src/keys/file-master.ts'
import { createKeys } from '../../src/keys/keys.ts'
import { createStore } from '../../src/store/store.ts'
import type { AccountKind } from '../../src/store/types.ts'

export async function openRealStore() {
  const stack = new AsyncDisposableStack()
  const { database } = stack.use(await openTestDatabase())
  const folder = mkdtempSync(join(tmpdir(), 'tamar-imap-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const clock = new ManualClock()
  const path = join(folder, 'master.key')
  const master = stack.use(await openFileMaster({ path, createIfMissing: true }))
  const keys = stack.use(await createKeys({ database, master, clock }))
  const objects = stack.use(await openDirectoryStore({ root: join(folder, 'objects'), clock }))
  const store = stack.use(await createStore({ database, keys, objects, clock, nodeId: 'a' }))
  const departmentId = newId(clock)
  await database.transaction((tx) => keys.createDepartment(tx, departmentId))
  return {
    store,
    clock,
    database,
    keys,
    /** Another node on the same database. */
    openSecondNode: () => createStore({ database, keys, objects, clock, nodeId: 'b' }),
    async createAccount(kind: AccountKind, limitOctets?: number): Promise<string> {
      const accountId = newId(clock)
      await database.transaction(async (tx) => {
        await keys.createAccount(tx, accountId, departmentId)
        const limits = limitOctets === undefined ? {} : { limitOctets }
        await store.createAccountIn(tx, { accountId, departmentId, kind, ...limits })
      })
      return accountId
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
