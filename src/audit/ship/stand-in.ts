/**
 * Ships the chains of nodes that no longer do: a machine that was lost, a worker that is not started
 * any more, a command that ended. What another audit process holds is left to it.
 */
import type { Clock } from '../../base/clock.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { Database } from '../../db/types.ts'
import { fillHoles } from '../fill-holes.ts'
import { listAfter, listNodes } from '../outbox.ts'
import { ChainShipper } from './chain-shipper.ts'
import type { ChainShipperParts } from './chain-shipper.ts'
import { holeAfterMs, standInAfterMs, standInEveryMs } from './limits.ts'
import { findShipped, noteShipped } from './shipped-rows.ts'

export interface StandInOptions extends Omit<ChainShipperParts, 'db'> {
  readonly database: Database
  readonly clock: Clock
  /** The chain that has a shipper of its own. */
  readonly nodeId: string
}

export class StandIn implements AsyncDisposable {
  readonly #options: StandInOptions
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined

  constructor(options: StandInOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#look(), standInEveryMs).unref()
  }

  #look(): void {
    const { onAlarm } = this.#options
    this.#running ??= this.round()
      .catch((error: unknown) => {
        // The node's own shipper says that the audit process is away.
        if (!isRefusal(error)) onAlarm('shipping for another node failed', { error })
      })
      .finally(() => {
        this.#running = undefined
      })
  }

  /** Looks at every other chain once. @throws Refusal('audit-unavailable' | 'try-again') */
  async round(): Promise<void> {
    const { database, nodeId } = this.#options
    for (const other of await listNodes(database))
      if (other !== nodeId) await this.#standInFor(other)
  }

  async #standInFor(nodeId: string): Promise<void> {
    const { database, clock } = this.#options
    const shipped = await findShipped(database, nodeId)
    const [first] = await listAfter(database, nodeId, shipped?.seq ?? 0, 1)
    if (first === undefined || first.at > clock.now() - standInAfterMs) return
    const chain = new ChainShipper(nodeId, { ...this.#options, db: database })
    let round = await chain.ship()
    // It went on at an audit process that is not ours.
    if ((chain.sealed?.seq ?? 0) < (shipped?.seq ?? 0)) return
    while (round === 'more') round = await chain.ship()
    const { sealed } = chain
    if (sealed === undefined) return
    if (round === 'hole') await this.#fill(nodeId, sealed)
    await noteShipped(database, nodeId, { ...sealed, at: clock.now() })
  }

  /** What is missing in a dead node's chain will not come; it is shipped in the next round. */
  async #fill(nodeId: string, sealed: { readonly seq: number; readonly handsOn: Buffer }) {
    const { database, clock, keys } = this.#options
    const [next] = await listAfter(database, nodeId, sealed.seq, 1)
    if (next === undefined || next.at > clock.now() - holeAfterMs) return
    await fillHoles(database, keys, { nodeId, sealed })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }
}
