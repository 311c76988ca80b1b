/** The table of what waits for moderators. */
import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { Clock } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Database, Tx } from '../../db/types.ts'
import { SealError, type HashingSealer } from '../../keys/types.ts'
import { bucketOf } from '../bucket.ts'
import { moderatedListMax } from '../limits.ts'
import type { Moderation, NewPost, WaitingPost } from './types.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

export interface ModerationOptions {
  readonly database: Database
  readonly keys: HashingSealer
  readonly clock: Clock
  /** A row that does not open: it is as if it were not there. */
  readonly onAlarm: (what: string, facts: object) => void
}

export function createModeration(options: ModerationOptions): Moderation {
  const { database, clock } = options
  return {
    keep: async (posts) => {
      if (posts.length === 0) return
      const put = await prepare(options, posts)
      await database.transaction(put)
    },
    requireRoom: (listIds) => requireRoom(options, listIds),
    prepare: (posts) => prepare(options, posts),
    waitingFor: (listIds) => select(options, { text: 'list_id = ANY($1)', values: [listIds] }),
    find: async (id) => {
      const where = { text: 'bucket = $1 AND post_id = $2', values: [bucketOf(id), id] }
      return (await select(options, where))[0]
    },
    remove: async (tx, id) => {
      const removed = await tx.execute({
        name: 'queue.remove-post',
        text: 'DELETE FROM moderated_post WHERE bucket = $1 AND post_id = $2',
        values: [bucketOf(id), id],
      })
      return removed > 0
    },
    expired: () => select(options, { text: 'expires_at <= $1', values: [clock.now()] }),
  }
}

async function requireRoom(
  { database }: ModerationOptions,
  listIds: readonly string[],
): Promise<void> {
  if (listIds.length === 0) return
  const full = await database.row<{ list_id: string }>({
    name: 'queue.full-list',
    text: `SELECT list_id FROM moderated_post WHERE list_id = ANY($1)
      GROUP BY list_id HAVING count(*) >= ${moderatedListMax} LIMIT 1`,
    values: [listIds],
  })
  if (full !== undefined)
    throw new Refusal('too-busy', { reason: 'moderation-full', list: full.list_id })
}

async function prepare(
  { keys, clock }: ModerationOptions,
  posts: readonly NewPost[],
): Promise<(tx: Tx) => Promise<void>> {
  const waitingSince = clock.now()
  const rows: unknown[][] = []
  for (const { id, listId, sameness, facts, content, expiresAt } of posts) {
    const sealed = keys.seal(placeOf({ id, listId }, 'facts'), Buffer.from(JSON.stringify(facts)))
    const packed = keys.seal(placeOf({ id, listId }, 'content'), await compress(content))
    const same = keys.hash('queue.post', sameness)
    rows.push([
      bucketOf(id),
      id,
      listId,
      same,
      content.length,
      waitingSince,
      expiresAt,
      sealed,
      packed,
    ])
  }
  return async (tx) => {
    for (const values of rows)
      await tx.execute({
        name: 'queue.insert-post',
        text: `INSERT INTO moderated_post (bucket, post_id, list_id, sameness, octets, waiting_since,
            expires_at, facts, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
          ON CONFLICT (list_id, sameness) DO NOTHING`,
        values,
      })
  }
}

interface PostRow {
  readonly post_id: string
  readonly list_id: string
  readonly octets: number
  readonly waiting_since: number
  readonly expires_at: number
  readonly facts: Buffer
}

async function select(
  options: ModerationOptions,
  where: { readonly text: string; readonly values: readonly unknown[] },
): Promise<readonly WaitingPost[]> {
  const rows = await options.database.rows<PostRow>({
    text: `SELECT post_id, list_id, octets, waiting_since, expires_at, facts FROM moderated_post
      WHERE ${where.text} ORDER BY waiting_since, post_id LIMIT ${moderatedListMax}`,
    values: where.values,
  })
  return rows.flatMap((row) => postOf(options, row) ?? [])
}

/** Undefined: somebody else than the platform wrote or moved it. */
function postOf(
  { database, keys, onAlarm }: ModerationOptions,
  row: PostRow,
): WaitingPost | undefined {
  const { post_id: id, list_id: listId } = row
  const place = { id, listId }
  const facts = openOrAlarm(() => keys.open(placeOf(place, 'facts'), row.facts), onAlarm, id)
  if (facts === undefined) return undefined
  return {
    ...place,
    octets: row.octets,
    waitingSince: row.waiting_since,
    expiresAt: row.expires_at,
    facts: JSON.parse(facts.toString()),
    content: async () => {
      const found = await database.row<{ content: Buffer }>({
        name: 'queue.read-post',
        text: 'SELECT content FROM moderated_post WHERE bucket = $1 AND post_id = $2',
        values: [bucketOf(id), id],
      })
      if (found === undefined) throw new Refusal('not-found')
      return decompress(keys.open(placeOf(place, 'content'), found.content))
    },
  }
}

function openOrAlarm(
  open: () => Buffer,
  onAlarm: ModerationOptions['onAlarm'],
  rowId: string,
): Buffer | undefined {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    onAlarm('a row does not verify', { table: 'moderated_post', rowId })
    return undefined
  }
}

interface PostPlace {
  readonly id: string
  readonly listId: string
}

/** The list is bound as well: nobody moves what waits for one list to another. */
function placeOf({ id, listId }: PostPlace, column: string): { object: string; field: string } {
  return { object: `${id} ${listId}`, field: `moderation.${column}` }
}
