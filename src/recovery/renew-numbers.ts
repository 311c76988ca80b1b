/**
 * After a backup a platform goes on giving out UIDs, UIDVALIDITYs and modseqs that its backup does
 * not know, and mail programs remember them. They must not come again for other messages: every
 * mailbox gets a UIDVALIDITY that was never used (RFC 9051 §2.3.1.1), and modseqs go on far ahead.
 */
import { secondMs, type Clock } from '../base/clock.ts'
import type { Tx } from '../db/types.ts'
import { modSeqGap, uidValidityGap } from './limits.ts'

export async function renewNumbers(tx: Tx, clock: Clock): Promise<void> {
  const floor = Math.trunc(clock.now() / secondMs) + uidValidityGap
  await tx.execute({
    text: `UPDATE mailbox SET uid_validity = numbered.uid_validity
      FROM (SELECT m.account_id, m.mailbox_id,
          greatest(a.uid_validity_last, $1::bigint) + row_number() OVER (
            PARTITION BY m.account_id ORDER BY m.uid_validity) AS uid_validity
        FROM mailbox m JOIN account a ON a.account_id = m.account_id) AS numbered
      WHERE mailbox.account_id = numbered.account_id
        AND mailbox.mailbox_id = numbered.mailbox_id`,
    values: [floor],
  })
  await tx.execute({
    text: `UPDATE account SET modseq = modseq + $1::bigint, states_from = modseq + $1::bigint,
      uid_validity_last = greatest(uid_validity_last, coalesce((
        SELECT max(uid_validity) FROM mailbox
        WHERE mailbox.account_id = account.account_id), 0))`,
    values: [modSeqGap],
  })
}
