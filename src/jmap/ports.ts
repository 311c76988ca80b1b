/** What the JMAP door is given. */
import type { Access } from '../access/types.ts'
import type { Clock } from '../base/clock.ts'
import type { Store } from '../store/types.ts'

export interface JmapLog {
  error(message: string, error: unknown, facts: object): void
}

export interface JmapParts {
  readonly store: Store
  readonly access: Access
  readonly clock: Clock
  readonly log: JmapLog
  /** Of a message, and so of an upload. */
  readonly messageOctetsMax: number
}
