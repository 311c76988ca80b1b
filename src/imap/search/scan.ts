/** Runs a search over a view, reading no more of a message than deciding it takes. */
import { setImmediate } from 'node:timers/promises'
import { loadMessages } from '../fetch/load.ts'
import { scanSliceMs } from '../limits.ts'
import { Progress } from '../progress.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'
import type { SearchKey } from '../wire/parse-search.ts'
import { compileTest, levelOf, levels, type Known, type Test } from './compile.ts'
import { BodyTexts, HeaderTexts } from './texts.ts'

export interface Scan {
  readonly view: SelectedMailbox
  readonly key: SearchKey
  /** Only these; all when undefined. */
  readonly uids?: readonly number[]
  /** Of the command, so that a long scan can say how far it is. */
  readonly tag?: string
}

/** @returns the UIDs that match, ascending. */
export async function scanMailbox(session: Session, scan: Scan): Promise<readonly number[]> {
  const { view, key } = scan
  const test = compileTest(key, view)
  const dearest = levels.indexOf(levelOf(key))
  const found: number[] = []
  let undecided: number[] = []
  const look = (index: number): void => {
    const uid = view.uidAt(index)
    if (view.isVanished(uid)) return
    const answer = test(knownOf(index))
    if (answer === true) found.push(uid)
    else if (answer === undefined) undecided.push(uid)
  }
  if (scan.uids === undefined) for (let index = 0; index < view.count; index += 1) look(index)
  else for (const uid of scan.uids) if (view.indexOfUid(uid) >= 0) look(view.indexOfUid(uid))
  // Each level that can decide anything is tried before the next: most messages end early.
  const progress = new Progress(session, scan.tag)
  for (let level = 1; level <= dearest && undecided.length > 0; level += 1) {
    undecided = await scanLevel(session, { view, level, test, undecided, found, progress })
  }
  return found.sort((a, b) => a - b)
}

interface Level {
  readonly view: SelectedMailbox
  readonly level: number
  readonly test: Test
  readonly undecided: readonly number[]
  readonly found: number[]
  readonly progress: Progress
}

/** @returns what is still undecided. */
async function scanLevel(session: Session, scan: Level): Promise<number[]> {
  const { view, undecided } = scan
  const { clock } = session.ports
  const isFactsOnly = levels[scan.level] === 'facts'
  const needsContent = levels[scan.level] === 'content'
  const rest: number[] = []
  let sliceStart = clock.now()
  let done = 0
  const level = isFactsOnly ? 'facts' : 'summary'
  const batches = loadMessages(session, { view, uids: undecided, level, needsContent })
  for await (const batch of batches) {
    for (const { uid, facts, summary, content } of batch) {
      const known = knownOf(view.indexOfUid(uid))
      known.facts = facts
      known.summary = summary
      known.header = summary && new HeaderTexts(summary.header)
      known.body = content && new BodyTexts(content)
      const answer = scan.test(known)
      if (answer === true) scan.found.push(uid)
      else if (answer === undefined) rest.push(uid)
      done += 1
      if (clock.now() - sliceStart < scanSliceMs) continue
      scan.progress.tell(done, undecided.length)
      await setImmediate()
      sliceStart = clock.now()
    }
  }
  return rest
}

function knownOf(index: number): Known {
  return { index, facts: undefined, summary: undefined, header: undefined, body: undefined }
}
