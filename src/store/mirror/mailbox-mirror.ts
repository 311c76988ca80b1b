/**
 * Entries of the mailboxes this node works with. Brought up to date with what changed since, when the
 * mailbox is known to have changed. Where \Seen is each viewer's own, each viewer has his own of them.
 */
import type { MailboxId, PrincipalId } from '../../base/id.ts'
import type { Database } from '../../db/types.ts'
import { changedEntriesSql } from '../entries/blocks.ts'
import type { EntryRow } from '../entries/read.ts'
import { mirroredEntriesMax } from '../limits.ts'
import { flagBits, type Mailbox } from '../types.ts'
import { MailboxEntries, type Tombstone } from './mailbox-entries.ts'

interface ChangedRow extends EntryRow {
  readonly is_gone: boolean
}

interface AllRow {
  /** Null where there are none. */
  readonly entries: Buffer | null
  readonly gone: Buffer | null
}

const nothing = Buffer.alloc(0)

export class MailboxMirror {
  readonly #database: Database
  /** The longest unused first. */
  readonly #mailboxes = new Map<string, MailboxEntries>()
  readonly #reading = new Map<string, Promise<void>>()
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

  /** As runs of octets: a row for each entry would cost ten times as much. */
  async #readAll(mailbox: Mailbox, viewer: PrincipalId | undefined): Promise<void> {
    const { accountId, id, highestModSeq } = mailbox
    const row = await this.#database.row<AllRow>({
      name: viewer === undefined ? 'store.all-entries' : 'store.all-seen-entries',
      text: viewer === undefined ? allSql('flags') : allSql(seenFlags('$4')),
      values: [accountId, id, highestModSeq, ...(viewer === undefined ? [] : [viewer])],
    })
    const entries = new MailboxEntries(highestModSeq)
    entries.load(row?.entries ?? nothing)
    entries.apply([], tombstonesOf(row?.gone ?? nothing), highestModSeq)
    this.#entries += entries.count
    this.#keep(keyOf(id, viewer), entries)
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

// As `load` and `tombstonesOf` read them.
const allSql = (flags: string) => `
SELECT (SELECT string_agg(int8send(uid) || int8send(modseq) || int2send(${flags}) ||
      int8send(keywords), '' ORDER BY uid)
    FROM entry WHERE account_id = $1 AND mailbox_id = $2) AS entries,
  (SELECT string_agg(int8send(uid) || int8send(modseq), '' ORDER BY uid)
    FROM entry_gone WHERE account_id = $1 AND mailbox_id = $2 AND modseq > $3) AS gone`

function tombstonesOf(octets: Buffer): readonly Tombstone[] {
  return Array.from({ length: octets.length / 16 }, (_, at) => ({
    uid: Number(octets.readBigUInt64BE(16 * at)),
    modseq: Number(octets.readBigUInt64BE(16 * at + 8)),
  }))
}
