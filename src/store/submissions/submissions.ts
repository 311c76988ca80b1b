/** What was sent by JMAP, for those who ask for it later. RFC 8621 §7. */
import type { Millis } from '../../base/clock.ts'
import { newId, type AccountId, type MessageId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import type { Tx } from '../../db/types.ts'
import { submissionKeptMs, submissionsHeldMax } from '../limits.ts'
import { changeAccount } from '../mailboxes/change.ts'

/** What was known of one recipient when the message was taken. Stored sealed: add optional fields only. */
export type CopyFate = { readonly forwardPath: string } & (
  | { readonly result: 'arrived' }
  | { readonly result: 'failed'; readonly reply: string }
  | { readonly result: 'queued'; readonly queuedId: string; readonly recipient: number }
)

export interface SubmissionFacts {
  readonly identityId: string
  readonly emailId: string
  readonly threadId: string
  readonly mailFrom: string
  readonly recipients: readonly string[]
  /** What the client asked of SMTP with the reverse-path: RFC 8621 §7. */
  readonly parameters?: Readonly<Record<string, string | null>>
  /** Of what left at once; without it nothing is known. */
  readonly copies?: readonly CopyFate[]
}

export type SubmissionState = 'pending' | 'final' | 'canceled'

/** A message that waits for its time. */
export interface Held<Sending extends object = object> {
  readonly dueAt: Millis
  readonly messageId: MessageId
  /** Who sends it to whom: as whoever sends it then wants to know it. Kept sealed. */
  readonly sending: Sending
}

export interface Submission {
  readonly id: string
  readonly createdModSeq: number
  readonly modSeq: number
  /** When it left, or is to leave. */
  readonly sentAt: Millis
  readonly state: SubmissionState
  /** Undefined: it is destroyed. */
  readonly facts: SubmissionFacts | undefined
}

const placeOf = (id: string) => ({ object: id, field: 'submission.facts' })
export const sendingPlaceOf = (id: string) => ({ object: id, field: 'submission.sending' })

/** Those older than a month are destroyed with it. `held`: it leaves later. Refusal('too-many'). */
export async function addSubmission(
  context: StoreContext,
  account: AccountId,
  facts: SubmissionFacts,
  held?: Held,
): Promise<{ readonly id: string; readonly sentAt: Millis }> {
  const keys = await accountKeys(context, account)
  const id = newId(context.clock)
  const now = context.clock.now()
  const sentAt = held?.dueAt ?? now
  const sealed = keys.seal(placeOf(id), Buffer.from(JSON.stringify(facts)))
  await changeAccount(context, account, async (tx, modSeq) => {
    await tx.execute({
      name: 'store.expire-submissions',
      text: `UPDATE submission SET facts = NULL, modseq = $2
        WHERE account_id = $1 AND sent_at < $3 AND facts IS NOT NULL AND state <> 'pending'`,
      values: [account, modSeq, now - submissionKeptMs],
    })
    await tx.execute({
      name: 'store.add-submission',
      text: `INSERT INTO submission (account_id, submission_id, created_modseq, modseq, sent_at, facts,
          state) VALUES ($1, $2, $3, $3, $4, $5, $6)`,
      values: [account, id, modSeq, sentAt, sealed, held === undefined ? 'final' : 'pending'],
    })
    if (held === undefined) return
    await requireFewHeld(tx, account)
    const sending = keys.seal(sendingPlaceOf(id), Buffer.from(JSON.stringify(held.sending)))
    await tx.execute({
      name: 'store.hold-submission',
      text: `INSERT INTO submission_held (account_id, submission_id, message_id, due_at, sending)
        VALUES ($1, $2, $3, $4, $5)`,
      values: [account, id, held.messageId, held.dueAt, sending],
    })
  })
  return { id, sentAt }
}

async function requireFewHeld(tx: Tx, account: AccountId): Promise<void> {
  const row = await tx.row<{ count: number }>({
    name: 'store.count-held',
    text: 'SELECT count(*)::int8 AS count FROM submission_held WHERE account_id = $1',
    values: [account],
  })
  if ((row?.count ?? 0) >= submissionsHeldMax)
    throw new Refusal('too-many', { account, what: 'held submissions' })
}

/** Refusal('not-found'). What was sent stays sent, and what waits leaves in its time. */
export async function destroySubmission(
  context: StoreContext,
  account: AccountId,
  id: string,
): Promise<void> {
  await changeAccount(context, account, async (tx, modSeq) => {
    const touched = await tx.execute({
      name: 'store.destroy-submission',
      text: `UPDATE submission SET facts = NULL, modseq = $3
        WHERE account_id = $1 AND submission_id = $2 AND facts IS NOT NULL`,
      values: [account, id, modSeq],
    })
    if (touched === 0) throw new Refusal('not-found')
  })
}

interface Row {
  readonly submission_id: string
  readonly created_modseq: number
  readonly modseq: number
  readonly sent_at: Millis
  readonly state: SubmissionState
  readonly facts: Buffer | null
}

/** Those changed after `since`, destroyed ones among them; oldest first. */
export async function readSubmissions(
  context: StoreContext,
  account: AccountId,
  since: number,
): Promise<{ readonly modSeq: number; readonly submissions: readonly Submission[] }> {
  const keys = await accountKeys(context, account)
  // Read first: what comes between is told again.
  const { modSeq } = await context.mirror.accounts.current(account)
  const rows = await context.database.rows<Row>({
    name: 'store.submissions',
    text: `SELECT submission_id, created_modseq, modseq, sent_at, state, facts
      FROM submission
      WHERE account_id = $1 AND modseq > $2 ORDER BY submission_id`,
    values: [account, since],
  })
  const submissions = await withFreshKeys(keys, () =>
    rows.map((row) => ({
      id: row.submission_id,
      createdModSeq: row.created_modseq,
      modSeq: row.modseq,
      sentAt: row.sent_at,
      state: row.state,
      // What opens is what was sealed above.
      facts:
        row.facts === null
          ? undefined
          : (JSON.parse(
              keys.open(placeOf(row.submission_id), row.facts).toString(),
            ) as SubmissionFacts),
    })),
  )
  return { modSeq, submissions }
}
