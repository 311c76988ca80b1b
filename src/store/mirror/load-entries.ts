/**
 * All entries of a mailbox that a node knows nothing of yet: a snapshot and what changed since, or, without one,
 * everything as changed. One statement, so that all of it is of the same moment. ADR 0065.
 */
import type { AccountId, MailboxId, PrincipalId } from '../../base/id.ts'
import type { Database } from '../../db/types.ts'
import { changedEntriesSql } from '../entries/blocks.ts'
import { decodeSnapshot } from './entry-snapshot.ts'
import { entryOctets, MailboxEntries, type Tombstone } from './mailbox-entries.ts'

interface LoadedRow {
  /** Null where there is none. */
  readonly snapshot: Buffer | null
  readonly since: number | null
  /** Null where there are none. */
  readonly changed: Buffer | null
  readonly gone: Buffer | null
  readonly seen: Buffer | null
}

export interface Loaded {
  readonly entries: MailboxEntries
  /** Entries that changed or came since the snapshot. */
  readonly changed: number
}

export interface LoadAsked {
  readonly account: AccountId
  readonly mailbox: MailboxId
  /** Where \Seen is each one's own, whose. */
  readonly viewer: PrincipalId | undefined
  /** Tombstones after it are wanted, if no snapshot asks for more. */
  readonly modSeq: number
}

export async function loadEntries(database: Database, asked: LoadAsked): Promise<Loaded> {
  const row = await read(database, asked, 'with-snapshot')
  const chunks = row?.snapshot ? decodeSnapshot(row.snapshot) : undefined
  // Of another version: as if there were none.
  if (row?.snapshot && chunks === undefined)
    return loadedOf(await read(database, asked, 'without'), [], asked)
  return loadedOf(row, chunks ?? [], asked)
}

function loadedOf(
  row: LoadedRow | undefined,
  chunks: Parameters<MailboxEntries['adopt']>[0],
  { modSeq }: LoadAsked,
): Loaded {
  const { since, changed, gone, seen } = row ?? nothing
  const entries = new MailboxEntries(since ?? modSeq)
  entries.adopt(chunks)
  entries.load(changed ?? empty)
  entries.apply([], tombstonesOf(gone ?? empty), modSeq)
  if (seen !== null) entries.see(seen)
  return { entries, changed: (changed ?? empty).length / entryOctets }
}

const empty = Buffer.alloc(0)
const nothing: LoadedRow = { snapshot: null, since: null, changed: null, gone: null, seen: null }

function read(
  database: Database,
  { account, mailbox, viewer, modSeq }: LoadAsked,
  how: 'with-snapshot' | 'without',
): Promise<LoadedRow | undefined> {
  return database.row<LoadedRow>({
    name: `store.load-entries-${how}${viewer === undefined ? '' : '-seen'}`,
    text: loadSql(how === 'with-snapshot', viewer !== undefined),
    values: [account, mailbox, modSeq, ...(viewer === undefined ? [] : [viewer])],
  })
}

const changedEntries = changedEntriesSql({
  columns: 'uid, modseq, flags, keywords',
  account: '$1',
  mailbox: '$2',
  since: 'coalesce((SELECT modseq FROM snapshot), -1)',
  newFrom: 'coalesce((SELECT last_uid + 1 FROM snapshot), 0)',
})

// As `load`, `tombstonesOf` and `see` read them; runs of octets, because a row for each would cost ten times as much.
const loadSql = (usesSnapshot: boolean, seesFor: boolean) => `
WITH snapshot AS (
  SELECT modseq, last_uid, entries FROM entry_snapshot
  WHERE account_id = $1 AND mailbox_id = $2 AND ${usesSnapshot}
)
SELECT (SELECT entries FROM snapshot) AS snapshot, (SELECT modseq FROM snapshot) AS since,
  (SELECT string_agg(int8send(uid) || int8send(modseq) || int2send(flags) || int8send(keywords), '' ORDER BY uid)
    FROM (${changedEntries}) AS changed) AS changed,
  (SELECT string_agg(int8send(uid) || int8send(modseq), '' ORDER BY uid) FROM entry_gone
    WHERE account_id = $1 AND mailbox_id = $2
      AND modseq > least($3::bigint, coalesce((SELECT modseq FROM snapshot), $3))) AS gone,
  ${
    seesFor
      ? `(SELECT string_agg(int8send(uid), '' ORDER BY uid) FROM entry_seen
    WHERE account_id = $1 AND mailbox_id = $2 AND principal_id = $4)`
      : 'NULL::bytea'
  } AS seen`

function tombstonesOf(octets: Buffer): readonly Tombstone[] {
  return Array.from({ length: octets.length / 16 }, (_, at) => ({
    uid: Number(octets.readBigUInt64BE(16 * at)),
    modseq: Number(octets.readBigUInt64BE(16 * at + 8)),
  }))
}
