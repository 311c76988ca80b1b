/** An *account* holds mail: what it may hold, and what it does. */

export type AccountKind = 'person' | 'post' | 'shared'

export interface Quota {
  readonly usedOctets: number
  readonly usedMessages: number
  readonly limitOctets: number | undefined
  readonly limitMessages: number | undefined
}

/** Undefined: no limit. */
export type AccountLimits = Pick<Quota, 'limitOctets' | 'limitMessages'>

/** What several accounts hold together. */
export interface Use {
  readonly octets: number
  readonly messages: number
}
