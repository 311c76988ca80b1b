/** A message that was sent and has not left yet is a draft again. RFC 8621 §7.5: undoStatus. */
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { SetResponse } from '../../kit/jmap/types.ts'
import { findByRole } from '../mailboxes/model.ts'
import type { Sent } from './draft.ts'

/** @returns false when it has left already. */
export async function takeBack(store: AccountStore, sent: Sent): Promise<boolean> {
  const drafts = findByRole(store.mailboxes.all(), 'drafts')
  const outOf = findByRole(store.mailboxes.all(), 'sent')
  const back = {
    'keywords/$draft': true,
    ...(outOf === undefined ? {} : { [`mailboxIds/${outOf.id}`]: null }),
    ...(drafts === undefined ? {} : { [`mailboxIds/${drafts.id}`]: true }),
  }
  const [answer] = (await store.calls([
    [
      'EmailSubmission/set',
      {
        update: { [sent.submissionId]: { undoStatus: 'canceled' } },
        onSuccessUpdateEmail: { [sent.submissionId]: back },
      },
    ],
  ])) as readonly [SetResponse]
  void store.sync().catch(() => undefined)
  return sent.submissionId in (answer.updated ?? {})
}
