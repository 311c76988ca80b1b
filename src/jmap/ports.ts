/** What the JMAP door is given. */
import type { Access, Principal } from '../access/types.ts'
import type { Clock } from '../base/clock.ts'
import type { Delivery } from '../delivery/types.ts'
import type { Store } from '../store/types.ts'

export interface JmapLog {
  error(message: string, error: unknown, facts: object): void
}

export interface JmapParts {
  readonly store: Store
  readonly access: Access
  readonly delivery: Delivery
  readonly clock: Clock
  readonly log: JmapLog
  /** Of a message, and so of an upload. */
  readonly messageOctetsMax: number
  /** What a person sends as: addresses of his own and of those he may speak for, names with them. */
  readonly identitiesOf: (principal: Principal) => readonly SendingIdentity[]
}

export interface SendingIdentity {
  readonly address: string
  readonly name: string
  readonly accountId: string
}
