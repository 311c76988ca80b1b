/** What judging uses of other rooms and programs. */
import type { Authenticate } from '../../mailauth/verify/authenticate.ts'
import type { Observed } from '../../mailauth/verify/observe.ts'
import type { PolicySettings } from '../../policy/settings.ts'
import type { PdfReader } from '../../extract/pdf/pdf-reader.ts'
import type { Principal } from '../../access/types.ts'
import type { Found } from '../accept.ts'
import type { SpamFilter, VirusScanner } from '../scan/types.ts'
import type { CountBlockLists } from './block-lists.ts'
import type { Contacts } from './contacts.ts'
import type { Greylist } from './greylist.ts'
import type { Lessons } from './lessons.ts'
import type { SendingRates } from './rates.ts'

/** What a sender confirmed although rules were against it, and why, in his words. */
export interface Override {
  readonly rules: readonly string[]
  readonly reason: string
}

export interface Trust {
  /** Our name in Authentication-Results: the same on every node (RFC 8601 §2.5). */
  readonly authservId: string
  readonly authenticate: Authenticate
  /** Systems of ours that hand mail over on port 25: they are not judged by name. */
  readonly isTrustedPeer: (remoteAddress: string) => boolean
  readonly settings: () => PolicySettings
  readonly countBlockLists?: CountBlockLists
  readonly greylist?: Pick<Greylist, 'meet' | 'isOn'>
  readonly contacts?: Pick<Contacts, 'strangersAmong' | 'learn'>
  readonly rates?: Pick<SendingRates, 'count'>
  /** Hears what became of a message that was judged by a domain's record. RFC 9990. */
  readonly noteDmarc?: (observed: Observed) => void
  readonly virusScanner?: VirusScanner
  /** The words of PDF files. None: they are unread, and the facts say so. */
  readonly pdfs?: Pick<PdfReader, 'fromOutside' | 'fromUsers'>
  readonly spamFilter?: SpamFilter
  /** Hears what users take for spam, and what not. */
  readonly lessons?: Lessons
  /** Into the audit trail, before anybody has a copy. */
  readonly recordOverride?: (principal: Principal, override: Override) => Promise<void>
  /** ARC fields for what a list of this domain hands on; empty where nothing signs for it. */
  readonly seal?: (domain: string, message: Buffer, found: Found) => Promise<string>
}
