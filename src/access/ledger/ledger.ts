/**
 * Writes and reads the ledger. Lines are sealed under the account's own keys, so that they end with
 * it; each carries the authority's MAC and a number without gap, so that none can be altered, moved
 * or taken out from between others unseen. The platform's role may insert and select, nothing else.
 */
import type { Clock, Millis } from '../../base/clock.ts'
import type { AccountId } from '../../base/id.ts'
import type { Db, Tx } from '../../db/types.ts'
import { SealError, type Keys, type Sealer } from '../../keys/types.ts'
import { ledgerListedMax } from '../limits.ts'
import type { LedgerLine, LedgerPage, LedgerWriter, StoredLine } from './types.ts'

export interface LedgerOptions {
  readonly keys: Pick<Keys, 'account' | 'authority'>
  readonly clock: Clock
}

export interface Ledger extends LedgerWriter {
  /** The newest lines, newest first. Whether he may is the caller's question. */
  read(db: Db, accountId: AccountId): Promise<LedgerPage>
}

interface LedgerRow {
  readonly seq: number
  readonly at: Millis
  readonly sealed: Buffer
  readonly mac: Buffer
}

export function createLedger({ keys, clock }: LedgerOptions): Ledger {
  return {
    write: (tx, accountId, line) => write(tx, { keys, clock }, accountId, line),
    read: (db, accountId) => read(db, keys, accountId),
  }
}

async function write(
  tx: Tx,
  { keys, clock }: LedgerOptions,
  accountId: AccountId,
  line: LedgerLine,
): Promise<void> {
  const account = await keys.account(accountId)
  // One writer of an account's ledger at a time: the numbers have no gap.
  await tx.row({
    name: 'ledger.lock',
    text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text',
    values: [`ledger ${accountId}`],
  })
  const last = await tx.row<{ seq: number | null }>({
    name: 'ledger.last',
    text: 'SELECT max(seq) AS seq FROM ledger WHERE account_id = $1',
    values: [accountId],
  })
  const seq = (last?.seq ?? 0) + 1
  const at = clock.now()
  const sealed = account.seal(placeOf(accountId, seq), Buffer.from(JSON.stringify(line)))
  await tx.execute({
    name: 'ledger.insert',
    text: `INSERT INTO ledger (account_id, seq, at, sealed, mac) VALUES ($1, $2, $3, $4, $5)`,
    values: [
      accountId,
      seq,
      at,
      sealed,
      keys.authority.mac('ledger', [accountId, seq, at, sealed]),
    ],
  })
}

async function read(
  db: Db,
  keys: LedgerOptions['keys'],
  accountId: AccountId,
): Promise<LedgerPage> {
  const account = await keys.account(accountId)
  const lines: StoredLine[] = []
  const damaged: number[] = []
  let before = Number.MAX_SAFE_INTEGER
  // Forged rows in front must not push the true ones out of sight.
  for (let page = 0; page < pagesMax && lines.length < ledgerListedMax; page++) {
    const rows = await readPage(db, accountId, before)
    for (const row of rows) {
      const line = openLine(keys, account, accountId, row)
      if (line === undefined) damaged.push(row.seq)
      else lines.push(line)
    }
    if (rows.length < ledgerListedMax) return { lines, damaged: merge(damaged, gapsOf(lines, 0)) }
    before = rows.at(-1)?.seq ?? 0
  }
  return { lines, damaged: merge(damaged, gapsOf(lines, before)) }
}

/** Beyond this many pages of forged rows there is nothing left to hide. */
const pagesMax = 100

function readPage(db: Db, accountId: AccountId, before: number): Promise<readonly LedgerRow[]> {
  return db.rows<LedgerRow>({
    name: 'ledger.read',
    text: `SELECT seq, at, sealed, mac FROM ledger WHERE account_id = $1 AND seq < $2
      ORDER BY seq DESC LIMIT ${ledgerListedMax}`,
    values: [accountId, before],
  })
}

function openLine(
  keys: LedgerOptions['keys'],
  account: Sealer,
  accountId: AccountId,
  { seq, at, sealed, mac }: LedgerRow,
): StoredLine | undefined {
  if (!keys.authority.verify('ledger', [accountId, seq, at, sealed], mac)) return undefined
  try {
    const octets = account.open(placeOf(accountId, seq), sealed)
    // Sealed and under our MAC: it is the JSON of the line that `write` was given.
    return { seq, at, ...(JSON.parse(octets.toString()) as LedgerLine) }
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

/** Numbers that are not there, between the newest line and `after`. */
function gapsOf(lines: readonly StoredLine[], after: number): readonly number[] {
  const gaps: number[] = []
  let expected = lines[0]?.seq ?? after
  for (const { seq } of lines) {
    for (; expected > seq && gaps.length < ledgerListedMax; expected--) gaps.push(expected)
    expected = seq - 1
  }
  for (; expected > after && gaps.length < ledgerListedMax; expected--) gaps.push(expected)
  return gaps
}

function merge(a: readonly number[], b: readonly number[]): readonly number[] {
  return [...new Set([...a, ...b])].sort((x, y) => y - x)
}

function placeOf(accountId: AccountId, seq: number) {
  return { object: `${accountId} ${seq}`, field: 'ledger.sealed' }
}
