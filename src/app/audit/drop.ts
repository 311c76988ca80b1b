/** Drops days of the outbox that a cosigned checkpoint proves: by the clock, or by command elsewhere. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAuditClient } from '../../audit/ship/client.ts'
import type { AuditPlace } from '../../audit/ship/open-shipping.ts'
import { dropShipped, type Dropped } from '../../audit/ship/drop-shipped.ts'
import { systemClock } from '../../base/clock.ts'
import { createDatabase, type DatabaseOptions } from '../../db/database.ts'
import { parseVerifier } from '../../tlog/note-key.ts'
import type { Platform } from '../platform.ts'

/** The only role that may. */
const dropRole = 'tamar_audit_drop'

export interface DropWish {
  readonly connection: DatabaseOptions
  readonly place: AuditPlace
  readonly logKeyPath: string
  readonly witnessKeyPaths: readonly string[]
}

export async function dropProven(wish: DropWish): Promise<Dropped> {
  const { connection, place, logKeyPath, witnessKeyPaths } = wish
  await using database = createDatabase({ ...connection, role: dropRole, connectionsMax: 4 })
  using client = createAuditClient(place)
  const witnesses = witnessKeyPaths.map(readVerifier)
  return dropShipped({
    database,
    client,
    log: readVerifier(logKeyPath),
    witnesses,
    quorum: witnesses.length,
    now: systemClock.now(),
  })
}

/** Beside a node that runs its own audit process; elsewhere it is the work of another login. */
export async function dropBeside({ auditReach, auditPlace, ground }: Platform): Promise<void> {
  const { local } = auditReach
  if (local === undefined || 'url' in ground.connection) return
  await dropProven({
    connection: ground.connection,
    place: auditPlace,
    logKeyPath: join(local.audit, 'log.vkey'),
    witnessKeyPaths: [join(local.witness, 'witness.vkey')],
  })
}

function readVerifier(path: string) {
  return parseVerifier(readFileSync(path, 'utf8').trim())
}
