/**
 * Whether an account has room, asked at every RCPT and so kept for a moment. An answer "full" is
 * always fresh, and arrival asks again within its transaction: this saves a client the octets, no more.
 */
import type { Clock, Millis } from '../base/clock.ts'
import type { AccountId, DepartmentId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import type { Department } from '../directory/types.ts'
import type { Quota, Store, Use } from '../store/types.ts'
import { departmentFreshMs, quotaAnswersMax, quotaFreshMs } from './limits.ts'

type DepartmentLimits = Pick<Department, 'id' | 'limitOctets' | 'limitMessages'>
type Asked = Pick<Store, 'quota' | 'departmentUse'>

export class QuotaAnswers {
  readonly #store: Asked
  readonly #clock: Clock
  readonly #departments = new Map<DepartmentId, Use & { readonly at: Millis }>()
  readonly #kept = new Map<AccountId, { readonly quota: Quota; readonly at: Millis }>()

  constructor(store: Asked, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** @throws Refusal('over-quota') when the department's accounts together have no room. */
  async requireDepartmentRoom(
    { id, limitOctets, limitMessages }: DepartmentLimits,
    octets: number,
  ): Promise<void> {
    if (limitOctets === undefined && limitMessages === undefined) return
    const now = this.#clock.now()
    const kept = this.#departments.get(id)
    const isFresh = kept !== undefined && now - kept.at < departmentFreshMs
    const used = isFresh ? kept : await this.#store.departmentUse(id)
    if (!isFresh) this.#departments.set(id, { ...used, at: now })
    const hasOctets = limitOctets === undefined || used.octets + octets <= limitOctets
    const hasMessages = limitMessages === undefined || used.messages < limitMessages
    if (!hasOctets || !hasMessages) throw new Refusal('over-quota', { department: id, octets })
  }

  /** @throws Refusal('over-quota') */
  async requireRoom(account: AccountId, octets: number): Promise<void> {
    const now = this.#clock.now()
    const kept = this.#kept.get(account)
    if (kept !== undefined && now - kept.at < quotaFreshMs && hasRoom(kept.quota, octets)) return
    const quota = await this.#store.quota(account)
    if (this.#kept.size >= quotaAnswersMax) this.#kept.clear()
    this.#kept.set(account, { quota, at: now })
    if (!hasRoom(quota, octets)) throw new Refusal('over-quota', { account, octets })
  }
}

function hasRoom(quota: Quota, octets: number): boolean {
  const { usedOctets, limitOctets, usedMessages, limitMessages } = quota
  return (
    (limitOctets === undefined || usedOctets + octets <= limitOctets) &&
    (limitMessages === undefined || usedMessages < limitMessages)
  )
}
