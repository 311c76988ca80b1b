/**
 * A long act on a backup, with an entry when it begins and one that says how it ended: the gate is
 * asked in the transaction of the first. Architecture D11.
 */
import type { Act } from '../../access/types.ts'
import type { AuditEntry } from '../../audit/types.ts'
import type { AdminPorts } from '../ports.ts'
import { write } from '../verb.ts'

type BackupEntry = Extract<AuditEntry, { readonly kind: 'backup' }>

interface Wanted {
  readonly act: Act
  readonly event: BackupEntry['event']
}

/** What the second entry says of it. */
type End = Pick<BackupEntry, 'backupId' | 'count' | 'durationMs' | 'faults' | 'result'>

export async function recorded<T>(
  ports: AdminPorts,
  { act, event }: Wanted,
  work: () => Promise<T>,
  endOf: (done: T) => End,
): Promise<T> {
  const { audit, writing } = ports
  const said = await write(ports, async (tx) => {
    const granted = await writing.requireGrant(tx, { act, object: {}, input: {} })
    const entry = { kind: 'backup', event, ...writing.actor, ...granted } as const
    await audit.record(tx, { ...entry, stage: 'begun' })
    return entry
  })
  try {
    const done = await work()
    await audit.recordAlone({ ...said, stage: 'ended', result: 'done', ...endOf(done) })
    return done
  } catch (error) {
    await audit.recordAlone({ ...said, stage: 'ended', result: 'failed' })
    throw error
  }
}
