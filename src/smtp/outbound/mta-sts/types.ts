/** MTA-STS: what a domain says over HTTPS of its mail servers. RFC 8461. */

export interface StsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  /** Host names, `*.` for exactly one label. */
  readonly mx: readonly string[]
  readonly maxAgeMs: number
}

/** As it was found: `id` is of the TXT record. RFC 8461 §3.1 */
export interface KnownPolicy extends StsPolicy {
  readonly id: string
}
