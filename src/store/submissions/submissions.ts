/** What was sent by JMAP, for those who ask for it later. RFC 8621 §7. */
import type { Millis } from '../../base/clock.ts'
import { newId, type AccountId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { submissionKeptMs } from '../limits.ts'
import { changeAccount } from '../mailboxes/change.ts'

export interface SubmissionFacts {
  readonly identityId: string
  readonly emailId: string
  readonly threadId: string
  readonly mailFrom: string
  readonly recipients: readonly string[]
}

export interface Submission {
  readonly id: string
  readonly createdModSeq: number
  readonly modSeq: number
  readonly sentAt: Millis
  /** Undefined: it is destroyed. */
  readonly facts: SubmissionFacts | undefined
}

const placeOf = (id: string) => ({ object: id, field: 'submission.facts' })

/** Those older than a month are destroyed with it. */
export async function addSubmission(
  context: StoreContext,
  account: AccountId,
  facts: SubmissionFacts,
): Promise<{ readonly id: string; readonly sentAt: Millis }> {
  const keys = await accountKeys(context, account)
  const id = newId(context.clock)
  const sentAt = context.clock.now()
  const sealed = keys.seal(placeOf(id), Buffer.from(JSON.stringify(facts)))
  await changeAccount(context, account, async (tx, modSeq) => {
    await tx.execute({
      name: 'store.expire-submissions',
      text: `UPDATE submission SET facts = NULL, modseq = $2
        WHERE account_id = $1 AND sent_at < $3 AND facts IS NOT NULL`,
      values: [account, modSeq, sentAt - submissionKeptMs],
    })
    await tx.execute({
      name: 'store.add-submission',
      text: `INSERT INTO submission (account_id, submission_id, created_modseq, modseq, sent_at, facts)
        VALUES ($1, $2, $3, $3, $4, $5)`,
      values: [account, id, modSeq, sentAt, sealed],
    })
  })
  return { id, sentAt }
}

/** Refusal('not-found'). What was sent stays sent. */
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
    text: `SELECT submission_id, created_modseq, modseq, sent_at, facts FROM submission
      WHERE account_id = $1 AND modseq > $2 ORDER BY submission_id`,
    values: [account, since],
  })
  const submissions = await withFreshKeys(keys, () =>
    rows.map((row) => ({
      id: row.submission_id,
      createdModSeq: row.created_modseq,
      modSeq: row.modseq,
      sentAt: row.sent_at,
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
