/** The audit trail of one node, and where its chain goes on after a stop or a crash. */
import type { Clock } from '../base/clock.ts'
import type { Database } from '../db/types.ts'
import type { Keys } from '../keys/types.ts'
import { Chain, chainStart, macAfter, openEntry } from './chain.ts'
import type { ChainEnd } from './chain.ts'
import { crashGap, outboxEntriesMax } from './limits.ts'
import { Outbox } from './outbox.ts'
import { Trail } from './trail.ts'
import { Refusal } from '../base/refusal.ts'
import type { Audit, Sealing, Spool } from './types.ts'

export interface AuditOptions {
  readonly database: Database
  readonly keys: Pick<Keys, 'platform'>
  readonly clock: Clock
  /** Unique among running nodes and the same after a restart; stands in clear in the outbox. */
  readonly nodeId: string
  /** Entries this node may hold that nobody has fetched. */
  readonly outboxEntriesMax?: number
  /** The shipper of this node. Without one, acts on others' data are refused. */
  readonly sealing?: Sealing
  /** Told of what an operator must know: a filling spool, a sweep that failed. */
  readonly onAlarm?: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

export interface OwnedAudit extends Audit, Spool, AsyncDisposable {
  /** Writes voids for acts that did not happen and measures the spool; runs by itself too. */
  sweep(): Promise<void>
}

/** Records that the node started; its disposal records that it stopped. */
export async function createAudit(options: AuditOptions): Promise<OwnedAudit> {
  const { database, keys, clock, nodeId, onAlarm = () => undefined } = options
  const outbox = new Outbox(nodeId)
  const end = await findEnd(outbox, options)
  const trail = new Trail({
    database,
    keys: keys.platform,
    clock,
    outbox,
    chain: new Chain(keys.platform, nodeId, end),
    entriesMax: options.outboxEntriesMax ?? outboxEntriesMax,
    sealing: options.sealing ?? nobodySeals,
    nodeId,
    onAlarm,
  })
  try {
    await trail.sweep()
    await trail.recordAlone({ kind: 'node', event: 'start', nodeId })
    return trail
  } catch (error) {
    trail.close()
    throw error
  }
}

const nobodySeals: Sealing = {
  acknowledged: () =>
    Promise.reject(new Refusal('audit-unavailable', { what: 'no audit process' })),
}

/** A node that did not say it stopped has crashed: the numbers left out are the gap that shows it. */
async function findEnd(outbox: Outbox, options: AuditOptions): Promise<ChainEnd> {
  const last = await outbox.last(options.database)
  if (last === undefined) return chainStart
  const entry = openEntry(options.keys.platform, options.nodeId, last.seq, last.entry)
  const hasStopped = entry.kind === 'node' && entry.event === 'stop'
  return { seq: hasStopped ? last.seq : last.seq + crashGap, mac: macAfter(entry, last.mac) }
}
