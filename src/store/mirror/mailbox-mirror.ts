/**
 * Entries of the mailboxes this node works with. Brought up to date with what changed since, when the
 * mailbox is known to have changed. Only of accounts with one user: where \Seen is each viewer's own,
 * there is no one state to keep.
 */
import type { MailboxId } from '../../base/id.ts'
import type { Database } from '../../db/types.ts'
import type { EntryRow } from '../entries/read.ts'
import { mirroredEntriesMax } from '../limits.ts'
import type { Mailbox } from '../types.ts'
import { MailboxEntries } from './mailbox-entries.ts'

interface ChangedRow extends EntryRow {
  readonly is_gone: boolean
}

export class MailboxMirror {
  readonly #database: Database
  /** The longest unused first. */
  readonly #mailboxes = new Map<MailboxId, MailboxEntries>()
  readonly #reading = new Map<MailboxId, Promise<void>>()
  #entries = 0

  constructor(database: Database) {
    this.#database = database
  }

  /** What is known of a mailbox, however old. */
  peek(mailbox: MailboxId): MailboxEntries | undefined {
    return this.#mailboxes.get(mailbox)
  }

  /** With all changes up to `mailbox.highestModSeq`, and perhaps later ones. */
  async current(mailbox: Mailbox): Promise<MailboxEntries> {
    const { id, highestModSeq } = mailbox
    for (;;) {
      const known = this.#mailboxes.get(id)
      if (known !== undefined && known.modSeq >= highestModSeq) return this.#keep(id, known)
      const underWay = this.#reading.get(id)
      if (underWay !== undefined) {
        await underWay
        continue
      }
      const reading = this.#read(mailbox)
      this.#reading.set(id, reading)
      try {
        await reading
      } finally {
        this.#reading.delete(id)
      }
    }
  }

  /** This node's own change, the next one of the account; `before` is the mailbox until then. */
  advance(before: Mailbox, modSeq: number, rows: readonly EntryRow[]): void {
    const known = this.#mailboxes.get(before.id)
    if (known === undefined || known.modSeq < before.highestModSeq) return
    const count = known.count
    known.apply(rows, [], modSeq)
    this.#entries += known.count - count
  }

  async #read(mailbox: Mailbox): Promise<void> {
    const { accountId, id, highestModSeq } = mailbox
    const known = this.#mailboxes.get(id)
    const rows = await this.#database.rows<ChangedRow>({
      name: 'store.changed-entries',
      text: changedSql,
      values: [accountId, id, known?.modSeq ?? 0, known?.modSeq ?? highestModSeq],
    })
    const entries = known ?? new MailboxEntries(highestModSeq)
    const count = known === this.#mailboxes.get(id) ? (known?.count ?? 0) : 0
    entries.apply(
      rows.filter((row) => !row.is_gone),
      rows.filter((row) => row.is_gone),
      highestModSeq,
    )
    this.#entries += entries.count - count
    this.#keep(id, entries)
  }

  #keep(id: MailboxId, entries: MailboxEntries): MailboxEntries {
    this.#mailboxes.delete(id)
    this.#mailboxes.set(id, entries)
    while (this.#entries > mirroredEntriesMax && this.#mailboxes.size > 1) {
      const [oldest] = this.#mailboxes
      if (oldest === undefined) break
      this.#mailboxes.delete(oldest[0])
      this.#entries -= oldest[1].count
    }
    return entries
  }
}

// One statement, so that both halves are of the same moment.
const changedSql = `
SELECT uid, modseq, flags, keywords, false AS is_gone FROM entry
WHERE account_id = $1 AND mailbox_id = $2 AND modseq > $3
UNION ALL
SELECT uid, modseq, 0, 0, true FROM entry_gone
WHERE account_id = $1 AND mailbox_id = $2 AND modseq > $4
ORDER BY uid`
