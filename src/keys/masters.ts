/** The master key in use and, while it is being replaced, those before it. */
import { takeSecret } from './derive.ts'
import { MissingKey } from './types.ts'
import type { MasterKey, Place } from './types.ts'
import type { KeyObject } from 'node:crypto'

export interface WrappedByMaster {
  readonly masterId: string
  readonly wrapped: Buffer
}

export class Masters {
  readonly current: MasterKey
  readonly #byId: ReadonlyMap<string, MasterKey>

  constructor(current: MasterKey, former: readonly MasterKey[]) {
    this.current = current
    this.#byId = new Map([...former, current].map((master) => [master.id, master]))
  }

  async wrap(place: Place, secret: Uint8Array): Promise<WrappedByMaster> {
    return { masterId: this.current.id, wrapped: await this.current.wrap(place, secret) }
  }

  async open(place: Place, { masterId, wrapped }: WrappedByMaster): Promise<KeyObject> {
    return takeSecret(await this.#get(masterId).unwrap(place, wrapped))
  }

  /** The same secret under the current master. */
  async rewrap(place: Place, { masterId, wrapped }: WrappedByMaster): Promise<WrappedByMaster> {
    const secret = await this.#get(masterId).unwrap(place, wrapped)
    const rewrapped = await this.wrap(place, secret)
    secret.fill(0)
    return rewrapped
  }

  #get(masterId: string): MasterKey {
    const master = this.#byId.get(masterId)
    if (master === undefined)
      throw new MissingKey(
        `The keys in this database are under master key ${masterId}, but this node has ` +
          `${[...this.#byId.keys()].join(', ')}.`,
      )
    return master
  }
}
