/** Runs a search over a view, reading no more of a message than deciding it takes. */
import { setImmediate } from 'node:timers/promises'
import { loadMessages } from '../fetch/load.ts'
import { packedMessagesMin, scanSliceMs } from '../limits.ts'
import { Progress } from '../progress.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'
import type { SearchKey } from '../wire/parse-search.ts'
import {
  compileTest,
  levels,
  levelsOf,
  type Known,
  type SearchLevel,
  type Test,
} from './compile.ts'
import { readPacked, type PackedTexts } from './packed.ts'
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
  if (key.kind === 'all' && scan.uids === undefined) return allUids(view)
  const test = compileTest(key, view)
  const wanted = levelsOf(key)
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
  const packed =
    undecided.length >= packedMessagesMin ? await readPacked(session, view, key) : undefined
  if (packed !== undefined) undecided = decide({ view, packed, test, undecided, found })
  for (const level of levels) {
    if (level === 'view' || !wanted.has(level) || undecided.length === 0) continue
    const isSummaryWanted = wanted.has('summary')
    const rest = { view, level, isSummaryWanted, test, undecided, found, progress, packed }
    undecided = await scanLevel(session, rest)
  }
  return found.sort((a, b) => a - b)
}

function allUids(view: SelectedMailbox): readonly number[] {
  const uids = Array.from({ length: view.count }, (_, index) => view.uidAt(index))
  return view.hasVanished ? uids.filter((uid) => !view.isVanished(uid)) : uids
}

interface Decision {
  readonly view: SelectedMailbox
  readonly test: Test
  readonly undecided: readonly number[]
  readonly found: number[]
  readonly packed: PackedTexts | undefined
}

/** By the packed texts alone, no message opened. @returns what is still undecided. */
function decide({ view, test, undecided, found, packed }: Decision): number[] {
  return undecided.filter((uid) => {
    const answer = test({ ...knownOf(view.indexOfUid(uid)), packed })
    if (answer === true) found.push(uid)
    return answer === undefined
  })
}

interface Level extends Decision {
  readonly level: SearchLevel
  readonly isSummaryWanted: boolean
  readonly progress: Progress
}

/** @returns what is still undecided. */
async function scanLevel(session: Session, scan: Level): Promise<number[]> {
  const { view, undecided } = scan
  const { clock } = session.ports
  const needsContent = scan.level === 'content'
  const rest: number[] = []
  let sliceStart = clock.now()
  let done = 0
  const level = scan.level === 'facts' || !scan.isSummaryWanted ? 'facts' : 'summary'
  const batches = loadMessages(session, { view, uids: undecided, level, needsContent })
  for await (const batch of batches) {
    for (const { uid, facts, summary, content } of batch) {
      const known = knownOf(view.indexOfUid(uid))
      known.packed = scan.packed
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
  return {
    index,
    facts: undefined,
    summary: undefined,
    header: undefined,
    body: undefined,
    packed: undefined,
  }
}
