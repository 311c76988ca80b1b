/** The audit trail of one node, and where its chain goes on after a stop or a crash. */
import type { Clock } from '../base/clock.ts'
import type { Database } from '../db/types.ts'
import type { Keys } from '../keys/types.ts'
import { Chain, chainStart, macAfter, openEntry } from './chain.ts'
import type { ChainEnd } from './chain.ts'
import { crashGap, outboxEntriesMax } from './limits.ts'
import { fillHoles } from './fill-holes.ts'
import { listNodes, Outbox } from './outbox.ts'
import { findShipped } from './ship/shipped-rows.ts'
import { Trail } from './trail.ts'
import { Refusal } from '../base/refusal.ts'
import type { Audit, AuditEntry, Sealing, Spool } from './types.ts'

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
  /** What a platform begins with: written first, where there is no chain at all. */
  readonly opening?: AuditEntry
  /** Told of what an operator must know: a filling spool, a sweep that failed. */
  readonly onAlarm?: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

export interface OwnedAudit extends Audit, Spool, AsyncDisposable {
  /** Writes voids for acts that did not happen and measures the spool; runs by itself too. */
  sweep(): Promise<void>
  /** Entries the audit process has not sealed. */
  readonly unsealed: number
  /** Stops without a word in the trail, as a crash does. */
  close(): void
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
    const isFirst = end === chainStart && (await listNodes(database)).length === 0
    if (isFirst && options.opening !== undefined) await trail.recordAlone(options.opening)
    await trail.recordAlone({ kind: 'node', event: 'start', nodeId })
    return trail
  } catch (error) {
    trail.close()
    throw error
  }
}

const nobodySeals: Sealing = {
  sealedSeq: undefined,
  wake: () => undefined,
  acknowledged: () =>
    Promise.reject(new Refusal('audit-unavailable', { what: 'no audit process' })),
}

/**
 * A node that did not say it stopped has crashed: what it left unfinished becomes void, and the numbers
 * left out are the gap that shows it. What is sealed may have been dropped already.
 */
async function findEnd(outbox: Outbox, options: AuditOptions): Promise<ChainEnd> {
  const { database, keys, nodeId } = options
  const sealed = await findShipped(database, nodeId)
  const last = await outbox.last(database)
  if (last === undefined || last.seq < (sealed?.seq ?? 0)) {
    if (sealed === undefined) return chainStart
    return { seq: sealed.isStop ? sealed.seq : sealed.seq + crashGap, mac: sealed.handsOn }
  }
  const entry = openEntry(keys.platform, nodeId, last.seq, last.entry)
  const mac = macAfter(entry, last.mac)
  if (entry.kind === 'node' && entry.event === 'stop') return { seq: last.seq, mac }
  await fillHoles(database, keys.platform, { nodeId, sealed })
  return { seq: last.seq + crashGap, mac }
}
