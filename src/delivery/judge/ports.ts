/** What judging uses of other rooms and programs. Without it nothing is judged. */
import type { Authenticate } from '../../mailauth/verify/authenticate.ts'
import type { PolicySettings } from '../../policy/settings.ts'
import type { Found } from '../accept.ts'

export interface Trust {
  /** Our name in Authentication-Results: the same on every node (RFC 8601 §2.5). */
  readonly authservId: string
  readonly authenticate: Authenticate
  /** Systems of ours that hand mail over on port 25: they are not judged by name. */
  readonly isTrustedPeer: (remoteAddress: string) => boolean
  readonly settings: () => PolicySettings
  /** ARC fields for what a list of this domain hands on; empty where nothing signs for it. */
  readonly seal?: (domain: string, message: Buffer, found: Found) => Promise<string>
}
