/**
 * The words of the policy: *facts* are what is known of one message on its way, a *rule* says what
 * facts it is about and what follows, a *verdict* is what follows in the end and why.
 */
import type { RefusalCode } from '../base/refusal.ts'
import type { Grade } from '../marking/grade.ts'

/** `in`: from another system. `out`: a user of ours sends. `kept`: he only files it. */
export type Direction = 'in' | 'out' | 'kept'

/** Everything a rule may ask. Names are kept once settings name them: add, never rename. */
export interface Facts {
  readonly direction: Direction
  /** A machine wrote it, by its own word: an answer, a report, a notice, mail of a list. RFC 3834 §2. */
  readonly isAutomatic: boolean

  /** The peer is a system of ours by configuration: it is not judged by its name. */
  readonly isPeerTrusted: boolean
  /** Lists of bad peers that name it. */
  readonly blockLists: number
  readonly iprev: 'pass' | 'fail' | 'temperror' | 'not-asked'
  /** This peer, sender and recipient were not seen before, or only just now. */
  readonly isGrey: boolean

  readonly spf:
    | 'pass'
    | 'fail'
    | 'softfail'
    | 'neutral'
    | 'none'
    | 'temperror'
    | 'permerror'
    | 'not-asked'
  readonly dmarc: 'pass' | 'fail' | 'none' | 'temperror' | 'unclear' | 'not-asked'
  /** What the author's domain asks for where DMARC fails. */
  readonly dmarcPolicy: 'none' | 'quarantine' | 'reject'
  /** Trusted forwarders saw the author's domain stand behind it. */
  readonly isVouched: boolean
  /** A good signature of the author's own domain. */
  readonly isAuthorSigned: boolean
  /** Somebody in From has an address of ours. */
  readonly isAuthorOurs: boolean
  readonly isReversePathOurs: boolean
  /** The author's domain, or the name he shows, is nearly one of ours. */
  readonly isLookAlike: boolean
  /** The name he shows has an address of ours in it. */
  readonly isNameOurs: boolean
  /** The recipient never had mail from this author, and never wrote to him. */
  readonly isFirstContact: boolean

  readonly spam: 'no' | 'maybe' | 'likely' | 'certain' | 'away' | 'not-asked'
  readonly virus: 'none' | 'found' | 'too-large' | 'away' | 'not-asked'
  /** Attached programs, also within archives. */
  readonly programs: number
  /** Documents with macros. */
  readonly macros: number
  /** Archives nobody can look into without a password. */
  readonly lockedArchives: number
  /** Archives within archives, or so large when unpacked, that they were not looked at to the end. */
  readonly unreadArchives: number
  /** PDF files whose words could not be read: broken, or too much for the time there is. */
  readonly unreadDocuments: number

  readonly grade: Grade
  /** A draft, or his copy of what he sent. */
  readonly isOwnWriting: boolean
  /** Encrypted from person to person, so that no system reads it. */
  readonly isEncrypted: boolean
  /** Recipients at other systems. */
  readonly externalRecipients: number
  /** Of those, at providers where anybody has a mailbox. */
  readonly webmailRecipients: number
  /** Identity card numbers, payment cards, telephone numbers and mail addresses found. */
  readonly identityNumbers: number
  readonly cardNumbers: number
  readonly phoneNumbers: number
  readonly listedAddresses: number
  /** The sender said that he knows, and why. */
  readonly isConfirmed: boolean

  /** Recipients this account wrote to in the last hour, this message included. */
  readonly recipientsInHour: number
  /** The same of the whole department. */
  readonly departmentRecipientsInHour: number
  /** Recipients outside that this account wrote to in the last ten minutes, this message included. */
  readonly externalInBurst: number
}

export type FactName = keyof Facts

/** From the mildest: where several rules fire, the last of them in this order counts. */
export const actions = [
  'accept',
  'tag',
  'reroute',
  'hold',
  'quarantine',
  'defer',
  'refuse',
] as const
export type Action = (typeof actions)[number]

/** What the reader, or the way on, is to know. */
export type Mark =
  | 'external'
  | 'first-contact'
  | 'look-alike'
  | 'unverified'
  | 'spam'
  | 'unscanned'
  | 'locked-archive'
  | 'unread-document'
  | 'macros'
  | 'restricted'
  | 'verified-tls'

/** What a fact must be: one of these values, or a number of at least so many. */
export type Wanted<T> = readonly T[] | (T extends number ? { readonly atLeast: number } : never)

export type Condition = { readonly [K in FactName]?: Wanted<Facts[K]> }

export interface Rule {
  readonly name: string
  /** In one sentence, for who asks why. */
  readonly about: string
  /** All of them must hold. */
  readonly when: Condition
  readonly action: Action
  readonly marks?: readonly Mark[]
  /** How a refusal or deferral is said. */
  readonly code?: RefusalCode
}

export interface Verdict {
  readonly action: Action
  /** The name of the rule that decided. */
  readonly reason: string
  readonly code: RefusalCode
  readonly marks: readonly Mark[]
  /** Where to, for `reroute`. */
  readonly to?: string
  /** Every rule that fired, the strictest first. */
  readonly fired: readonly FiredRule[]
}

export interface FiredRule {
  readonly name: string
  readonly action: Action
  /** Who set the action: the program, the platform's settings or the department's. */
  readonly setBy: 'built-in' | 'platform' | 'department'
}
