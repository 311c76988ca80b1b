/**
 * Results a client keeps up to date: ADDTO and REMOVEFROM as messages come, change and go. RFC 5267
 * §4.3. A context belongs to the mailbox it was made in and ends with it.
 */
import { contextsMax } from '../limits.ts'
import { Progress } from '../progress.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'
import { compareBy } from '../sort/compare.ts'
import { readSortKeys, type Keyed } from '../sort/keys.ts'
import { quote } from '../../mime/format-string.ts'
import type { SearchKey } from '../wire/parse-search.ts'
import { isLasting, type Criterion } from '../wire/parse-sort.ts'
import { formatNumberSet } from '../wire/sequence-set.ts'
import { looksInside } from './record-search.ts'
import { scanMailbox } from './scan.ts'

interface Sorting {
  readonly criteria: readonly Criterion[]
  readonly sorted: readonly Keyed[]
}

interface NewContext {
  readonly key: SearchKey
  readonly tag: string
  readonly isUid: boolean
  /** In the order of the answer. */
  readonly uids: readonly number[]
  readonly sort: Sorting | undefined
}

interface Context {
  readonly key: SearchKey
  readonly tag: string
  readonly isUid: boolean
  readonly criteria: readonly Criterion[] | undefined
  /** Ordered as the client has them; without criteria the keys are empty. */
  entries: readonly Keyed[]
  /** Changes up to here are told. */
  modSeq: number
}

const contexts = new WeakMap<SelectedMailbox, Context[]>()

/** The result was told; from now on it is kept up to date, unless there are too many. */
export function keepContext(session: Session, made: NewContext): void {
  const view = session.mailbox
  const list = contexts.get(view) ?? []
  const { key, tag, isUid, uids, sort } = made
  const isLiving = sort === undefined || sort.criteria.every(isLasting)
  if (!isLiving || list.length >= contextsMax || list.some((other) => other.tag === tag)) {
    // RFC 5267 §4.3.1: the search itself was answered. Relevancy is of a moment.
    session.writer.untagged(`NO [NOUPDATE ${quote(tag)}] This result will not be kept up to date`)
    return
  }
  const entries = sort?.sorted ?? uids.map((uid) => ({ uid, key: [] }))
  list.push({ key, tag, isUid, criteria: sort?.criteria, entries, modSeq: newest(view) })
  contexts.set(view, list)
}

/** @returns false: there is none of that tag. */
export function dropContext(view: SelectedMailbox, tag: string): boolean {
  const list = contexts.get(view) ?? []
  const at = list.findIndex((context) => context.tag === tag)
  if (at >= 0) list.splice(at, 1)
  return at >= 0
}

/** After the view learnt of new and changed messages. */
export async function refreshContexts(session: Session): Promise<void> {
  const { selected } = session
  if (selected === undefined) return
  for (const context of contexts.get(selected) ?? []) await refresh(session, selected, context)
}

async function refresh(session: Session, view: SelectedMailbox, context: Context): Promise<void> {
  const uids = changedSince(view, context.modSeq)
  if (uids.length === 0) return
  context.modSeq = newest(view)
  const matching = new Set(await scanMailbox(session, { view, key: context.key, uids }))
  const known = new Set(context.entries.map(({ uid }) => uid))
  const gone = new Set(uids.filter((uid) => known.has(uid) && !matching.has(uid)))
  const come = uids.filter((uid) => !known.has(uid) && matching.has(uid))
  remove(session, view, context, gone)
  if (looksInside(context.key) || context.criteria !== undefined) await session.recordRead(come)
  if (come.length > 0) await add(session, view, context, come)
}

/** Before the client is told that messages are gone: their numbers still mean something. */
export function forgetVanished(session: Session): void {
  const view = session.mailbox
  for (const context of contexts.get(view) ?? []) {
    const gone = context.entries.filter(({ uid }) => view.isVanished(uid))
    remove(session, view, context, new Set(gone.map(({ uid }) => uid)))
  }
}

function remove(
  session: Session,
  view: SelectedMailbox,
  context: Context,
  gone: ReadonlySet<number>,
): void {
  if (gone.size === 0) return
  const { entries, criteria } = context
  context.entries = entries.filter(({ uid }) => !gone.has(uid))
  if (criteria === undefined) {
    tell(session, context, [`REMOVEFROM (0 ${numbers(view, context, [...gone])})`])
    return
  }
  // From behind, so that the positions before stay what they are.
  const items: string[] = []
  for (let at = entries.length - 1; at >= 0; at -= 1) {
    const uid = entries[at]?.uid ?? 0
    if (gone.has(uid)) items.push(`REMOVEFROM (${at + 1} ${numbers(view, context, [uid])})`)
  }
  tell(session, context, items)
}

async function add(
  session: Session,
  view: SelectedMailbox,
  context: Context,
  uids: readonly number[],
): Promise<void> {
  const { criteria } = context
  if (criteria === undefined) {
    context.entries = [...context.entries, ...uids.map((uid) => ({ uid, key: [] }))]
    tell(session, context, [`ADDTO (0 ${numbers(view, context, uids)})`])
    return
  }
  const progress = new Progress(session, undefined)
  const added = await readSortKeys(session, { view, uids, criteria, progress })
  context.entries = [...context.entries, ...added].sort(compareBy(criteria))
  const isNew = new Set(uids)
  const items: string[] = []
  // From the front: each is inserted where it will stay.
  for (const [at, { uid }] of context.entries.entries()) {
    if (isNew.has(uid)) items.push(`ADDTO (${at + 1} ${numbers(view, context, [uid])})`)
  }
  tell(session, context, items)
}

function tell(session: Session, { tag, isUid }: Context, items: readonly string[]): void {
  const uid = isUid ? ' UID' : ''
  session.writer.untagged(`ESEARCH (TAG ${quote(tag)})${uid} ${items.join(' ')}`)
}

function numbers(view: SelectedMailbox, { isUid }: Context, uids: readonly number[]): string {
  const sorted = uids.toSorted((a, b) => a - b)
  return formatNumberSet(isUid ? sorted : sorted.map((uid) => view.indexOfUid(uid) + 1))
}

function newest(view: SelectedMailbox): number {
  let modSeq = view.syncedModSeq
  for (let index = 0; index < view.count; index += 1) {
    modSeq = Math.max(modSeq, view.modSeqAt(index))
  }
  return modSeq
}

function changedSince(view: SelectedMailbox, modSeq: number): readonly number[] {
  return view.indexesSince(modSeq).map((index) => view.uidAt(index))
}
