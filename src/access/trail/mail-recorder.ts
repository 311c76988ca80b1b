/**
 * Who did what in an account that is not his own: read, searched, changed, deleted, sent. Nothing is
 * shown and nothing changed before the audit process has sealed that it will be. The same done to the
 * same messages in the same session, mailbox and minute is one entry; `docs/audit.md` has the rules.
 */
import type { Audit, AuditEntry } from '../../audit/types.ts'
import type { Clock } from '../../base/clock.ts'
import type { AccountId, MailboxId } from '../../base/id.ts'
import type { Database } from '../../db/types.ts'
import type { LedgerLine, LedgerWriter } from '../ledger/types.ts'
import { searchQueryMax } from '../limits.ts'
import type { AccountGrant, MailChange, MailSearch, Principal, SentFor } from '../types.ts'
import { MinuteWindows, partsOf } from './minute-windows.ts'

/** Where it is done, and on what his right to it rests. */
export interface MailPlace {
  readonly accountId: AccountId
  readonly mailboxId: MailboxId
  readonly grant: AccountGrant | undefined
}

/** What the ledger says of it. */
type Told = Pick<LedgerLine, 'what' | 'mailboxId' | 'count'>

export interface MailRecorderOptions {
  readonly audit: Audit
  readonly clock: Clock
  readonly database: Pick<Database, 'transaction'>
  readonly ledger: LedgerWriter
}

/** Every method: @throws Refusal('audit-unavailable'), and then the act must not be done. */
export class MailRecorder {
  readonly #options: MailRecorderOptions
  readonly #windows: MinuteWindows

  constructor(options: MailRecorderOptions) {
    this.#options = options
    this.#windows = new MinuteWindows(options.clock)
  }

  read(principal: Principal, place: MailPlace, uids: readonly number[]): Promise<void> {
    const { sessionId } = principal
    return this.#windows.add({ sessionId, about: `${place.mailboxId} read` }, uids, (fresh) => {
      const entry = { kind: 'mail-read', ...about(principal, place) } as const
      const told = { what: 'read', mailboxId: place.mailboxId, count: fresh.length } as const
      return this.#write(principal, place.grant, told, entriesOf(entry, fresh))
    })
  }

  /** Each search is an entry; its hits were read in. */
  async search(principal: Principal, place: MailPlace, search: MailSearch): Promise<void> {
    const { where, query, uids } = search
    const entry = {
      kind: 'search',
      where,
      query: query.slice(0, searchQueryMax),
      count: uids.length,
      ...about(principal, place),
    } as const
    const told = { what: 'search', mailboxId: place.mailboxId } as const
    await Promise.all([
      this.#write(principal, place.grant, told, [entry]),
      this.read(principal, place, uids),
    ])
  }

  /** What comes to be by an act has no UIDs before it: every such act is an entry. */
  async change(principal: Principal, place: MailPlace, change: MailChange): Promise<void> {
    const by = about(principal, place)
    const { mailboxId } = place
    if (change.what === 'append' || change.what === 'mailbox') {
      const { what, ...more } = change
      const entry = { kind: 'mail-change', ...by, change: what, ...more, uids: [] } as const
      return this.#write(principal, place.grant, { what: 'change', mailboxId }, [entry])
    }
    const { what, uids, ...to } = change
    const window = [mailboxId, what, 'toMailboxId' in to ? to.toMailboxId : ''].join(' ')
    const { sessionId } = principal
    await this.#windows.add({ sessionId, about: window }, uids, (fresh) => {
      const isDelete = what === 'delete'
      const told = { what: isDelete ? what : 'change', mailboxId, count: fresh.length } as const
      const entries = isDelete
        ? entriesOf({ kind: 'mail-delete', ...by }, fresh)
        : entriesOf({ kind: 'mail-change', ...by, change: what, ...to }, fresh)
      return this.#write(principal, place.grant, told, entries)
    })
  }

  send(principal: Principal, grant: AccountGrant, { as, messageId }: SentFor): Promise<void> {
    const { accountId } = grant
    const entry = { kind: 'mail-send', ...by(principal, grant), accountId, as, messageId } as const
    return this.#write(principal, grant, { what: 'send' }, [entry])
  }

  /** With its line in the owner's ledger, in one transaction; then until it is sealed. */
  async #write(
    principal: Principal,
    grant: AccountGrant | undefined,
    told: Told,
    entries: readonly (AuditEntry & { readonly accountId: AccountId })[],
  ): Promise<void> {
    const { audit, database, ledger } = this.#options
    const { basis = 'unknown', approvalId, approvedBy } = grant ?? {}
    await database.transaction(async (tx) => {
      for (const entry of entries) await audit.record(tx, entry)
      const [first] = entries
      // Members of a shared mailbox do what is theirs: it has no other owner who would want to know.
      if (first === undefined || basis === 'member') return
      const line = { byId: principal.id, ...told, basis, approvalId, approvedBy }
      await ledger.write(tx, first.accountId, line)
    })
    await audit.acknowledged()
  }

  /** Forgets the windows whose minute is over. */
  sweep(): void {
    this.#windows.sweep()
  }

  signOut({ sessionId }: Principal): void {
    this.#windows.signOut(sessionId)
  }
}

function by({ id: principalId, sessionId }: Principal, grant: AccountGrant | undefined) {
  const approvalId = grant?.approvalId
  return { principalId, sessionId, ...(approvalId === undefined ? {} : { approvalId }) }
}

function about(principal: Principal, { accountId, mailboxId, grant }: MailPlace) {
  return { ...by(principal, grant), accountId, mailboxId }
}

function entriesOf<const E extends object>(entry: E, uids: readonly number[]) {
  return partsOf(uids).map((part) => ({ ...entry, uids: part }))
}
