/** What an owner is shown of his ledger: what no delay keeps back now; the same of an hour as one line. */
import type { StoredLine } from '../../access/ledger/types.ts'
import { hourMs, type Millis } from '../../base/clock.ts'
import type { DisclosureDelayContent } from '../types.ts'

export interface ShownLine extends StoredLine {
  /** The last of the lines that were put together. */
  readonly lastAt: Millis
  /** It was kept back until then. */
  readonly delayedUntil: Millis | undefined
}

/** `lines` newest first. */
export function shownLines(
  lines: readonly StoredLine[],
  delays: readonly DisclosureDelayContent[],
  now: Millis,
): readonly ShownLine[] {
  const shown: ShownLine[] = []
  for (const line of lines) {
    const delayedUntil = delayOf(line, delays)
    if (delayedUntil !== undefined && now < delayedUntil) continue
    const newer = shown.at(-1)
    if (newer !== undefined && isSame(newer, line))
      shown[shown.length - 1] = { ...newer, at: line.at, ...sum(newer, line) }
    else shown.push({ ...line, lastAt: line.at, delayedUntil })
  }
  return shown
}

function delayOf(
  { byId, at }: StoredLine,
  delays: readonly DisclosureDelayContent[],
): Millis | undefined {
  const fitting = delays.filter(
    ({ examinerId, from, until }) => examinerId === byId && from <= at && at < until,
  )
  return fitting.length === 0 ? undefined : Math.max(...fitting.map(({ until }) => until))
}

/** What mail programs do again and again. */
const grouped: ReadonlySet<StoredLine['what']> = new Set(['read', 'change', 'delete'])

function isSame(newer: ShownLine, older: StoredLine): boolean {
  return (
    grouped.has(newer.what) &&
    newer.what === older.what &&
    newer.byId === older.byId &&
    newer.mailboxId === older.mailboxId &&
    newer.approvalId === older.approvalId &&
    newer.lastAt - older.at < hourMs
  )
}

/** Of what comes to be, nobody knew how many. */
function sum(a: StoredLine, b: StoredLine): Pick<StoredLine, 'count'> {
  if (a.count === undefined && b.count === undefined) return {}
  return { count: (a.count ?? 0) + (b.count ?? 0) }
}
