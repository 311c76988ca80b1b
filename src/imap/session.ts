/** The state of one connection: RFC 9051 §3. Commands act on it; it knows no command. */
import type { Delegations } from '../access/delegations.ts'
import type {
  Access,
  AccountGrant,
  Act,
  Attempt,
  MailChange,
  MailSearch,
  Principal,
} from '../access/types.ts'
import type { Clock } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Store } from '../store/types.ts'
import type { ImapLimits } from './limits.ts'
import { mountsOf, placeOf, type Mount, type Place } from './namespace.ts'
import type { SelectedMailbox } from './selected-mailbox.ts'
import type { RankCache } from './sort/ranks.ts'
import type { ThreadCache } from './thread/thread-cache.ts'
import { BadSyntax } from './wire/bad-syntax.ts'
import type { Cursor } from './wire/cursor.ts'
import { decodeUtf7 } from './wire/utf7.ts'
import { ConnectionGone, type ResponseWriter } from './wire/writer.ts'

export interface ImapLog {
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
  error(facts: object, text: string): void
}

/** Numbers for `telemetry`; verbs are ours, never the client's text. */
export interface ImapTelemetry {
  connections(delta: 1 | -1): void
  command(verb: string, status: 'OK' | 'NO' | 'BAD', ms: number): void
}

export interface SessionPorts {
  readonly store: Store
  readonly access: Access
  readonly delegations: Delegations
  readonly clock: Clock
  readonly limits: ImapLimits
  readonly ranks: RankCache
  readonly threads: ThreadCache
  readonly jmapUrl: () => string | undefined
  readonly log: ImapLog | undefined
  readonly telemetry: ImapTelemetry | undefined
}

/** The connection beneath, as commands may use it. */
export interface Channel {
  readonly remoteAddress: string
  readonly isTls: boolean
  /** RFC 9266; undefined where the channel has none. */
  readonly channelBinding: (() => Buffer) | undefined
  /** STARTTLS is possible here and has not happened. */
  readonly canStartTls: boolean
  readonly isCompressed: boolean
  /** The client's next line, raw: the answer to a continuation request. */
  readLine(): Promise<string>
  startTls(): Promise<void>
  startCompression(): void
  /** BYE, then the end. */
  sayBye(text: string): void
  /** The end, after everything was said. */
  hangUp(): void
}

export type SessionState = 'not-authenticated' | 'authenticated' | 'selected' | 'logout'

/** ENABLE (RFC 9051 §6.3.1); some are also switched on by use (RFC 7162 §3.1). */
export interface Enabled {
  isRev2: boolean
  isUtf8Accept: boolean
  isCondstore: boolean
  isQresync: boolean
  /** No message numbers any more (RFC 9586). */
  isUidOnly: boolean
}

const nothingEnabled: Readonly<Enabled> = {
  isRev2: false,
  isUtf8Accept: false,
  isCondstore: false,
  isQresync: false,
  isUidOnly: false,
}

/** What is said between commands: held while one is at work. */
export interface Notices extends Disposable {
  readonly tellsSelected: boolean
  /** Resolves when nothing is being said. */
  hold(): Promise<void>
  release(): void
}

export class Session {
  readonly ports: SessionPorts
  readonly channel: Channel
  readonly writer: ResponseWriter
  readonly enabled: Enabled = { ...nothingEnabled }
  selected: SelectedMailbox | undefined
  signInFailures = 0
  hasLoggedOut = false
  /** Set by NOTIFY. */
  notifier: Notices | undefined
  #principal: Principal | undefined
  #revocation: Disposable | undefined

  constructor(ports: SessionPorts, channel: Channel, writer: ResponseWriter) {
    this.ports = ports
    this.channel = channel
    this.writer = writer
  }

  get state(): SessionState {
    if (this.hasLoggedOut) return 'logout'
    if (this.#principal === undefined) return 'not-authenticated'
    return this.selected === undefined ? 'authenticated' : 'selected'
  }

  get attempt(): Attempt {
    const { remoteAddress, isTls, channelBinding } = this.channel
    const attempt = { door: 'imap', remoteAddress, isTls } as const
    return channelBinding === undefined ? attempt : { ...attempt, channelBinding }
  }

  get isSignedIn(): boolean {
    return this.#principal !== undefined
  }

  /** Only called in states that have one: the command table sees to it. */
  get principal(): Principal {
    // The connection may end, or access be withdrawn, while a command is at work.
    if (this.#principal === undefined) throw new ConnectionGone()
    return this.#principal
  }

  /** As `principal`: the table lets the command run in the selected state only. */
  get mailbox(): SelectedMailbox {
    if (this.selected === undefined) throw new ConnectionGone()
    return this.selected
  }

  /** Mailbox names and strings are UTF-8 (RFC 6855 §3, RFC 9051 §5.1). */
  get isUtf8(): boolean {
    return this.enabled.isRev2 || this.enabled.isUtf8Accept
  }

  signIn(principal: Principal): void {
    this.#principal = principal
    this.#revocation = this.ports.access.onRevoked(principal, () =>
      this.channel.sayBye('Your access has ended'),
    )
  }

  /** Where he finds the same mail by JMAP with what he signed in with (RFC 9698 §3). */
  get jmapUrl(): string | undefined {
    const { access, jmapUrl } = this.ports
    return access.opensToo(this.principal, 'jmap') ? jmapUrl() : undefined
  }

  deselect(): void {
    this.selected?.watch?.[Symbol.dispose]()
    this.selected = undefined
  }

  replaceNotifier(notifier: Notices | undefined): void {
    this.notifier?.[Symbol.dispose]()
    this.notifier = notifier
  }

  /** As if nobody had signed in yet (RFC 8437 §3). */
  signOut(): void {
    this.deselect()
    this.replaceNotifier(undefined)
    this.#revocation?.[Symbol.dispose]()
    if (this.#principal !== undefined) this.ports.access.signOut(this.#principal)
    this.#principal = undefined
    Object.assign(this.enabled, nothingEnabled)
  }

  /** The connection is gone. */
  end(): void {
    this.signOut()
    this.hasLoggedOut = true
  }

  mounts(): readonly Mount[] {
    return mountsOf(this.principal, this.ports.access.accountsOf(this.principal))
  }

  place(wireName: string): Place {
    return placeOf(this.mounts(), wireName)
  }

  /** @throws Refusal('not-permitted'). */
  permit(act: Act, grant: AccountGrant, mailboxId?: string): void {
    const { accountId, departmentId } = grant
    this.ports.access.permit(this.principal, act, {
      accountId,
      departmentId,
      ...(mailboxId !== undefined && { mailboxId }),
    })
  }

  may(act: Act, grant: AccountGrant, mailboxId?: string): boolean {
    try {
      this.permit(act, grant, mailboxId)
      return true
    } catch (error) {
      if (isRefusal(error, 'not-permitted')) return false
      throw error
    }
  }

  /** Before message data of somebody else's account leaves the node. */
  async recordRead(
    uids: readonly number[],
    { place, id }: Pick<SelectedMailbox, 'place' | 'id'> = this.mailbox,
  ): Promise<void> {
    const { accountId, basis } = place.mount.grant
    if (basis === 'own' || uids.length === 0) return
    const object = { accountId, mailboxId: id }
    await this.ports.access.recordRead(this.principal, object, uids)
  }

  /** Before what a search in the messages of somebody else's mailbox found is told. */
  async recordSearch({ place, id }: SelectedMailbox, search: MailSearch): Promise<void> {
    const { grant } = place.mount
    if (!isOthers(grant)) return
    const object = { accountId: grant.accountId, mailboxId: id }
    await this.ports.access.recordSearch(this.principal, object, search)
  }

  /** Before something in somebody else's account is changed or deleted. */
  async recordChange(
    { grant, mailboxId }: { readonly grant: AccountGrant; readonly mailboxId: string },
    change: MailChange,
  ): Promise<void> {
    if (!isOthers(grant)) return
    const object = { accountId: grant.accountId, mailboxId }
    await this.ports.access.recordChange(this.principal, object, change)
  }
}

/** Not his own and not his post's: what he does there is in the audit trail. */
export function isOthers({ basis }: AccountGrant): boolean {
  return basis !== 'own' && basis !== 'held'
}

/** A mailbox name as this client writes it; `INBOX` in any case, Unicode NFC. */
export function parseMailboxName(cursor: Cursor, session: Session): string {
  return normalizedName(cursor.astring(), session.isUtf8)
}

export function normalizedName(written: string, isUtf8: boolean): string {
  const name = (isUtf8 ? written : decodeUtf7(written)).normalize('NFC')
  // oxlint-disable-next-line no-control-regex -- controls are what is refused (RFC 5198 §2)
  if (/[\x00-\x1f\x7f\u0080-\u009f\u2028\u2029]/.test(name)) {
    throw new BadSyntax('Control characters are not allowed in a mailbox name', 'CANNOT', true)
  }
  return name.replace(/^inbox(?=\/|$)/i, 'INBOX')
}
