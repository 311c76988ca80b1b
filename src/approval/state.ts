/** What time makes of a stored state: nothing depends on a job that may not run. Pure. */
import type { Millis } from '../base/clock.ts'
import type { ApprovalRequest, RequestState } from './types.ts'

export function stateAt(
  request: Pick<ApprovalRequest, 'state' | 'expiresAt' | 'useBefore'>,
  now: Millis,
): RequestState {
  const { state, expiresAt, useBefore } = request
  if (state === 'waiting' && now >= expiresAt) return 'expired'
  if (state === 'approved' && useBefore !== undefined && now >= useBefore) return 'expired'
  return state
}

export function isOpen(state: RequestState): boolean {
  return state === 'waiting' || state === 'approved'
}
