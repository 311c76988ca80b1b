/** An account as one principal meets it: what he may there, what he sees, and its state. RFC 8620 §1.6.2. */
import { createHash } from 'node:crypto'
import type { AccountGrant, Act, MailChange, Principal } from '../../access/types.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { EmailFacts, EmailPlace, EmailView } from '../../store/emails/types.ts'
import { flagBits, type Mailbox } from '../../store/types.ts'
import type { JmapParts } from '../ports.ts'
import { MethodError } from './method-error.ts'

export class Account {
  readonly parts: JmapParts
  readonly principal: Principal
  readonly grant: AccountGrant

  readonly #readings: Map<string, AccountReading> | undefined

  /** `readings`: of the same request, so that what its calls ask is asked once. */
  constructor(
    parts: JmapParts,
    principal: Principal,
    grant: AccountGrant,
    readings?: Map<string, AccountReading>,
  ) {
    this.parts = parts
    this.principal = principal
    this.grant = grant
    this.#readings = readings
  }

  get id(): string {
    return this.grant.accountId
  }

  /** Nothing of it may be changed, in no mailbox. */
  get isReadOnly(): boolean {
    const { rights, mailboxes } = this.grant
    return !/[swiktxep]/.test(rights) && mailboxes === undefined
  }

  /** RFC 8620 §3.6.2: as the session says it. @throws MethodError('accountReadOnly') */
  requireWritable(): void {
    if (!this.isReadOnly) return
    // That he tried is the gate's to know.
    if (!this.may('mail.write')) throw new MethodError('accountReadOnly')
  }

  /** Refusal('not-permitted' | 'needs-approval'). */
  permit(act: Act, mailboxId?: string): void {
    const { accountId, departmentId } = this.grant
    const object = { accountId, departmentId, ...(mailboxId !== undefined && { mailboxId }) }
    this.parts.access.permit(this.principal, act, object)
  }

  may(act: Act, mailboxId?: string): boolean {
    try {
      this.permit(act, mailboxId)
      return true
    } catch (error) {
      if (isRefusal(error, 'not-permitted') || isRefusal(error, 'needs-approval')) return false
      throw error
    }
  }

  /** As it is now, or later; within a request, as it was when the first of its readings asked. */
  async read(): Promise<AccountReading> {
    const before = this.#readings?.get(this.id)
    if (before !== undefined) return before
    const view = await this.parts.store.emails(this.id, this.principal.id)
    const reading = new AccountReading(this, view)
    this.#readings?.set(this.id, reading)
    return reading
  }

  /** Before message data of somebody else's account leaves the node. Architecture D11. */
  async recordRead(emails: readonly EmailFacts[], reading: AccountReading): Promise<void> {
    if (this.grant.basis === 'own') return
    const places = emails.flatMap((email) => reading.placesOf(email).slice(0, 1))
    for (const [mailboxId, found] of Map.groupBy(places, (place) => place.mailboxId))
      await this.parts.access.recordRead(
        this.principal,
        { accountId: this.id, mailboxId },
        found.map(({ uid }) => uid),
      )
  }

  /** Before he hears what a search in the messages of somebody else found. */
  async recordSearch(
    query: string,
    emails: readonly EmailFacts[],
    reading: AccountReading,
  ): Promise<void> {
    if (this.grant.basis === 'own') return
    const places = emails.flatMap((email) => reading.placesOf(email).slice(0, 1))
    const byMailbox = Map.groupBy(places, (place) => place.mailboxId)
    for (const mailboxId of reading.readable) {
      const uids = (byMailbox.get(mailboxId) ?? []).map(({ uid }) => uid)
      const object = { accountId: this.id, mailboxId }
      const search = { where: 'mail', query, uids } as const
      await this.parts.access.recordSearch(this.principal, object, search)
    }
  }

  /** Before something in somebody else's account is changed. */
  async recordChange(mailboxId: string, change: MailChange): Promise<void> {
    if (this.grant.basis === 'own') return
    const object = { accountId: this.id, mailboxId }
    await this.parts.access.recordChange(this.principal, object, change)
  }

  /** Of messages, in each of their mailboxes. */
  async recordChangeOf(what: 'delete' | 'flag', places: readonly EmailPlace[]): Promise<void> {
    for (const [mailboxId, found] of Map.groupBy(places, (place) => place.mailboxId))
      await this.recordChange(mailboxId, { what, uids: found.map(({ uid }) => uid) })
  }
}

export class AccountReading {
  readonly account: Account
  readonly view: EmailView
  /** Those he may see, in order of their names. */
  readonly mailboxes: readonly Mailbox[]
  /** Those whose messages he may read. */
  readonly readable: ReadonlySet<string>
  /** He is shown a part of the account only. */
  readonly isPartial: boolean
  readonly state: string
  /** Of its mailboxes, where they are a part: with others it is another account, so to say. */
  readonly scope: string

  constructor(account: Account, view: EmailView) {
    this.account = account
    this.view = view
    this.mailboxes = view.mailboxes.filter(({ id }) => account.may('mail.lookup', id))
    this.readable = new Set(
      this.mailboxes.filter(({ id }) => account.may('mail.read', id)).map(({ id }) => id),
    )
    this.isPartial = this.readable.size < view.mailboxes.length
    this.scope = this.isPartial ? digest([...this.readable].toSorted()) : ''
    this.state = `${view.modSeq}${this.scope}`
  }

  /** Places that are shown: RFC 8621 §4.1.1 hides what is \Deleted. */
  placesOf(email: EmailFacts): readonly EmailPlace[] {
    const { places } = email
    const [only] = places
    if (only !== undefined && places.length === 1) return this.#isShown(only) ? places : []
    return places.filter((place) => this.#isShown(place))
  }

  #isShown({ flags, mailboxId }: EmailPlace): boolean {
    return (flags & flagBits['\\Deleted']) === 0 && this.readable.has(mailboxId)
  }

  isShown(email: EmailFacts): boolean {
    for (const place of email.places) if (this.#isShown(place)) return true
    return false
  }

  find(id: string): EmailFacts | undefined {
    const email = this.view.find(id)
    return email !== undefined && this.isShown(email) ? email : undefined
  }

  /** Oldest first. */
  threadOf(threadId: string): readonly EmailFacts[] {
    return (this.view.thread(threadId) ?? []).filter((email) => this.isShown(email))
  }
}

function digest(ids: readonly string[]): string {
  return `-${createHash('sha256').update(ids.join()).digest('base64url').slice(0, 8)}`
}

/** Who signed in to a post is shown that post only. */
export function accountsOf(
  parts: JmapParts,
  principal: Principal,
  readings?: Map<string, AccountReading>,
): readonly Account[] {
  const grants = parts.access.accountsOf(principal)
  const { openedAs } = principal
  const shown = openedAs === undefined ? grants : grants.filter((g) => g.accountId === openedAs)
  return shown.map((grant) => new Account(parts, principal, grant, readings))
}
