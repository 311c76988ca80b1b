/** What tests of this room and of those above it need to write a directory: keys and recording ports. */
import type { Audit, AuditEntry } from '../audit/types.ts'
import { ManualClock } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import type { Database, Tx } from '../db/types.ts'
import { createKeys } from '../keys/keys.ts'
import { temporaryMaster } from '../keys/temporary-master.ts'
import type { Keys } from '../keys/types.ts'
import { createDepartment } from './write/create-department.ts'
import { createPerson } from './write/create-person.ts'
import type { NewAccount, Writing } from './write/writing.ts'

export interface Rehearsal extends AsyncDisposable {
  readonly clock: ManualClock
  readonly keys: Keys
  readonly audit: RecordingAudit
  readonly writing: Writing
  /** What was recorded, in order. */
  readonly entries: AuditEntry[]
  readonly accounts: NewAccount[]
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** A department TD with the domain td.example. */
  department(): Promise<string>
  person(departmentId: string, localPart: string): Promise<string>
}

export async function rehearse(database: Database): Promise<Rehearsal> {
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database, master: temporary.master, clock })
  const entries: AuditEntry[] = []
  const accounts: NewAccount[] = []
  const audit = recordingAudit(entries)
  const writing: Writing = {
    keys,
    clock,
    audit,
    actor: {},
    makeAccount: async (_, account) => void accounts.push(account),
    moveAccount: async (_, account) => void accounts.push(account),
    requireGrant: async () => ({}),
  }
  const write = <T>(work: (tx: Tx) => Promise<T>) => database.transaction(work)
  const names = { en: 'Transport Department', zh: '運輸署' }
  return {
    clock,
    keys,
    audit,
    writing,
    entries,
    accounts,
    write,
    department: () =>
      write((tx) => createDepartment(tx, writing, { code: 'TD', names, domains: ['td.example'] })),
    person: (departmentId, localPart) =>
      write((tx) => {
        const address = `${localPart}@td.example`
        return createPerson(tx, writing, {
          departmentId,
          address,
          names: { en: localPart, zh: '' },
        })
      }),
    [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose](),
  }
}

export interface RecordingAudit extends Audit {
  /** As if the audit process did not answer. */
  isAway: boolean
}

/** An audit trail that only remembers: what is written where is the audit room's own test. */
export function recordingAudit(entries: AuditEntry[]): RecordingAudit {
  const acknowledged = async () => {
    if (audit.isAway) throw new Refusal('audit-unavailable')
  }
  const audit: RecordingAudit = {
    isAway: false,
    record: async (_, entry) => void entries.push(entry),
    recordAlone: async (entry) => void entries.push(entry),
    recordAcknowledged: async (entry) => {
      entries.push(entry)
      await acknowledged()
    },
    acknowledged,
    list: async () => [],
  }
  return audit
}
