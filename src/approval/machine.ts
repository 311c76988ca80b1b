/**
 * The life of a request: waiting → approved → executed, or refused, withdrawn, expired. Pure. Each
 * step is taken from one state only, so that a state never goes back and nothing is used twice.
 */
import type { Millis } from '../base/clock.ts'
import type { ApprovalRule } from '../access/rules.ts'
import { Refusal } from '../base/refusal.ts'
import { isComplete } from './complete.ts'
import { afterwardsOf } from './rule.ts'
import { isOpen, stateAt } from './state.ts'
import type { Ending, RequestContent, RequestState, Review, Voice } from './types.ts'

type Stored = RequestContent

/** Adds a yes; with the last one the window to do the act opens. */
export function withVoice(request: Stored, rule: ApprovalRule, voice: Voice): Stored {
  require(request, 'waiting', voice.at)
  const voices = [...request.voices, voice]
  if (!isComplete(rule, request, voices)) return { ...request, voices }
  const useBefore = voice.at + rule.livesMs
  return { ...request, voices, state: 'approved', approvedAt: voice.at, useBefore }
}

/** The act happens, now, once. */
export function asExecuted(request: Stored, at: Millis): Stored {
  require(request, 'approved', at)
  const { reviewWithinMs } = afterwardsOf(request.act)
  const review = reviewWithinMs === undefined ? {} : { review: { dueAt: at + reviewWithinMs } }
  return { ...request, ...review, state: 'executed', ending: { by: request.requesterId, at } }
}

/** A no is final: who wants it still asks anew, with a better reason. */
export function asRefused(request: Stored, ending: Ending): Stored {
  require(request, 'waiting', ending.at)
  if (ending.by === request.requesterId)
    throw new Refusal('not-permitted', { message: 'Withdraw your own request instead.' })
  return { ...request, state: 'refused', ending }
}

/** By its requester, as long as nothing was done. */
export function asWithdrawn(request: Stored, ending: Ending): Stored {
  const state = stateAt(request, ending.at)
  if (!isOpen(state)) throw ended(state)
  if (ending.by !== request.requesterId)
    throw new Refusal('not-permitted', { message: 'Only who asked may withdraw a request.' })
  return { ...request, state: 'withdrawn', ending }
}

/** By somebody who neither asked nor said yes. */
export function asReviewed(request: Stored, review: Required<Omit<Review, 'dueAt'>>): Stored {
  if (request.state !== 'executed' || request.review === undefined)
    throw new Refusal('invalid', { message: 'Nothing of this request waits for a review.' })
  if (request.review.at !== undefined)
    throw new Refusal('already-exists', { message: 'This was reviewed already.' })
  const partners = [request.requesterId, ...request.voices.map(({ by }) => by)]
  if (review.by === undefined || partners.includes(review.by))
    throw new Refusal('not-permitted', {
      message: 'Who asked or said yes does not review what was done.',
    })
  return { ...request, review: { ...request.review, ...review } }
}

/** Undefined: nothing to review, or it was reviewed. Red means: due and not done. */
export function reviewStateAt(request: Pick<RequestContent, 'review'>, now: Millis): ReviewState {
  if (request.review === undefined) return 'none'
  if (request.review.at !== undefined) return 'done'
  return now >= request.review.dueAt ? 'overdue' : 'due'
}
export type ReviewState = 'none' | 'due' | 'overdue' | 'done'

function require(request: Stored, wanted: RequestState, now: Millis): void {
  const state = stateAt(request, now)
  if (state !== wanted) throw ended(state)
}

function ended(state: RequestState): Refusal {
  return new Refusal('invalid', { message: `This request is ${state} already.` })
}
