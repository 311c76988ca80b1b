/** What a client asked to be told of each new message of its open mailbox. RFC 5465 §5.1. */
import { loadMessages } from '../fetch/load.ts'
import { planFetch } from '../fetch/plan.ts'
import { respondFetch } from '../fetch/respond.ts'
import type { Session } from '../session.ts'
import type { FetchItem } from '../wire/parse-fetch.ts'

/** @param from the index of the first new message. Nothing becomes \Seen by it. */
export async function tellNew(
  session: Session,
  from: number,
  asked: readonly FetchItem[],
): Promise<void> {
  const view = session.mailbox
  if (asked.length === 0 || from >= view.count) return
  const items = asked.some(({ kind }) => kind === 'uid') ? asked : [uidItem, ...asked]
  const { level, needsContent, tellsMail } = planFetch(items)
  const uids = Array.from({ length: view.count - from }, (_, at) => view.uidAt(from + at))
  if (tellsMail) await session.recordRead(uids)
  for await (const batch of loadMessages(session, { view, uids, level, needsContent })) {
    for (const loaded of batch) {
      const index = view.indexOfUid(loaded.uid)
      if (index >= 0 && !view.isVanished(loaded.uid)) respondFetch(session, index, loaded, items)
    }
  }
}

const uidItem: FetchItem = { kind: 'uid' }
