/**
 * Backups, their verification and restoration in the audit trail of the platform they concern: an
 * entry when it begins and one that says how it ended. The commands run beside the node, so they
 * write a chain of their own, `<node>.recovery`; two at once leave a gap in it, as a crash does.
 * Architecture D11.
 */
import { createAudit, type OwnedAudit } from '../audit/create-audit.ts'
import type { AuditEntry } from '../audit/types.ts'
import type { Clock } from '../base/clock.ts'
import { createDatabase, type DatabaseOptions } from '../db/database.ts'
import { createKeys } from '../keys/keys.ts'
import type { MasterKey } from '../keys/types.ts'

type BackupEntry = Extract<AuditEntry, { readonly kind: 'backup' }>

export interface RecoveryPlace {
  readonly connection: DatabaseOptions
  readonly master: MasterKey
  /** While one master key replaces the other. */
  readonly formerMasters: readonly MasterKey[]
  readonly clock: Clock
  readonly nodeId: string
}

export interface Recovered {
  readonly backupId: string
  readonly rows: number
}

/** For what leaves the platform as it is: begun, then done or failed. */
export async function recorded<T extends Recovered>(
  place: RecoveryPlace,
  event: BackupEntry['event'],
  work: () => Promise<T>,
): Promise<T> {
  await using trail = await openTrail(place)
  await trail.recordAlone({ kind: 'backup', event, stage: 'begun' })
  try {
    const done = await work()
    await trail.recordAlone({ ...endOf(event, done), result: 'done' })
    return done
  } catch (error) {
    await trail.recordAlone({ kind: 'backup', event, stage: 'ended', result: 'failed' })
    throw error
  }
}

/** For a restoration: before it there was no trail, and one that failed left none. */
export async function recordRestored(place: RecoveryPlace, done: Recovered): Promise<void> {
  await using trail = await openTrail(place)
  await trail.recordAlone({ ...endOf('restore', done), result: 'done' })
}

function endOf(event: BackupEntry['event'], { backupId, rows }: Recovered): BackupEntry {
  return { kind: 'backup', event, stage: 'ended', backupId, count: rows }
}

async function openTrail(place: RecoveryPlace): Promise<OwnedTrail> {
  const stack = new AsyncDisposableStack()
  try {
    const { connection, master, formerMasters, clock } = place
    const database = stack.use(createDatabase({ ...connection, connectionsMax: 1 }))
    const keys = stack.use(await createKeys({ database, master, formerMasters, clock }))
    const nodeId = `${place.nodeId}.recovery`
    const audit = stack.use(await createAudit({ database, keys, clock, nodeId }))
    return {
      recordAlone: (entry) => audit.recordAlone(entry),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

type OwnedTrail = Pick<OwnedAudit, 'recordAlone'> & AsyncDisposable
