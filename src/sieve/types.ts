/** What a script is given and what it wants done. Knows no mail store and sends nothing. */
import type { Millis } from '../base/clock.ts'
import type { ZonedTime } from './date-part.ts'
import type { Script } from './script.ts'

/** A header field as tests see it. */
export interface SieveField {
  /** Which of the message's fields it is; undefined: the script added it. */
  readonly index: number | undefined
  /** As written. */
  readonly name: string
  /** Unfolded, undecoded: what addresses are read from. */
  readonly raw: string
  /** Unfolded, with encoded words decoded (RFC 5228 §2.7.2). */
  readonly text: string
}

export interface SieveAddress {
  readonly localPart: string
  readonly domain: string
}

/** Which part of a message the body test looks at. RFC 5173 §5. */
export type BodyTransform =
  | { readonly kind: 'raw' }
  | { readonly kind: 'text' }
  /** `text`, `text/html`; an empty one means every part. */
  | { readonly kind: 'content'; readonly types: readonly string[] }

export interface SieveMessage {
  readonly octets: number
  readonly fields: readonly SieveField[]
  readonly envelope: { readonly from: string; readonly to: string }
  /** The parts' texts; cut at the caller's limit. */
  body(transform: BodyTransform): Promise<readonly string[]>
  addresses(raw: string): readonly SieveAddress[]
  /** RFC 5322 §3.3; undefined where it is no date. */
  date(raw: string): ZonedTime | undefined
}

/** What a script may ask beyond the message. */
export interface SievePlace {
  readonly now: Millis
  /** Minutes east of UTC, for dates without a zone of their own. */
  readonly zoneMinutes: number
  /** Whether mail can be filed into it. */
  hasMailbox(name: string): Promise<boolean>
  /** In `mailbox`, or in any. `use` is in lower case with its backslash. */
  hasSpecialUse(use: string, mailbox: string | undefined): Promise<boolean>
  /** Undefined: there is no such script. */
  include(location: 'personal' | 'global', name: string): Promise<Script | undefined>
  /** Remembers the id when the message has been dealt with; says whether it was there. RFC 7352. */
  isDuplicate(id: string, seconds: number, isRenewed: boolean): Promise<boolean>
}

export interface Filing {
  readonly flags: readonly string[]
}

export interface VacationWish {
  readonly reason: string
  /** The reason is a MIME entity with its own header. */
  readonly isMime: boolean
  readonly seconds: number
  readonly subject: string | undefined
  readonly from: string | undefined
  /** Further addresses of the owner. */
  readonly addresses: readonly string[]
  readonly handle: string | undefined
}

export type SieveAction =
  | ({ readonly kind: 'keep' } & Filing)
  | ({
      readonly kind: 'fileinto'
      readonly mailbox: string
      readonly isCreated: boolean
      readonly specialUse: string | undefined
    } & Filing)
  | { readonly kind: 'redirect'; readonly address: string }
  /** `isExtended`: refused in the protocol where it still can be (RFC 5429 §2.1). */
  | { readonly kind: 'reject'; readonly reason: string; readonly isExtended: boolean }
  | { readonly kind: 'vacation'; readonly wish: VacationWish }

export interface SieveOutcome {
  /** No action: the message is discarded. */
  readonly actions: readonly SieveAction[]
  /** The header as the script changed it; undefined: as it came. */
  readonly fields: readonly SieveField[] | undefined
  /** The script failed while it ran, and the message is kept (RFC 5228 §2.10.6). */
  readonly fault: string | undefined
}
