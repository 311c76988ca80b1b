/** The platform's key for push services: made once by whoever needs it first, sealed, the same on all nodes. */
import { generateKeyPairSync } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Database, Db, Tx } from '../db/types.ts'
import type { Keys, Place } from '../keys/types.ts'
import { openVapidKey, type VapidKey } from './vapid.ts'

export interface VapidKeyParts {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform'>
  readonly clock: Clock
  /** In the transaction in which it is made. */
  readonly recordMade: (tx: Tx) => Promise<void>
}

const place: Place = { object: '1', field: 'vapid_key.sealed' }

export async function findVapidKey(parts: VapidKeyParts): Promise<VapidKey> {
  const found = await readKey(parts, parts.database)
  if (found !== undefined) return found
  return parts.database.transaction(async (tx) => {
    await makeKey(parts, tx)
    const made = await readKey(parts, tx)
    if (made === undefined) throw new Error('the key for push services is gone')
    return made
  })
}

async function readKey({ keys }: VapidKeyParts, db: Db): Promise<VapidKey | undefined> {
  const row = await db.row<{ sealed: Buffer }>({
    name: 'push.find-vapid-key',
    text: 'SELECT sealed FROM vapid_key WHERE id = 1',
  })
  return row && openVapidKey(keys.platform.open(place, row.sealed))
}

/** Two nodes that begin at once: the first one's stays. */
async function makeKey({ keys, clock, recordMade }: VapidKeyParts, tx: Tx): Promise<void> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' })
  const sealed = keys.platform.seal(place, secret)
  secret.fill(0)
  const made = await tx.execute({
    name: 'push.insert-vapid-key',
    text: 'INSERT INTO vapid_key (id, made_at, sealed) VALUES (1, $1, $2) ON CONFLICT DO NOTHING',
    values: [clock.now(), sealed],
  })
  if (made > 0) await recordMade(tx)
}
