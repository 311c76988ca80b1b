/** A directory with one department and Alice in it, on a real store: whose scripts there are. */
import type { AuditEntry } from '../../src/audit/types.ts'
import { createDirectory } from '../../src/directory/directory.ts'
import { recordingAudit } from '../../src/directory/rehearsal.ts'
import { createDepartment } from '../../src/directory/write/create-department.ts'
import { createPerson } from '../../src/directory/write/create-person.ts'
import type { Writing } from '../../src/directory/write/writing.ts'
import type { openRealStore } from './real-store.ts'

export async function openGovernmentOfOne(ground: Awaited<ReturnType<typeof openRealStore>>) {
  const { database, keys, clock, store } = ground
  const entries: AuditEntry[] = []
  const writing: Writing = {
    keys,
    clock,
    audit: recordingAudit(entries),
    actor: {},
    makeAccount: (tx, account) => store.createAccountIn(tx, account),
    moveAccount: (tx, account) => store.moveAccountIn(tx, account),
    requireGrant: async () => ({}),
  }
  const names = { en: 'Transport Department', zh: '運輸署' }
  const personId = await database.transaction(async (tx) => {
    const made = { code: 'TD', names, domains: ['td.example'] }
    const departmentId = await createDepartment(tx, writing, made)
    const person = { departmentId, address: 'alice@td.example', names: { en: 'Alice', zh: '' } }
    return createPerson(tx, writing, person)
  })
  const directory = await createDirectory({ database, keys, onAlarm: () => undefined })
  const accountId = directory.person(personId)?.accountId ?? ''
  const dispose = () => directory[Symbol.asyncDispose]()
  return {
    database,
    directory,
    writing,
    entries,
    personId,
    accountId,
    [Symbol.asyncDispose]: dispose,
  }
}
