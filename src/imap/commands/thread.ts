/** THREAD and UID THREAD. RFC 5256 §4. */
import { command, ok, selectedState } from '../command.ts'
import { Progress } from '../progress.ts'
import { findMessages } from '../search/find.ts'
import { searchGround } from '../search/ground.ts'
import type { Session } from '../session.ts'
import { formatThreads, type Threadable, type ThreadNode } from '../thread/node.ts'
import { threadBySubject } from '../thread/ordered-subject.ts'
import { readThreadables } from '../thread/read.ts'
import { threadByReferences } from '../thread/references.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseThread, type ThreadAlgorithm } from '../wire/parse-sort.ts'

export const thread = make(false)
export const uidThread = make(true)

type Algorithm = (messages: readonly Threadable[]) => readonly ThreadNode[]

const algorithms: Readonly<Record<ThreadAlgorithm, Algorithm>> = {
  ORDEREDSUBJECT: threadBySubject,
  REFERENCES: threadByReferences,
}

function make(isUid: boolean) {
  return command({
    states: selectedState,
    tellsExpunges: isUid,
    usesNumbers: !isUid,
    parse: (cursor: Cursor, session: Session) => parseThread(cursor, searchGround(session)),
    async run(session, { algorithm, key }, tag) {
      const view = session.mailbox
      const uids = await findMessages(session, key, tag)
      await session.recordRead(uids)
      const messages = await readThreadables(session, uids, new Progress(session, tag))
      const roots = algorithms[algorithm](messages)
      const text = formatThreads(roots, (uid) => (isUid ? uid : view.indexOfUid(uid) + 1))
      session.writer.untagged(text === '' ? 'THREAD' : `THREAD ${text}`)
      return ok('Threaded')
    },
  })
}
