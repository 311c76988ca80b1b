/** What a program uploads before it uses it: sealed in parts, readable by ranges, gone in a day. RFC 8620 §6. */
import type { AccountId, PrincipalId } from '../../base/id.ts'
import { newId } from '../../base/id.ts'
import type { Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { ContentKey } from '../../keys/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { uploadedOctetsMax, uploadKeptMs, uploadPartOctets } from '../limits.ts'

export interface Upload {
  readonly id: string
  readonly mediaType: string
  readonly octets: number
  readonly expiresAt: Millis
}

/** Who may read it: the one who uploaded it. */
export interface UploadPlace {
  readonly account: AccountId
  readonly viewer: PrincipalId
}

/** The oldest of his own make room. Refusal('over-quota') where it alone is too much. */
export async function keepUpload(
  context: StoreContext,
  { account, viewer }: UploadPlace,
  content: Buffer,
  mediaType: string,
): Promise<Upload> {
  const keys = await accountKeys(context, account)
  const id = newId(context.clock)
  const key = keys.newContentKey(id)
  const expiresAt = context.clock.now() + uploadKeptMs
  await context.database.transaction(async (tx) => {
    await makeRoom(context, tx, { account, viewer }, content.length)
    const sealedType = key.seal({ object: id, field: 'upload.type' }, Buffer.from(mediaType))
    await tx.execute({
      name: 'store.keep-upload',
      text: `INSERT INTO upload (account_id, upload_id, principal_id, octets, content_key,
          media_type, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      values: [account, id, viewer, content.length, key.wrapped, sealedType, expiresAt],
    })
    for (let part = 0; part * uploadPartOctets < content.length; part += 1) {
      const octets = content.subarray(part * uploadPartOctets, (part + 1) * uploadPartOctets)
      await tx.execute({
        name: 'store.keep-upload-part',
        text: `INSERT INTO upload_part (account_id, upload_id, part, content)
          VALUES ($1, $2, $3, $4)`,
        values: [account, id, part, key.seal(placeOf(id, part), octets)],
      })
    }
  })
  return { id, mediaType, octets: content.length, expiresAt }
}

const placeOf = (id: string, part: number) => ({ object: id, field: `upload.content.${part}` })

async function makeRoom(
  context: StoreContext,
  tx: Tx,
  { account, viewer }: UploadPlace,
  octets: number,
): Promise<void> {
  if (octets > uploadedOctetsMax)
    throw new Refusal('over-quota', { account, what: 'uploads', octets })
  await tx.execute({
    name: 'store.lock-account',
    text: 'SELECT FROM account WHERE account_id = $1 FOR UPDATE',
    values: [account],
  })
  await tx.execute({
    name: 'store.drop-uploads',
    text: 'DELETE FROM upload WHERE account_id = $1 AND expires_at <= $2',
    values: [account, context.clock.now()],
  })
  // RFC 8620 §6: what is no longer within the quota, counted from the newest, goes.
  await tx.execute({
    name: 'store.make-room-for-upload',
    text: `DELETE FROM upload u USING (
        SELECT upload_id, sum(octets) OVER (ORDER BY upload_id DESC) AS newer
        FROM upload WHERE account_id = $1 AND principal_id = $2) waiting
      WHERE u.account_id = $1 AND u.upload_id = waiting.upload_id AND newer > $3`,
    values: [account, viewer, uploadedOctetsMax - octets],
  })
}

interface UploadRow {
  readonly octets: number
  readonly content_key: Buffer
  readonly media_type: Buffer
  readonly expires_at: Millis
}

/** Undefined: there is none, it is another's, or its day is over. */
export async function openUpload(
  context: StoreContext,
  { account, viewer }: UploadPlace,
  id: string,
): Promise<(Upload & { read(): Promise<Buffer> }) | undefined> {
  const row = await context.database.row<UploadRow>({
    name: 'store.upload',
    text: `SELECT octets, content_key, media_type, expires_at FROM upload
      WHERE account_id = $1 AND upload_id = $2 AND principal_id = $3 AND expires_at > $4`,
    values: [account, id, viewer, context.clock.now()],
  })
  if (row === undefined) return undefined
  const keys = await accountKeys(context, account)
  const key = await withFreshKeys(keys, () => keys.openContentKey(id, row.content_key))
  const mediaType = key.open({ object: id, field: 'upload.type' }, row.media_type).toString()
  const read = () => readParts(context, account, id, key)
  return { id, mediaType, octets: row.octets, expiresAt: row.expires_at, read }
}

async function readParts(
  context: StoreContext,
  account: AccountId,
  id: string,
  key: ContentKey,
): Promise<Buffer> {
  const rows = await context.database.rows<{ part: number; content: Buffer }>({
    name: 'store.upload-parts',
    text: `SELECT part, content FROM upload_part WHERE account_id = $1 AND upload_id = $2
      ORDER BY part`,
    values: [account, id],
  })
  return Buffer.concat(rows.map(({ part, content }) => key.open(placeOf(id, part), content)))
}

/** What nobody may read any more. */
export async function expireUploads(context: StoreContext): Promise<void> {
  await context.database.single({
    name: 'store.expire-uploads',
    text: 'DELETE FROM upload WHERE expires_at <= $1',
    values: [context.clock.now()],
  })
}
