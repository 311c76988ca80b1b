/** The filters of an account's segments: out of memory, and those that are not there from the database. */
import type { AccountId } from '../../base/id.ts'
import { withFreshKeys, type StoreContext } from '../context.ts'
import { warmedSegmentsMin } from './limits.ts'
import { openScope, readSealed, SegmentGone, type Scope } from './scope.ts'
import { filterIn, openSealed, type SegmentFilter } from './segment.ts'

/** A segment and what is known of it without opening it. */
export interface Candidate {
  readonly id: string
  readonly filter: SegmentFilter
}

/** @throws SegmentGone */
export async function readFilters(scope: Scope): Promise<readonly Candidate[]> {
  const { keys, segments } = scope
  const { searchFilters: filters } = scope.context
  const known = new Map(segments.map((id) => [id, filters.get(id)]))
  const missing = segments.filter((id) => known.get(id) === undefined)
  for (const row of await readSealed(scope, 'filter', missing)) {
    const filter = await withFreshKeys(keys, () => openSealed(keys, 'search.filter', row))
    known.set(row.segment_id, filter)
    filters.add(row.segment_id, filter)
  }
  return segments.flatMap((id) => {
    const filter = known.get(id)
    return filter === undefined ? [] : [{ id, filter: filterIn(filter) }]
  })
}

/** Of a large account whose owner has just come: his first search finds them in memory. */
export async function warmFilters(context: StoreContext, account: AccountId): Promise<void> {
  try {
    const scope = await openScope(context, account)
    if (scope !== undefined && scope.segments.length >= warmedSegmentsMin) await readFilters(scope)
  } catch (error) {
    // It is being packed anew; who searches reads what there is then.
    if (!(error instanceof SegmentGone)) throw error
  }
}
