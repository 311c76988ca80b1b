/** What becomes of held copies when their messages are released or taken out of the queue. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { HashingSealer } from '../../keys/types.ts'
import { bucketOf } from '../bucket.ts'
import { openHeldFacts } from './sealed.ts'

interface Row {
  readonly account_id: string
  readonly facts: Buffer
}

/**
 * Its owner finds it in his mailbox and need not be told. Of what does not open nobody knows what it is:
 * it does not go either (SealError). @throws Refusal('malware')
 */
export async function letGo(tx: Tx, keys: HashingSealer, id: string): Promise<void> {
  const row = await tx.row<Row>({
    name: 'queue.let-held-copy-go',
    text: `DELETE FROM held_copy WHERE bucket = $1 AND message_id = $2 AND ended IS NULL
      RETURNING account_id, facts`,
    values: [bucketOf(id), id],
  })
  if (row === undefined) return
  const { isDangerous } = openHeldFacts(keys, { id, accountId: row.account_id }, row.facts)
  if (isDangerous) {
    const message = 'The virus scanner knows what is in it: it can be refused, and is never let go.'
    throw new Refusal('malware', { what: 'held copy', id, message })
  }
}

/** Their owners are told. What had ended before, by its time, stays so. */
export async function endCancelled(
  tx: Tx,
  messages: readonly { readonly bucket: number; readonly message_id: string }[],
): Promise<void> {
  await tx.execute({
    name: 'queue.end-cancelled-held',
    text: `UPDATE held_copy AS c SET ended = 'refused'
      FROM unnest($1::smallint[], $2::uuid[]) AS gone (bucket, message_id)
      WHERE c.bucket = gone.bucket AND c.message_id = gone.message_id AND c.ended IS NULL`,
    values: [messages.map(({ bucket }) => bucket), messages.map(({ message_id: id }) => id)],
  })
}
