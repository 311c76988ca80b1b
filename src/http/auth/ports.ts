/** What the pages and the API of sign-in are given. The composition root plugs `access` in. */
import type { Oauth } from '../../access/oauth/types.ts'
import type { WebAccess } from '../../access/web/types.ts'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../telemetry/log.ts'

export interface AuthParts {
  readonly web: WebAccess
  readonly oauth: Oauth
  /** Our names, in small letters: the first is the one that passkeys are made for. */
  readonly names: readonly string[]
  readonly clock: Clock
  readonly log: Log
}
