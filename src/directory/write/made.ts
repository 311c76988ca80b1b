/** By whom and when a person was made: kept with him, for those who ask who stands behind whom. */
import type { Millis } from '../../base/clock.ts'
import type { PrincipalId } from '../../base/id.ts'
import type { Writing } from './writing.ts'

/** Undefined: the platform did it by itself. */
export function madeBy({
  actor,
  clock,
}: Pick<Writing, 'actor' | 'clock'>): { by: PrincipalId; at: Millis } | undefined {
  const by = actor.principalId
  return by === undefined ? undefined : { by, at: clock.now() }
}
