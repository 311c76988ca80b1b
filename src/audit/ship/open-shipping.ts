/** Everything a process of a node needs to ship, put together: one client, one shipper, a stand-in. */
import type { Credential } from '../credential.ts'
import { createAuditClient } from './client.ts'
import type { AuditClient } from './client.ts'
import { NamesSent } from './names-sent.ts'
import type { NameOf } from './names-sent.ts'
import { Shipper } from './shipper.ts'
import type { ShipperOptions } from './shipper.ts'
import { StandIn } from './stand-in.ts'

/** Where the audit process is, and what it knows us by. */
export interface AuditPlace {
  readonly url: string
  readonly credential: Credential
}

export interface ShippingOptions extends Omit<ShipperOptions, 'client' | 'names'> {
  readonly place: AuditPlace
  readonly nameOf: NameOf
  /** One process of a node looks after dead chains. */
  readonly standsIn: boolean
}

export interface Shipping extends AsyncDisposable {
  readonly shipper: Shipper
  readonly client: AuditClient
  readonly standIn: StandIn | undefined
}

export function openShipping({ place, nameOf, standsIn, ...options }: ShippingOptions): Shipping {
  const client = createAuditClient(place)
  const names = new NamesSent(place.credential.auditors, nameOf)
  const parts = { ...options, client, names }
  const standIn = standsIn ? new StandIn(parts) : undefined
  const shipper = new Shipper(parts)
  return {
    shipper,
    client,
    standIn,
    async [Symbol.asyncDispose]() {
      await Promise.all([standIn?.[Symbol.asyncDispose](), shipper[Symbol.asyncDispose]()])
      client[Symbol.dispose]()
    },
  }
}
