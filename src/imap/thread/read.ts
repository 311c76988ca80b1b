/** What threading needs of messages. RFC 5256 §3, RFC 5322 §3.6.4. */
import type { Progress } from '../progress.ts'
import type { Session } from '../session.ts'
import { readOrdered, sentAt } from '../sort/order-facts.ts'
import type { Threadable } from './node.ts'

export async function readThreadables(
  session: Session,
  uids: readonly number[],
  progress: Progress,
): Promise<readonly Threadable[]> {
  const view = session.mailbox
  const ordered = await readOrdered(session, { view, uids, progress })
  return ordered.map((each) => {
    const { messageId, references, subject, isReply } = each.facts
    return { uid: each.uid, sentAt: sentAt(each), messageId, references, subject, isReply }
  })
}
