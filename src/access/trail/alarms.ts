/** What is not as the platform wrote it: into the trail, the same once. */
import type { Audit } from '../../audit/types.ts'
import type { Clock } from '../../base/clock.ts'
import type { Alarm, Directory } from '../../directory/types.ts'
import type { Later } from '../later.ts'
import { findForbidden } from '../offices.ts'

interface AlarmParts {
  readonly audit: Audit
  readonly directory: Directory
  readonly clock: Clock
  readonly later: Later
}

export class Alarms {
  readonly #parts: AlarmParts
  readonly #states = new Set<number>()
  readonly #grants = new Set<string>()

  constructor(parts: AlarmParts) {
    this.#parts = parts
  }

  raise(alarm: Alarm): void {
    const { audit, later } = this.#parts
    later.run(() => audit.recordAlone({ kind: 'alarm', ...alarm }))
  }

  /** As the parts for browsers and mail programs take them. */
  forWeb() {
    const raise = (what: string, table: string, rowId: string) => this.raise({ what, table, rowId })
    return {
      onAlarm: (rowId: string) => raise('row-does-not-verify', 'web_session', rowId),
      onStepAlarm: () => raise('row-does-not-verify', 'sign_in_step', ''),
      onOauthAlarm: (what: string, rowId: string) => raise(what, 'oauth_token', rowId),
      onFactorAlarm: (what: string, rowId: string) => raise(what, 'factor_use', rowId),
    }
  }

  /** The gate believes neither of two roles that may never meet; somebody must look. */
  lookForForbidden(): void {
    const { directory, clock } = this.#parts
    for (const { grantId: rowId } of findForbidden(directory, clock.now())) {
      if (this.#grants.has(rowId)) continue
      this.#grants.add(rowId)
      this.raise({ what: 'roles-that-never-meet', table: 'role_grant', rowId })
    }
  }

  /** Read every two seconds, alarmed once. */
  falseState(version: number): void {
    if (this.#states.has(version)) return
    this.#states.add(version)
    const rowId = String(version)
    this.raise({ what: 'row-does-not-verify', table: 'platform_state', rowId })
  }
}
