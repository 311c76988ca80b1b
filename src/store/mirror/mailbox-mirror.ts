/**
 * Entries of the mailboxes this node works with. Brought up to date with what changed since, when the
 * mailbox is known to have changed. Where \Seen is each viewer's own, each viewer has his own of them.
 */
import type { AccountId, MailboxId, PrincipalId } from '../../base/id.ts'
import type { Database } from '../../db/types.ts'
import { changedEntriesSql } from '../entries/blocks.ts'
import type { EntryRow } from '../entries/read.ts'
import { isWorthSnapshot, mirroredEntriesMax, unsnappedMax } from '../limits.ts'
import { flagBits, type Mailbox } from '../types.ts'
import { loadEntries } from './load-entries.ts'
import type { MailboxEntries } from './mailbox-entries.ts'

interface ChangedRow extends EntryRow {
  readonly is_gone: boolean
}

export class MailboxMirror {
  readonly #database: Database
  /** The longest unused first. */
  readonly #mailboxes = new Map<string, MailboxEntries>()
  readonly #reading = new Map<string, Promise<void>>()
  readonly #unsnapped = new Map<MailboxId, AccountId>()
  #entries = 0

  constructor(database: Database) {
    this.#database = database
  }

  /** What is known of a mailbox, however old. */
  peek(mailbox: MailboxId, viewer?: PrincipalId): MailboxEntries | undefined {
    return this.#mailboxes.get(keyOf(mailbox, viewer))
  }

  /**
   * With all changes up to `mailbox.highestModSeq`, and perhaps later ones.
   * @param viewer where \Seen is each one's own.
   */
  async current(mailbox: Mailbox, viewer?: PrincipalId): Promise<MailboxEntries> {
    const { highestModSeq } = mailbox
    const key = keyOf(mailbox.id, viewer)
    for (;;) {
      const known = this.#mailboxes.get(key)
      if (known !== undefined && known.modSeq >= highestModSeq) return this.#keep(key, known)
      const underWay = this.#reading.get(key)
      if (underWay !== undefined) {
        await underWay
        continue
      }
      const reading = this.#read(mailbox, viewer)
      this.#reading.set(key, reading)
      try {
        await reading
      } finally {
        this.#reading.delete(key)
      }
    }
  }

  /** This node's own change, the next one of the account; `before` is the mailbox until then. */
  advance(before: Mailbox, change: (entries: MailboxEntries) => void): void {
    const known = this.#mailboxes.get(before.id)
    if (known === undefined || known.modSeq < before.highestModSeq) return
    const count = known.count
    change(known)
    this.#entries += known.count - count
  }

  async #read(mailbox: Mailbox, viewer: PrincipalId | undefined): Promise<void> {
    const { accountId, id, highestModSeq } = mailbox
    const key = keyOf(id, viewer)
    const known = this.#mailboxes.get(key)
    if (known === undefined) return this.#readAll(mailbox, viewer)
    const rows = await this.#database.rows<ChangedRow>({
      name: viewer === undefined ? 'store.changed-entries' : 'store.changed-seen-entries',
      text: changedSql(viewer === undefined ? 'flags' : seenFlags('$5')),
      values: [
        accountId,
        id,
        known.modSeq,
        known.lastUid + 1,
        ...(viewer === undefined ? [] : [viewer]),
      ],
    })
    const count = known === this.#mailboxes.get(key) ? known.count : 0
    known.apply(
      rows.filter((row) => !row.is_gone),
      rows.filter((row) => row.is_gone),
      highestModSeq,
    )
    this.#entries += known.count - count
    this.#keep(key, known)
  }

  async #readAll(mailbox: Mailbox, viewer: PrincipalId | undefined): Promise<void> {
    const { accountId: account, id, highestModSeq: modSeq } = mailbox
    const asked = { account, mailbox: id, viewer, modSeq }
    const { entries, changed } = await loadEntries(this.#database, asked)
    if (isWorthSnapshot(entries.count, changed)) this.#noteUnsnapped(account, id)
    this.#entries += entries.count
    this.#keep(keyOf(id, viewer), entries)
  }

  /** This node changed so many flags at once: whoever reads the mailbox first would have to read them all. */
  noteChanged(account: AccountId, mailbox: MailboxId, changed: number): void {
    const known = this.#mailboxes.get(mailbox)
    if (known !== undefined && isWorthSnapshot(known.count, changed))
      this.#noteUnsnapped(account, mailbox)
  }

  #noteUnsnapped(account: AccountId, mailbox: MailboxId): void {
    // What is left out is noted when it is next read.
    if (this.#unsnapped.size < unsnappedMax) this.#unsnapped.set(mailbox, account)
  }

  /** Mailboxes that were read here for the first time, and so slowly that a snapshot is wanted. */
  takeUnsnapped(): readonly { readonly account: AccountId; readonly mailbox: MailboxId }[] {
    const taken = [...this.#unsnapped].map(([mailbox, account]) => ({ account, mailbox }))
    this.#unsnapped.clear()
    return taken
  }

  #keep(key: string, entries: MailboxEntries): MailboxEntries {
    this.#mailboxes.delete(key)
    this.#mailboxes.set(key, entries)
    while (this.#entries > mirroredEntriesMax && this.#mailboxes.size > 1) {
      const [oldest] = this.#mailboxes
      if (oldest === undefined) break
      this.#mailboxes.delete(oldest[0])
      this.#entries -= oldest[1].count
    }
    return entries
  }
}

function keyOf(mailbox: MailboxId, viewer: PrincipalId | undefined): string {
  return viewer === undefined ? mailbox : `${mailbox} ${viewer}`
}

const changedEntries = changedEntriesSql({
  columns: 'uid, modseq, flags, keywords',
  account: '$1',
  mailbox: '$2',
  since: '$3',
  newFrom: '$4',
})

// One statement, so that both halves are of the same moment.
const changedSql = (flags: string) => `
SELECT uid, modseq, ${flags} AS flags, keywords, false AS is_gone
FROM (${changedEntries}) AS entry
UNION ALL
SELECT uid, modseq, 0, 0, true FROM entry_gone
WHERE account_id = $1 AND mailbox_id = $2 AND modseq > $3
ORDER BY uid`

const seenFlags = (viewer: string) => `(flags | CASE WHEN EXISTS (SELECT FROM entry_seen s
    WHERE s.account_id = $1 AND s.mailbox_id = $2 AND s.principal_id = ${viewer}
      AND s.uid = entry.uid) THEN ${flagBits['\\Seen']} ELSE 0 END)::int2`
