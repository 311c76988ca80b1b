/**
 * Annotations of a mailbox, or of the account as a whole: private to a person, or shared. Names and
 * values are sealed; a name is found by its keyed hash. RFC 5464 §2.
 */
import type { AccountId, MailboxId, PrincipalId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { AccountKeys } from '../../keys/types.ts'
import { accountKeys, type StoreContext } from '../context.ts'
import { annotationsMax } from '../limits.ts'
import { refuseRecoverable } from '../mailboxes/recoverable.ts'
import type { Annotation } from '../types.ts'

export interface AnnotationScope {
  readonly account: AccountId
  /** Undefined: the account as a whole. */
  readonly mailbox: MailboxId | undefined
  /** Whose private ones. */
  readonly viewer: PrincipalId
}

interface Row {
  readonly holder_id: string
  readonly entry_hash: Buffer
  readonly entry: Buffer
  readonly content: Buffer
}

/** His own and the shared ones, by name. */
export async function readAnnotations(
  context: StoreContext,
  { account, mailbox, viewer }: AnnotationScope,
): Promise<readonly Annotation[]> {
  const rows = await context.database.rows<Row>({
    name: 'store.annotations',
    text: `SELECT holder_id, entry_hash, entry, content FROM annotation
      WHERE account_id = $1 AND scope_id = $2 AND holder_id IN ($1, $3)`,
    values: [account, mailbox ?? account, viewer],
  })
  if (rows.length === 0) return []
  const keys = await accountKeys(context, account)
  return rows
    .map((row) => ({
      isShared: row.holder_id === account,
      entry: keys.open(placeOf(row.entry_hash, 'entry'), row.entry).toString(),
      value: keys.open(placeOf(row.entry_hash, 'content'), row.content),
    }))
    .toSorted((a, b) => (a.entry < b.entry ? -1 : 1))
}

export interface AnnotationChange {
  readonly isShared: boolean
  /** In lower case, without its `/private` or `/shared`. */
  readonly entry: string
  /** Undefined takes it away. */
  readonly value: Buffer | undefined
}

/** All of them or none. @throws Refusal('too-many') */
export async function setAnnotations(
  context: StoreContext,
  scope: AnnotationScope,
  changes: readonly AnnotationChange[],
): Promise<void> {
  const { account, mailbox, viewer } = scope
  if (mailbox !== undefined) refuseRecoverable(account, mailbox)
  const keys = await accountKeys(context, account)
  await context.database.transaction(async (tx) => {
    await lockScope(tx, scope)
    for (const change of changes) {
      const holder = change.isShared ? account : viewer
      await setOne(tx, keys, [account, mailbox ?? account, holder], change)
    }
    const row = await tx.row<{ count: number }>({
      name: 'store.count-annotations',
      text: 'SELECT count(*) AS count FROM annotation WHERE account_id = $1 AND scope_id = $2',
      values: [account, mailbox ?? account],
    })
    if ((row?.count ?? 0) > annotationsMax) throw new Refusal('too-many', { account })
  })
}

/** A mailbox cannot go while its annotations are set. */
async function lockScope(tx: Tx, { account, mailbox }: AnnotationScope): Promise<void> {
  if (mailbox === undefined) return
  const row = await tx.row({
    name: 'store.lock-annotated',
    text: 'SELECT FROM mailbox WHERE account_id = $1 AND mailbox_id = $2 FOR KEY SHARE',
    values: [account, mailbox],
  })
  if (row === undefined) throw new Refusal('no-such-mailbox', { account, mailbox })
}

async function setOne(
  tx: Tx,
  keys: AccountKeys,
  place: readonly [AccountId, string, string],
  { entry, value }: AnnotationChange,
): Promise<void> {
  const hash = keys.hash('annotation', `${place[1]} ${place[2]} ${entry}`)
  if (value === undefined) {
    await tx.execute({
      name: 'store.drop-annotation',
      text: `DELETE FROM annotation
        WHERE account_id = $1 AND scope_id = $2 AND holder_id = $3 AND entry_hash = $4`,
      values: [...place, hash],
    })
    return
  }
  await tx.execute({
    name: 'store.set-annotation',
    text: `INSERT INTO annotation (account_id, scope_id, holder_id, entry_hash, entry, content)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (account_id, scope_id, holder_id, entry_hash) DO UPDATE SET content = $6`,
    values: [
      ...place,
      hash,
      keys.seal(placeOf(hash, 'entry'), Buffer.from(entry)),
      keys.seal(placeOf(hash, 'content'), value),
    ],
  })
}

/** The hash names scope, holder and entry: a value opens nowhere else. */
function placeOf(hash: Buffer, part: 'entry' | 'content') {
  return { object: hash.toString('hex'), field: `annotation.${part}` }
}

/** With its mailbox. */
export async function forgetAnnotations(
  tx: Tx,
  account: AccountId,
  mailbox: MailboxId,
): Promise<void> {
  await tx.execute({
    name: 'store.forget-annotations',
    text: 'DELETE FROM annotation WHERE account_id = $1 AND scope_id = $2',
    values: [account, mailbox],
  })
}
