/** FETCH and UID FETCH. RFC 9051 §6.4.5, RFC 7162 §3.1.4 and §3.2.6. */
import { flagBits } from '../../store/types.ts'
import { command, ok, selectedState, type Done } from '../command.ts'
import { loadMessages } from '../fetch/load.ts'
import { planMany, tellOfPack, tellOfView } from '../fetch/many.ts'
import { planFetch, type FetchPlan } from '../fetch/plan.ts'
import { respondFetch } from '../fetch/respond.ts'
import { indexesOf, uidsAt } from '../numbers.ts'
import type { Session } from '../session.ts'
import { tellChanges } from '../updates.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { withinWindow } from '../wire/parse-return.ts'
import { parseFetchItems, parseFetchModifiers } from '../wire/parse-fetch.ts'
import type { FetchItem, FetchModifiers } from '../wire/parse-fetch.ts'
import {
  formatNumberSet,
  parseNumberSet,
  rangesHold,
  resolveRanges,
  type NumberSet,
} from '../wire/sequence-set.ts'

interface Request extends FetchModifiers {
  readonly set: NumberSet
  readonly items: readonly FetchItem[]
}

export const fetch = make(false)
export const uidFetch = make(true)

function make(isUid: boolean) {
  return command({
    states: selectedState,
    tellsExpunges: isUid,
    usesNumbers: !isUid,
    parse(cursor: Cursor, session: Session): Request {
      cursor.space()
      const set = parseNumberSet(cursor)
      cursor.space()
      const items = parseFetchItems(cursor)
      const modifiers = parseFetchModifiers(cursor)
      if (modifiers.isVanished && !(isUid && session.enabled.isQresync)) {
        throw new BadSyntax('VANISHED is for UID FETCH after ENABLE QRESYNC')
      }
      if (modifiers.window !== undefined && !isUid) {
        throw new BadSyntax('PARTIAL is for UID FETCH')
      }
      const tellsUid = isUid && !session.enabled.isUidOnly
      return { set, items: withImplied(items, modifiers, tellsUid), ...modifiers }
    },
    run: (session, request) => run(session, request, isUid),
  })
}

/** UID FETCH always tells the UID, CHANGEDSINCE the mod-sequence. */
function withImplied(
  items: readonly FetchItem[],
  { changedSince }: FetchModifiers,
  isUid: boolean,
): readonly FetchItem[] {
  const has = (kind: FetchItem['kind']) => items.some((item) => item.kind === kind)
  const implied: FetchItem[] = []
  if (isUid && !has('uid')) implied.push({ kind: 'uid' })
  if (changedSince !== undefined && !has('modseq')) implied.push({ kind: 'modseq' })
  return implied.length === 0 ? items : [...implied, ...items]
}

async function run(session: Session, request: Request, isUid: boolean): Promise<Done> {
  const view = session.mailbox
  const { changedSince } = request
  const plan = planFetch(request.items)
  if (request.items.some(({ kind }) => kind === 'modseq')) session.enabled.isCondstore = true
  if (request.isVanished) await tellVanished(session, request.set, changedSince ?? 0)
  let indexes = indexesOf(view, request.set, isUid)
  if (changedSince !== undefined) {
    indexes = indexes.filter((index) => view.modSeqAt(index) > changedSince)
  }
  if (request.window !== undefined) indexes = withinWindow(indexes, request.window)
  if (plan.level === 'view' && !plan.needsContent) return tellFromView(session, indexes, plan)
  const uids = uidsAt(view, indexes)
  if (plan.tellsMail) await session.recordRead(uids)
  const seen = plan.setsSeen ? await setSeen(session, uids) : noUids
  const told = await tellMessages(session, uids, plan, seen)
  return fetched(told === uids.length)
}

const noUids: ReadonlySet<number> = new Set()

/** Flags and numbers: what vanished has none any more. */
async function tellFromView(
  session: Session,
  indexes: readonly number[],
  { items }: FetchPlan,
): Promise<Done> {
  const view = session.mailbox
  const there = view.hasVanished
    ? indexes.filter((index) => !view.isVanished(view.uidAt(index)))
    : indexes
  const many = planMany(session, items)
  if (many !== undefined) await tellOfView(session, there, many)
  return fetched(there.length === indexes.length)
}

function fetched(isAll: boolean): Done {
  return isAll
    ? ok('Fetched')
    : ok('Fetched, but some of the messages are gone already', 'EXPUNGEISSUED')
}

/** From packs where that is less work, message by message where not. @returns how many were told. */
async function tellMessages(
  session: Session,
  uids: readonly number[],
  plan: FetchPlan,
  seen: ReadonlySet<number>,
): Promise<number> {
  const many = plan.needsContent || seen.size > 0 ? undefined : planMany(session, plan.items)
  if (many === undefined) return tellSingly(session, uids, plan, seen)
  const view = session.mailbox
  const { accountId } = view.place.mount.grant
  const there = view.hasVanished ? uids.filter((uid) => !view.isVanished(uid)) : uids
  let told = 0
  for await (const run of session.ports.store.packed(accountId, view.id, there, many.parts)) {
    const rest =
      run.pack === undefined ? run.uids : await tellOfPack(session, run.uids, run.pack, many)
    told += run.uids.length - rest.length
    if (rest.length > 0) told += await tellSingly(session, rest, plan, seen)
  }
  return told
}

async function tellSingly(
  session: Session,
  uids: readonly number[],
  plan: FetchPlan,
  seen: ReadonlySet<number>,
): Promise<number> {
  const view = session.mailbox
  const { items } = plan
  const withFlags = items.some(({ kind }) => kind === 'flags') ? items : [...items, flagsItem]
  let told = 0
  const { level, needsContent } = plan
  for await (const batch of loadMessages(session, { view, uids, level, needsContent })) {
    for (const loaded of batch) {
      const index = view.indexOfUid(loaded.uid)
      if (index < 0 || view.isVanished(loaded.uid)) continue
      respondFetch(session, index, loaded, seen.has(loaded.uid) ? withFlags : items)
      told += 1
      const drained = session.writer.relieve()
      if (drained !== undefined) await drained
    }
  }
  return told
}

const flagsItem: FetchItem = { kind: 'flags' }

/** One change for the whole command. @returns the UIDs whose flags are others now. */
async function setSeen(session: Session, uids: readonly number[]): Promise<ReadonlySet<number>> {
  const view = session.mailbox
  const { grant } = view.place.mount
  if (view.isReadOnly || !session.may('mail.seen', grant, view.id)) return noUids
  const unseen = uids.filter(
    (uid) => (view.flagsAt(view.indexOfUid(uid)) & flagBits['\\Seen']) === 0,
  )
  if (unseen.length === 0) return noUids
  const change = { mode: 'add', flags: flagBits['\\Seen'], keywords: [] } as const
  const { store } = session.ports
  const viewer = session.principal.id
  const stored = await store.storeFlags(grant.accountId, view.id, viewer, unseen, change)
  tellChanges(session, stored)
  return new Set(unseen)
}

/** UIDs of the set that were expunged since (RFC 7162 §3.2.6). */
async function tellVanished(session: Session, set: NumberSet, modSeq: number): Promise<void> {
  const view = session.mailbox
  const { accountId } = view.place.mount.grant
  const { store } = session.ports
  const changes = await store.changes(accountId, view.id, session.principal.id, modSeq)
  const ranges = resolveRanges(set, Math.max(view.lastUid, changes.uidNext - 1))
  const uids = changes.vanished.filter((uid) => rangesHold(ranges, uid) && view.indexOfUid(uid) < 0)
  if (uids.length > 0) session.writer.untagged(`VANISHED (EARLIER) ${formatNumberSet(uids)}`)
}
