/**
 * The policy that counts for a domain now. One that was fetched counts until it runs out, whatever
 * the DNS or the policy's host say meanwhile, also after a restart: who can keep us from them must not
 * gain by it. RFC 8461 §3.3, §5.1, §10.2.
 */
import type { Clock, Millis } from '../../../base/clock.ts'
import { isRefusal } from '../../../base/refusal.ts'
import { fetchPolicy, PolicyFault, type FetchParts } from './fetch-policy.ts'
import type { TlsFailure } from '../tls-policy/demand.ts'
import { checkAfterMs, domainsMax, refreshAfterMs } from './limits.ts'
import { parseStsRecord } from './parse.ts'
import { readPolicy, writePolicy, type RowParts, type StoredPolicy } from './rows.ts'
import type { StsPolicy } from './types.ts'

export interface StsPolicies {
  find(domain: string): Promise<StsFinding>
}

export interface StsFinding {
  readonly policy: StsPolicy | undefined
  /** There is a record, and its policy could not be had. */
  readonly failure: TlsFailure | undefined
}

export interface StsParts extends FetchParts, RowParts {
  readonly clock: Clock
}

export function createStsPolicies(parts: StsParts): StsPolicies {
  return new Policies(parts)
}

interface Checked {
  readonly stored: StoredPolicy | undefined
  readonly failure: TlsFailure | undefined
  readonly at: Millis
}

class Policies implements StsPolicies {
  readonly #parts: StsParts
  readonly #checked = new Map<string, Checked>()
  readonly #running = new Map<string, Promise<Checked>>()

  constructor(parts: StsParts) {
    this.#parts = parts
  }

  async find(domain: string): Promise<StsFinding> {
    const now = this.#parts.clock.now()
    let known = this.#checked.get(domain)
    if (known === undefined || now - known.at >= checkAfterMs) known = await this.#once(domain, now)
    const { stored, failure } = known
    const counts = stored !== undefined && stored.expiresAt > now && stored.policy.mode !== 'none'
    return { policy: counts ? stored.policy : undefined, failure }
  }

  /** Many messages for one domain ask once. */
  async #once(domain: string, now: Millis): Promise<Checked> {
    const running = this.#running.get(domain)
    if (running !== undefined) return running
    const check = this.#check(domain, now)
    this.#running.set(domain, check)
    try {
      const checked = await check
      if (this.#checked.size >= domainsMax) this.#checked.clear()
      this.#checked.set(domain, checked)
      return checked
    } finally {
      this.#running.delete(domain)
    }
  }

  async #check(domain: string, at: Millis): Promise<Checked> {
    const kept = this.#checked.get(domain)?.stored
    const stored = kept ?? (await readPolicy(this.#parts, domain, at))
    const id = await this.#findId(domain)
    const isFresh = stored !== undefined && at - stored.fetchedAt < refreshAfterMs
    if (id === undefined || (isFresh && id === stored.policy.id))
      return { stored, failure: undefined, at }
    try {
      const policy = await fetchPolicy(this.#parts, domain)
      const found = { policy: { ...policy, id }, fetchedAt: at, expiresAt: at + policy.maxAgeMs }
      await writePolicy(this.#parts, domain, found)
      return { stored: found, failure: undefined, at }
    } catch (error) {
      if (!(error instanceof PolicyFault)) throw error
      return { stored, failure: error.failure, at }
    }
  }

  /** Undefined: none is there, or nobody can say. */
  async #findId(domain: string): Promise<string | undefined> {
    try {
      return parseStsRecord((await this.#parts.resolver.texts(`_mta-sts.${domain}`)) ?? [])
    } catch (error) {
      if (isRefusal(error, 'try-again')) return undefined
      throw error
    }
  }
}
