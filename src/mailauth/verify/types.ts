/** What is known of who sent a message, and the words of it. RFC 8601 §2.7. */
import type { Millis } from '../../base/clock.ts'

export interface AuthenticationQuestion {
  readonly remoteAddress: string
  readonly heloName: string
  /** Empty: the null reverse-path. */
  readonly reversePath: string
  readonly message: Buffer
  readonly at: Millis
}

export type SpfResult =
  | 'pass'
  | 'fail'
  | 'softfail'
  | 'neutral'
  | 'none'
  | 'temperror'
  | 'permerror'

export type DkimResult = 'pass' | 'fail' | 'neutral' | 'policy' | 'none' | 'temperror' | 'permerror'

/** `unclear`: no author's domain, or several, so there is nothing to look up (RFC 9989 §5.3.1). */
export type DmarcResult = 'pass' | 'fail' | 'none' | 'temperror' | 'unclear'

export type DmarcPolicy = 'none' | 'quarantine' | 'reject'

export type ArcResult = 'pass' | 'fail' | 'none' | 'temperror'

export type IprevResult = 'pass' | 'fail' | 'temperror'

export interface DkimVerdict {
  readonly result: DkimResult
  readonly domain: string
  readonly selector: string
  readonly algorithm: string
  /** The first characters of b=, which tell one signature from another (RFC 6008). */
  readonly signature: string
  readonly comment: string | undefined
}

export interface PublishedPolicy {
  /** Where it stands. */
  readonly domain: string
  readonly p: DmarcPolicy
  readonly sp: DmarcPolicy
  readonly np?: DmarcPolicy
  readonly adkim: 'r' | 's'
  readonly aspf: 'r' | 's'
  readonly isTesting: boolean
  readonly alignedDkim: boolean
  readonly alignedSpf: boolean
}

export interface Authentication {
  readonly spf: {
    readonly result: SpfResult
    /** Whose record was asked. */
    readonly domain: string
    readonly identity: 'mailfrom' | 'helo'
  }
  /** In the order of the message. */
  readonly dkim: readonly DkimVerdict[]
  readonly dmarc: {
    readonly result: DmarcResult
    /** What the domain asks for; `none` where nothing is known. */
    readonly policy: DmarcPolicy
    /** The author's; empty where it is unclear. */
    readonly domain: string
    /** The record that was found, and what aligned with it. */
    readonly published?: PublishedPolicy
  }
  readonly arc: {
    readonly result: ArcResult
    /** Domains that sealed, the oldest first. */
    readonly sealers: readonly string[]
    /** All of them are trusted, and the first of them saw DMARC pass. */
    readonly vouches: boolean
  }
  readonly iprev: { readonly result: IprevResult; readonly name: string | undefined }
  /** Domains of all mailboxes in From, lower case. */
  readonly authorDomains: readonly string[]
}
