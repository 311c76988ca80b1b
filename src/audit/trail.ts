/**
 * Writes audit entries: in the act's own transaction, or several together. Knows which numbers are
 * given and not yet committed, and makes void those that never will be. Architecture D11.
 */
import type { Clock, Millis } from '../base/clock.ts'
import { GroupWriter } from '../base/group-writer.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { Database, Db, Tx } from '../db/types.ts'
import type { HashingSealer } from '../keys/types.ts'
import { openEntry } from './chain.ts'
import type { Chain, Link } from './chain.ts'
import type { OwnedAudit } from './create-audit.ts'
import {
  alarmRepeatMs,
  groupLimits,
  groupMax,
  listMax,
  spoolAlarmShare,
  sweepIntervalMs,
  voidAfterMs,
} from './limits.ts'
import { listNewest } from './outbox.ts'
import type { Outbox } from './outbox.ts'
import type { AuditEntry, Sealing, StoredEntry } from './types.ts'

export interface TrailParts {
  readonly database: Database
  readonly keys: HashingSealer
  readonly clock: Clock
  readonly outbox: Outbox
  readonly chain: Chain
  readonly nodeId: string
  readonly entriesMax: number
  readonly sealing: Sealing
  readonly onAlarm: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

interface Alone {
  readonly at: Millis
  readonly entry: AuditEntry
  /** Its number, once it is written. */
  seq: number
}

export class Trail implements OwnedAudit {
  readonly #parts: TrailParts
  readonly #group: GroupWriter<Alone>
  /** Numbers given whose commit has not been seen, with the time they were given. */
  readonly #open = new Map<Link, Millis>()
  readonly #timer: NodeJS.Timeout
  /** Of acts that were rolled back just now. */
  readonly #lost: Link[] = []
  #voiding: Promise<void> | undefined
  #firstSeq: number
  #sweeping: Promise<void> | undefined
  #alarmedAt = Number.NEGATIVE_INFINITY

  constructor(parts: TrailParts) {
    this.#parts = parts
    this.#firstSeq = parts.chain.seq + 1
    this.#group = new GroupWriter(groupLimits, (members) => this.#writeGroup(members))
    this.#timer = setInterval(() => {
      this.sweep().catch((error: unknown) => parts.onAlarm('audit sweep failed', { error }))
    }, sweepIntervalMs)
    this.#timer.unref()
  }

  async record(tx: Tx, entry: AuditEntry): Promise<void> {
    this.requireRoom()
    const { chain, clock, outbox } = this.#parts
    const now = clock.now()
    const link = chain.append(now, entry)
    this.#open.set(link, now)
    tx.afterCommit(() => {
      this.#open.delete(link)
      this.#parts.sealing.wake()
    })
    tx.afterRollback(() => this.#voidNow(link))
    await tx.execute(outbox.insert(link))
  }

  /**
   * Who waits for later numbers to be sealed waits for this one too. Those of one rollback go
   * together; should the database be away, the sweep does it.
   */
  #voidNow(link: Link): void {
    this.#lost.push(link)
    this.#voiding ??= this.#voidLost()
      .catch((error: unknown) => this.#parts.onAlarm('a void was not written yet', { error }))
      .finally(() => (this.#voiding = undefined))
  }

  async #voidLost(): Promise<void> {
    await Promise.resolve()
    while (this.#lost.length > 0) await this.#insertVoids(this.#lost.splice(0, groupMax))
    this.#parts.sealing.wake()
  }

  recordAlone(entry: AuditEntry): Promise<void> {
    try {
      this.requireRoom()
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#group.add({ at: this.#parts.clock.now(), entry, seq: 0 })
  }

  async recordAcknowledged(entry: AuditEntry): Promise<void> {
    this.requireRoom()
    const member = { at: this.#parts.clock.now(), entry, seq: 0 }
    await this.#group.add(member)
    await this.#parts.sealing.acknowledged(member.seq)
  }

  acknowledged(): Promise<void> {
    return this.#parts.sealing.acknowledged(this.#parts.chain.seq)
  }

  async #writeGroup(members: readonly Alone[]): Promise<void> {
    const { chain, outbox, database, clock, sealing } = this.#parts
    const links = members.map((member) => {
      const link = chain.append(member.at, member.entry)
      member.seq = link.seq
      return link
    })
    try {
      await database.single(outbox.insertMany(links))
      sealing.wake()
    } catch (error) {
      // Whether it was committed before the connection broke is not known: the sweep finds out.
      const now = clock.now()
      for (const link of links) this.#open.set(link, now)
      throw error
    }
  }

  async list(db: Db, limit: number): Promise<readonly StoredEntry[]> {
    const rows = await listNewest(db, Math.min(limit, listMax))
    return rows.map((row) => ({
      nodeId: row.node_id,
      seq: row.seq,
      at: row.at,
      entry: openEntry(this.#parts.keys, row.node_id, row.seq, row.entry),
    }))
  }

  requireRoom(): void {
    const held = this.unsealed
    if (held >= this.#parts.entriesMax)
      throw new Refusal('try-again', { what: 'audit spool is full', held })
  }

  /** Entries that are not sealed yet: those that are wait only to be dropped. */
  get unsealed(): number {
    return this.#parts.chain.seq - Math.max(this.#firstSeq - 1, this.#parts.sealing.sealedSeq ?? 0)
  }

  /** One at a time: a void waits for the act under way that has its number. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  async #sweep(): Promise<void> {
    await this.#voiding
    await this.#voidOlderThan(this.#parts.clock.now() - voidAfterMs)
    await this.#measure()
  }

  async #voidOlderThan(givenBefore: Millis): Promise<void> {
    const lost: Link[] = []
    for (const [link, givenAt] of this.#open) if (givenAt <= givenBefore) lost.push(link)
    for (let start = 0; start < lost.length; start += groupMax)
      await this.#insertVoids(lost.slice(start, start + groupMax))
  }

  async #insertVoids(some: readonly Link[]): Promise<void> {
    const voids = some.map((link) => this.#parts.chain.voided(link))
    await this.#parts.database.single(this.#parts.outbox.insertVoids(voids))
    for (const link of some) this.#open.delete(link)
  }

  /** Numbers are dense, so the first one still there tells how many are held. */
  async #measure(): Promise<void> {
    const { outbox, database, chain, clock, entriesMax, onAlarm } = this.#parts
    const next = chain.seq + 1
    this.#firstSeq = (await outbox.firstSeq(database)) ?? next
    const held = this.unsealed
    const now = clock.now()
    if (held < entriesMax * spoolAlarmShare || now - this.#alarmedAt < alarmRepeatMs) return
    this.#alarmedAt = now
    onAlarm('audit spool is filling', { held, entriesMax })
  }

  /** Stops the timer without a word in the trail: for a node that never began. */
  close(): void {
    clearInterval(this.#timer)
  }

  /** The last entry says that the node stopped. A database out of reach makes it look a crash. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { nodeId, onAlarm, clock } = this.#parts
    this.close()
    try {
      const entry: AuditEntry = { kind: 'node', event: 'stop', nodeId }
      const stopped = this.#group.add({ at: clock.now(), entry, seq: 0 })
      await this.#group[Symbol.asyncDispose]()
      await stopped
      await this.#voiding
      await this.#voidOlderThan(Number.POSITIVE_INFINITY)
    } catch (error) {
      if (!isRefusal(error, 'try-again')) throw error
      onAlarm('the stop of this node is not in the audit trail', { error })
    }
  }
}
