/** What delivery uses of other rooms, no more. */
import type { Access } from '../access/types.ts'
import type { MailLog } from '../audit/mail-log.ts'
import type { Spool } from '../audit/types.ts'
import type { Clock } from '../base/clock.ts'
import type { Directory } from '../directory/types.ts'
import type { Authentication } from '../mailauth/verify/types.ts'
import type { Moderation } from '../queue/moderation/types.ts'
import type { Queue } from '../queue/types.ts'
import type { Store } from '../store/types.ts'
import type { Trust } from './judge/ports.ts'
import type { QuotaAnswers } from './quota-answers.ts'

export type DirectoryPort = Pick<
  Directory,
  | 'findAddress'
  | 'isInternalDomain'
  | 'department'
  | 'policy'
  | 'departments'
  | 'redirectsInForce'
  | 'filtersOf'
  | 'filterInForce'
  | 'vacationInForce'
>
export type StorePort = Pick<
  Store,
  | 'quota'
  | 'departmentUse'
  | 'mailboxes'
  | 'createMailbox'
  | 'prepare'
  | 'arrive'
  | 'append'
  | 'emails'
  | 'addSubmission'
  | 'isRemembered'
  | 'rememberUntil'
>

/** What other systems report of our mail: of mail in our names (DMARC), of TLS with our servers. */
export type ReportKind = 'dmarc' | 'tls'

export interface ReportIntakePort {
  /** What is reported at an address that nobody has; undefined: nothing. */
  kindAt(address: string): ReportKind | undefined
  /** Refusal: it is none, nobody vouches for it, or there are too many. */
  takeMail(report: {
    readonly kind: ReportKind
    readonly message: Buffer
    readonly authentication: Authentication
  }): Promise<void>
}

export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

export interface DeliveryOptions {
  readonly directory: DirectoryPort
  readonly store: StorePort
  readonly queue: Pick<Queue, 'enqueue' | 'prepare'>
  /** Keeps what waits for moderators. */
  readonly moderation: Pick<Moderation, 'keep' | 'prepare' | 'requireRoom'>
  readonly access: Pick<
    Access,
    'maySendAs' | 'maySendOnBehalf' | 'permit' | 'recordSend' | 'resume'
  >
  readonly mailLog: MailLog
  /** The audit trail's room for more. */
  readonly spool: Spool
  /**
   * DKIM-Signature fields for a message of one of our domains, empty where nothing signs for it.
   * Given by `mailauth`; without it nothing is signed.
   */
  readonly sign?: (domain: string, message: Buffer) => Promise<string>
  /** Judges what comes from others and what leaves; without it nothing is judged. */
  readonly trust?: Trust
  /** Reads what others report; without it nobody has the addresses for it. */
  readonly reports?: ReportIntakePort
  readonly clock: Clock
  /** The name this platform gives itself in Received and in reports. */
  readonly hostname: string
  /** Where mail for `postmaster` without a domain goes, if not to those who answer for the platform. */
  readonly postmaster?: string
  /** Addresses of who answers for a domain; without one, for the platform. */
  readonly postmasters?: (domain: string | undefined) => readonly string[]
  readonly limits?: { readonly messageOctetsMax?: number }
  readonly log?: Log
}

/** The options made whole: what every verb of the room is given. */
export interface DeliveryParts extends Omit<
  DeliveryOptions,
  'limits' | 'log' | 'postmaster' | 'postmasters'
> {
  readonly postmaster: string | undefined
  readonly postmasters: (domain: string | undefined) => readonly string[]
  readonly messageOctetsMax: number
  readonly quotaAnswers: QuotaAnswers
  readonly log: Log
}
