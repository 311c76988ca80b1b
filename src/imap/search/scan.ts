/** Runs a search over the view, reading no more of a message than deciding it takes. */
import { setImmediate } from 'node:timers/promises'
import { loadMessages } from '../fetch/load.ts'
import { scanSliceMs } from '../limits.ts'
import type { Session } from '../session.ts'
import type { SearchKey } from '../wire/parse-search.ts'
import { compileTest, levelOf, levels, type Known, type Test } from './compile.ts'
import { BodyTexts, HeaderTexts } from './texts.ts'

/** @returns the UIDs that match, ascending. */
export async function scanMailbox(session: Session, key: SearchKey): Promise<readonly number[]> {
  const view = session.mailbox
  const test = compileTest(key, view)
  const dearest = levels.indexOf(levelOf(key))
  const found: number[] = []
  let undecided: number[] = []
  for (let index = 0; index < view.count; index += 1) {
    const uid = view.uidAt(index)
    if (view.isVanished(uid)) continue
    const answer = test(knownOf(index))
    if (answer === true) found.push(uid)
    else if (answer === undefined) undecided.push(uid)
  }
  // Each level that can decide anything is tried before the next: most messages end early.
  for (let level = 1; level <= dearest && undecided.length > 0; level += 1) {
    undecided = await scanLevel(session, { level, test, undecided, found })
  }
  return found.sort((a, b) => a - b)
}

interface Scan {
  readonly level: number
  readonly test: Test
  readonly undecided: readonly number[]
  readonly found: number[]
}

/** @returns what is still undecided. */
async function scanLevel(session: Session, scan: Scan): Promise<number[]> {
  const view = session.mailbox
  const { clock } = session.ports
  const isFactsOnly = levels[scan.level] === 'facts'
  const needsContent = levels[scan.level] === 'content'
  const rest: number[] = []
  let sliceStart = clock.now()
  const batches = loadMessages(
    session,
    scan.undecided,
    isFactsOnly ? 'facts' : 'summary',
    needsContent,
  )
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
      if (clock.now() - sliceStart < scanSliceMs) continue
      await setImmediate()
      sliceStart = clock.now()
    }
  }
  return rest
}

function knownOf(index: number): Known {
  return { index, facts: undefined, summary: undefined, header: undefined, body: undefined }
}
