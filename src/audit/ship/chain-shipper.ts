/** Ships one node's chain, exactly in its order, from where the audit process says it holds it. */
import { isRefusal, Refusal } from '../../base/refusal.ts'
import type { Db } from '../../db/types.ts'
import type { HashingSealer } from '../../keys/types.ts'
import { sealNames } from '../names/name-box.ts'
import { findRow, listAfter } from '../outbox.ts'
import type { OutboxRow } from '../outbox.ts'
import type { AuditClient } from './client.ts'
import { shipEntriesMax } from './limits.ts'
import { formatShipped, handsOnOf, makeLeaves } from './make-leaves.ts'
import type { MadeLeaf } from './make-leaves.ts'
import type { NamesSent } from './names-sent.ts'
import { findShipped } from './shipped-rows.ts'

export interface ChainShipperParts {
  readonly db: Db
  readonly keys: HashingSealer
  readonly client: AuditClient
  readonly names: NamesSent
  readonly onAlarm: (what: string, facts: Readonly<Record<string, unknown>>) => void
}

/** How far a chain is sealed. */
export interface Sealed {
  readonly seq: number
  readonly handsOn: Buffer
  /** The node said goodbye with the last entry. */
  readonly isStop: boolean
}

/** How a round ended: all is sealed, there is more, or a number is missing before what is there. */
export type Round = 'done' | 'more' | 'hole'

export class ChainShipper {
  readonly nodeId: string
  readonly #parts: ChainShipperParts
  #sealed: Sealed | undefined

  constructor(nodeId: string, parts: ChainShipperParts) {
    this.nodeId = nodeId
    this.#parts = parts
  }

  /** Undefined until the audit process was asked. */
  get sealed(): Sealed | undefined {
    return this.#sealed
  }

  /** One batch. @throws Refusal('audit-unavailable' | 'try-again') */
  async ship(): Promise<Round> {
    const sealed = (this.#sealed ??= await this.#ask())
    const { db, keys } = this.#parts
    const rows = await listAfter(db, this.nodeId, sealed.seq, shipEntriesMax)
    if (rows.length === 0) return 'done'
    const made = makeLeaves(keys, rows, sealed.handsOn, (row) => this.#alarmAltered(row))
    if (made.length === 0) return 'hole'
    await this.#send(made)
    if (made.length < rows.length) return 'hole'
    return rows.length === shipEntriesMax ? 'more' : 'done'
  }

  /**
   * Where the audit process is, held against what is known here: a database or a log that was put
   * back to an earlier day must not go on as if nothing had been.
   */
  async #ask(): Promise<Sealed> {
    const { client, db, keys } = this.#parts
    const { tip } = await client.chain(this.nodeId)
    const handsOn = Buffer.from(tip.mac, 'hex')
    const shipped = await findShipped(db, this.nodeId)
    if (tip.seq < (shipped?.seq ?? 0))
      throw this.#alarmBack('the audit process holds less than it acknowledged', tip.seq)
    const row = tip.seq === 0 ? undefined : await findRow(db, this.nodeId, tip.seq)
    if (row === undefined && tip.seq > (shipped?.seq ?? 0))
      throw this.#alarmBack('the audit process holds more than this database', tip.seq)
    if (row !== undefined && !handsOnOf(keys, row).equals(handsOn))
      throw this.#alarmBack('the audit process holds another entry at this number', tip.seq)
    return { seq: tip.seq, handsOn, isStop: false }
  }

  #alarmBack(what: string, seq: number): Refusal {
    const facts = { nodeId: this.nodeId, seq }
    this.#parts.onAlarm(what, facts)
    return new Refusal('audit-unavailable', { what, ...facts })
  }

  async #send(made: readonly MadeLeaf[]): Promise<void> {
    const { client, names, onAlarm } = this.#parts
    const fresh = names.fresh(made)
    const box = fresh.length === 0 ? undefined : sealNames(names.auditors, fresh)
    const known = new Set(fresh.map((name) => name.pseudonym))
    const entries = made.map((each) =>
      formatShipped(
        each,
        each.names.some((name) => known.has(name.pseudonym)) ? box?.hash : undefined,
      ),
    )
    try {
      const receipt = await client.send({ boxes: box === undefined ? [] : [box.octets], entries })
      if (receipt.refused !== undefined) {
        onAlarm('the audit process refused entries', { ...receipt.refused })
        this.#sealed = undefined
        return
      }
    } catch (error) {
      // Whether it was sealed before the answer was lost, only the audit process knows.
      if (isRefusal(error, 'audit-unavailable')) this.#sealed = undefined
      throw error
    }
    names.sent(fresh)
    const last = made.at(-1)
    if (last !== undefined)
      this.#sealed = { seq: last.leaf.seq, handsOn: last.handsOn, isStop: last.isStop }
  }

  #alarmAltered({ node_id: nodeId, seq }: OutboxRow): void {
    this.#parts.onAlarm('an audit entry was altered before it was shipped', { nodeId, seq })
  }
}
