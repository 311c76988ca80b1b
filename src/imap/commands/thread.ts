/** THREAD and UID THREAD. RFC 5256 §4. */
import { command, ok, selectedState } from '../command.ts'
import { Progress } from '../progress.ts'
import { findMessages } from '../search/find.ts'
import { searchGround } from '../search/ground.ts'
import type { Session } from '../session.ts'
import { tokensOf, writeThreads, type Threadable, type ThreadNode } from '../thread/node.ts'
import { threadBySubject } from '../thread/ordered-subject.ts'
import { readThreadables } from '../thread/read.ts'
import { threadByReferences } from '../thread/references.ts'
import type { Cursor } from '../wire/cursor.ts'
import { OctetWriter } from '../wire/octet-writer.ts'
import { parseThread, type ThreadAlgorithm } from '../wire/parse-sort.ts'

export const thread = make(false)
export const uidThread = make(true)

/** Fewer are threaded anew as quickly. */
const keptMin = 500

type Algorithm = (
  messages: readonly Threadable[],
) => readonly ThreadNode[] | Promise<readonly ThreadNode[]>

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
      const { threads } = session.ports
      // Whatever was asked: the same messages have the same threads.
      let tokens = threads.find(view.id, algorithm, uids)
      if (tokens === undefined) {
        const messages = await readThreadables(session, uids, new Progress(session, tag))
        tokens = tokensOf(await algorithms[algorithm](messages))
        if (uids.length >= keptMin) threads.keep(view.id, algorithm, uids, tokens)
      }
      const out = new OctetWriter((piece) => session.writer.octets(piece))
      out.text(tokens.length === 0 ? '* THREAD' : '* THREAD ')
      writeThreads(out, tokens, isUid ? (uid) => uid : (uid) => view.indexOfUid(uid) + 1)
      out.text('\r\n')
      out.flush()
      return ok('Threaded')
    },
  })
}
