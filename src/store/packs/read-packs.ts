/**
 * What is packed of some messages of a mailbox, pack by pack in the order of UIDs, and which of them have to be
 * read one by one: those that are too young, or too few of a pack to open it for them.
 */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { packMessagesMax, packWantedMin, packsAhead } from './limits.ts'
import type { PartName } from './pack-cache.ts'
import { openPart, type PackParts } from './parts.ts'

export interface PackedRun<N extends PartName> {
  /** Undefined: these are read one by one. */
  readonly pack: Pick<PackParts, N | 'facts'> | undefined
  /** Ascending. */
  readonly uids: readonly number[]
}

interface Range {
  readonly first_uid: number
  readonly last_uid: number
  readonly pack_id: string
}

interface Wanted {
  readonly pack: Range | undefined
  readonly uids: readonly number[]
}

interface Source {
  readonly context: StoreContext
  readonly account: AccountId
  readonly mailbox: MailboxId
}

/** @param uids ascending. The facts are always among the parts: they say who is in a pack. */
export async function* readPacks<N extends PartName>(
  context: StoreContext,
  { account, mailbox }: { readonly account: AccountId; readonly mailbox: MailboxId },
  uids: readonly number[],
  names: readonly N[],
): AsyncGenerator<PackedRun<N>> {
  const source = { context, account, mailbox }
  const wanted = await partition(source, uids)
  let reading = readAhead(source, wanted.slice(0, packsAhead), names)
  for (let at = 0; at < wanted.length; at += packsAhead) {
    const found = await reading
    const next = at + packsAhead
    reading = readAhead(source, wanted.slice(next, next + packsAhead), names)
    // Whoever stops reading must not leave a rejection that nobody hears.
    reading.catch(() => undefined)
    for (const { pack, uids: some } of wanted.slice(at, next)) {
      const parts = pack === undefined ? undefined : found.get(pack.pack_id)
      // A pack that went meanwhile was written anew: this once its messages are read one by one.
      if (pack === undefined || parts === undefined) yield { pack: undefined, uids: some }
      else yield* within(parts, some)
    }
  }
}

/** Those of the pack, and those that are not in it though they would stand there. */
function* within<N extends PartName>(
  pack: Pick<PackParts, N | 'facts'>,
  uids: readonly number[],
): Generator<PackedRun<N>> {
  const { uids: packed } = pack.facts
  const inside: number[] = []
  const outside: number[] = []
  let place = 0
  for (const uid of uids) {
    while ((packed[place] ?? Infinity) < uid) place += 1
    if (packed[place] === uid) inside.push(uid)
    else outside.push(uid)
  }
  if (inside.length > 0) yield { pack, uids: inside }
  if (outside.length > 0) yield { pack: undefined, uids: outside }
}

async function partition(source: Source, uids: readonly number[]): Promise<readonly Wanted[]> {
  if (uids.length === 0) return []
  if (uids.length < packWantedMin || isSmall(source)) return [{ pack: undefined, uids }]
  const ranges = await readRanges(source, uids[0] ?? 0, uids.at(-1) ?? 0)
  const wanted: Wanted[] = []
  let singly: number[] = []
  const flush = (): void => {
    if (singly.length > 0) wanted.push({ pack: undefined, uids: singly })
    singly = []
  }
  let at = 0
  for (const pack of ranges) {
    const { first_uid: first, last_uid: last } = pack
    while (at < uids.length && (uids[at] ?? 0) < first) singly.push(uids[at++] ?? 0)
    const from = at
    while (at < uids.length && (uids[at] ?? 0) <= last) at += 1
    const some = uids.slice(from, at)
    if (some.length < packWantedMin) singly.push(...some)
    else {
      flush()
      wanted.push({ pack, uids: some })
    }
  }
  while (at < uids.length) singly.push(uids[at++] ?? 0)
  flush()
  return wanted
}

/** So few messages ever came that there is no pack: most mailboxes, and nothing need be asked. */
function isSmall({ context, account, mailbox }: Source): boolean {
  const known = context.mirror.accounts.known(account, 0)?.find(mailbox)
  return known !== undefined && known.uidNext <= packMessagesMax
}

function readRanges(
  { context, account, mailbox }: Source,
  low: number,
  high: number,
): Promise<readonly Range[]> {
  return context.database.rows<Range>({
    name: 'store.pack-ranges',
    text: `SELECT first_uid, last_uid, pack_id FROM mailbox_pack
      WHERE account_id = $1 AND mailbox_id = $2 AND first_uid <= $4 AND first_uid >= coalesce(
        (SELECT first_uid FROM mailbox_pack WHERE account_id = $1 AND mailbox_id = $2
          AND first_uid <= $3 ORDER BY first_uid DESC LIMIT 1), 0)
      ORDER BY first_uid`,
    values: [account, mailbox, low, high],
  })
}

type Parts<N extends PartName> = Pick<PackParts, N | 'facts'>

interface Opening {
  readonly range: Range
  readonly parts: Partial<PackParts>
}

async function readAhead<N extends PartName>(
  source: Source,
  wanted: readonly Wanted[],
  names: readonly N[],
): Promise<ReadonlyMap<string, Parts<N>>> {
  const all = [...new Set<N | 'facts'>(['facts', ...names])]
  const openings = wanted.flatMap(({ pack }): Opening[] =>
    pack === undefined ? [] : [{ range: pack, parts: {} }],
  )
  for (const name of all) await addParts(source, name, openings)
  // What is not there any more is missing of it.
  const isWhole = (parts: Partial<PackParts>): parts is Parts<N> =>
    all.every((name) => parts[name] !== undefined)
  return new Map(
    openings.flatMap(({ range, parts }) =>
      isWhole(parts) ? [[range.pack_id, parts] as const] : [],
    ),
  )
}

interface PartRow {
  readonly pack_id: string
  readonly content_key: Buffer
  readonly sealed: Buffer
}

async function addParts(
  { context, account, mailbox }: Source,
  name: PartName,
  openings: readonly Opening[],
): Promise<void> {
  const missing = new Map<string, Opening>()
  for (const opening of openings) {
    const known = context.packs.find(opening.range.pack_id, name)
    if (known === undefined) missing.set(opening.range.pack_id, opening)
    else Object.assign(opening.parts, { [name]: known })
  }
  if (missing.size === 0) return
  const keys = await accountKeys(context, account)
  const rows = await context.database.rows<PartRow>({
    name: `store.pack-${name}`,
    text: `SELECT pack_id, content_key, ${name} AS sealed FROM mailbox_pack
      WHERE account_id = $1 AND mailbox_id = $2 AND first_uid = ANY($3::bigint[])`,
    values: [account, mailbox, [...missing.values()].map(({ range }) => range.first_uid)],
  })
  for (const row of rows) {
    const opening = missing.get(row.pack_id)
    if (opening === undefined) continue
    const part = await withFreshKeys(keys, () => openPart(keys, name, row))
    context.packs.keep(row.pack_id, name, part)
    Object.assign(opening.parts, { [name]: part })
  }
}
