/** The directory's tables as writers use them, with their look-up values. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import type { DirectoryContent, DirectoryNoun } from '../rows/nouns.ts'
import type { OpenedRow, RowDraft } from '../rows/sealed-row.ts'
import { insertRows, isTaken, readRows, updateRow, type Shelf } from '../rows/write-rows.ts'

type WritingKeys = { readonly keys: Pick<Keys, 'directory' | 'authority'> }
export type FoundRow<N extends DirectoryNoun> = OpenedRow<DirectoryContent[N]> & {
  readonly lookup: Buffer | undefined
}

export function shelfOf(tx: Tx, writing: WritingKeys, table: DirectoryNoun): Shelf {
  return { tx, keys: writing.keys, feed: 'directory', table }
}

export async function insertRow<N extends DirectoryNoun>(
  tx: Tx,
  writing: WritingKeys,
  noun: N,
  draft: RowDraft<DirectoryContent[N]>,
): Promise<void> {
  await insertRows(shelfOf(tx, writing, noun), [draft])
}

export async function changeRow<N extends DirectoryNoun>(
  tx: Tx,
  writing: WritingKeys,
  noun: N,
  draft: RowDraft<DirectoryContent[N]>,
): Promise<void> {
  await updateRow(shelfOf(tx, writing, noun), draft)
}

/** @throws Refusal('not-found') for an id that nobody has or whose row does not verify. */
export async function getRow<N extends DirectoryNoun>(
  tx: Tx,
  writing: WritingKeys,
  noun: N,
  id: string,
): Promise<FoundRow<N>> {
  const rows = await readRows<DirectoryContent[N]>(shelfOf(tx, writing, noun), 'id', id)
  const row = rows[0]
  if (row !== undefined) return row
  throw new Refusal('not-found', { field: noun, message: `There is no such ${words[noun]}.` })
}

export async function findByLookup<N extends DirectoryNoun>(
  tx: Tx,
  writing: WritingKeys,
  noun: N,
  lookup: Buffer,
): Promise<FoundRow<N> | undefined> {
  const rows = await readRows<DirectoryContent[N]>(shelfOf(tx, writing, noun), 'lookup', lookup)
  return rows[0]
}

export function findByParent<N extends DirectoryNoun>(
  tx: Tx,
  writing: WritingKeys,
  noun: N,
  parentId: string,
): Promise<readonly FoundRow<N>[]> {
  return readRows<DirectoryContent[N]>(shelfOf(tx, writing, noun), 'parent_id', parentId)
}

export function findByAccount<N extends DirectoryNoun>(
  tx: Tx,
  writing: WritingKeys,
  noun: N,
  accountId: string,
): Promise<readonly FoundRow<N>[]> {
  return readRows<DirectoryContent[N]>(shelfOf(tx, writing, noun), 'account_id', accountId)
}

/** @throws Refusal('already-exists') with `message`. */
export async function requireFree(
  tx: Tx,
  writing: WritingKeys,
  noun: DirectoryNoun,
  lookup: Buffer,
  message: string,
): Promise<void> {
  if (await isTaken(shelfOf(tx, writing, noun), lookup))
    throw new Refusal('already-exists', { field: noun, message })
}

/** A tombstone: other nodes must learn that it is gone. */
export function deleted<T extends object>(row: T): T & { readonly state: 'deleted' } {
  return { ...row, state: 'deleted' }
}

/** Purposes of the look-up values; stored data depends on them. */
export const lookups = {
  department: (w: WritingKeys, code: string) => w.keys.directory.hash('department', code),
  domain: (w: WritingKeys, domain: string) => w.keys.directory.hash('domain', domain),
  post: (w: WritingKeys, departmentId: string, title: string) =>
    w.keys.directory.hash('post', `${departmentId} ${title.toLowerCase()}`),
  sharedMember: (w: WritingKeys, sharedId: string, personId: string) =>
    w.keys.directory.hash('shared-member', `${sharedId} ${personId}`),
  listMember: (w: WritingKeys, listId: string, addressKey: string) =>
    w.keys.directory.hash('list-member', `${listId} ${addressKey}`),
  roleGrant: (w: WritingKeys, personId: string, role: string, departmentId: string | undefined) =>
    w.keys.directory.hash('role-grant', `${personId} ${role} ${departmentId ?? ''}`),
  delegation: (
    w: WritingKeys,
    accountId: string,
    personId: string,
    mailboxId: string | undefined,
  ) => w.keys.directory.hash('delegation', `${accountId} ${personId} ${mailboxId ?? ''}`),
  redirect: (w: WritingKeys, accountId: string, target: string) =>
    w.keys.directory.hash('redirect', `${accountId} ${target}`),
  filter: (w: WritingKeys, accountId: string, name: string) =>
    w.keys.directory.hash('filter', `${accountId} ${name}`),
  vacation: (w: WritingKeys, accountId: string) => w.keys.directory.hash('vacation', accountId),
  shareNotice: (w: WritingKeys, id: string) => w.keys.directory.hash('share-notice', id),
  matterHold: (w: WritingKeys, matterId: string, accountId: string) =>
    w.keys.directory.hash('matter-hold', `${matterId} ${accountId}`),
  policy: (w: WritingKeys, name: string, departmentId: string | undefined) =>
    w.keys.directory.hash('policy', `${name} ${departmentId ?? ''}`),
  address: (w: WritingKeys, addressKey: string) => w.keys.directory.hash('address', addressKey),
}

const words: Record<DirectoryNoun, string> = {
  department: 'department',
  domain: 'domain',
  person: 'person',
  post: 'post',
  post_holder: 'appointment',
  shared_mailbox: 'shared mailbox',
  shared_member: 'member',
  list: 'distribution list',
  list_member: 'member',
  role_grant: 'role',
  delegation: 'delegation',
  redirect: 'redirect',
  filter: 'script',
  vacation: 'answer in absence',
  share_notice: 'notice',
  matter_hold: 'hold',
  policy: 'policy',
  address: 'address',
}
