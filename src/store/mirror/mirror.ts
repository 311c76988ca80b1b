/**
 * What a node remembers of the store, so that reading a mailbox that did not change costs a question
 * about its modSeq, shared with others, and no more. Nothing here is the truth: `docs/adr/0010-mirror.md`.
 */
import type { Clock } from '../../base/clock.ts'
import type { AccountId, MailboxId } from '../../base/id.ts'
import type { Database } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import { cachedContentOctetsMax, cachedSummaryOctetsMax } from '../limits.ts'
import type { ContentRow } from '../messages/read.ts'
import type { Mailbox, Summary } from '../types.ts'
import { AccountMirror } from './account-mirror.ts'
import type { MailboxEntries } from './mailbox-entries.ts'
import { MailboxMirror } from './mailbox-mirror.ts'
import { MessageCache } from './message-cache.ts'

export interface MirrorOptions {
  readonly database: Database
  readonly keys: Keys
  readonly clock: Clock
}

/** What a commit of this node did to one mailbox. */
export interface OwnChange {
  readonly account: AccountId
  readonly mailbox: MailboxId
  readonly modSeq: number
  /** How many modSeqs it took; one where it is not said. */
  readonly steps?: number
  /** What became of its entries. */
  readonly entries: (entries: MailboxEntries) => void
  readonly change: (mailbox: Mailbox) => Mailbox
}

export class Mirror {
  readonly accounts: AccountMirror
  readonly mailboxes: MailboxMirror
  readonly summaries: MessageCache<Summary>
  /** Sealed as they are in the database. */
  readonly contents: MessageCache<ContentRow>

  constructor({ database, keys, clock }: MirrorOptions) {
    this.accounts = new AccountMirror({ database, keys })
    this.mailboxes = new MailboxMirror(database)
    this.summaries = new MessageCache(clock, cachedSummaryOctetsMax)
    this.contents = new MessageCache(clock, cachedContentOctetsMax)
  }

  /** After the commit, and before anybody is told of it. */
  advance({ account, mailbox, modSeq, steps = 1, entries, change }: OwnChange): void {
    const before = this.accounts.advance(account, { modSeq, steps }, mailbox, change)
    if (before !== undefined) this.mailboxes.advance(before, entries)
  }

  /** After the commit that expunged them. */
  forget(mailbox: MailboxId, uids: readonly number[]): void {
    this.summaries.forget(mailbox, uids)
    this.contents.forget(mailbox, uids)
  }
}
