/** What happens to one recipient: facts in, a verdict with a named reason out. Pure. */
import type { RefusalCode } from '../base/refusal.ts'
import type { ListPosting } from '../directory/types.ts'

export type RecipientFacts =
  | { readonly kind: 'nobody'; readonly isInternalDomain: boolean; readonly isUser: boolean }
  | {
      readonly kind: 'account'
      readonly isSuspended: boolean
      /** Its own Delivered-To stands in the message already. */
      readonly hasBeenHere: boolean
    }
  | {
      readonly kind: 'list'
      readonly posting: ListPosting
      readonly poster: Poster
      /** Its own List-Id stands in the message already. */
      readonly hasBeenHere: boolean
    }

/** Who posts to a list. All of his identities (reverse-path, From) must have a quality to have it. */
export interface Poster {
  /** Null reverse-path: a report by a machine. */
  readonly isNull: boolean
  readonly isInternal: boolean
  readonly isMember: boolean
  readonly isOwner: boolean
  /** Somebody is there to moderate. */
  readonly hasModerator: boolean
}

export type Reason =
  | 'account'
  | 'account-suspended'
  | 'account-loop'
  | 'remote-for-user'
  | 'remote-for-stranger'
  | 'unknown-address'
  | 'list-loop'
  | 'list-null-path'
  | 'list-open'
  | 'list-poster-allowed'
  | 'list-poster-external'
  | 'list-poster-not-member'
  | 'list-moderated'
  | 'list-without-moderator'

export type Verdict =
  | { readonly action: 'arrive' | 'expand' | 'moderate' | 'relay'; readonly reason: Reason }
  | { readonly action: 'refuse'; readonly reason: Reason; readonly code: RefusalCode }

export function decideRecipient(facts: RecipientFacts): Verdict {
  if (facts.kind === 'nobody') {
    if (facts.isInternalDomain) return refuse('unknown-address', 'no-such-address')
    if (!facts.isUser) return refuse('remote-for-stranger', 'relay-denied')
    return { action: 'relay', reason: 'remote-for-user' }
  }
  if (facts.kind === 'account') {
    if (facts.isSuspended) return refuse('account-suspended', 'suspended')
    if (facts.hasBeenHere) return refuse('account-loop', 'mail-loop')
    return { action: 'arrive', reason: 'account' }
  }
  if (facts.hasBeenHere) return refuse('list-loop', 'mail-loop')
  // A list that answered reports would send them to everybody (RFC 3834 §4).
  if (facts.poster.isNull) return refuse('list-null-path', 'list-closed')
  if (facts.posting === 'anyone') return { action: 'expand', reason: 'list-open' }
  if (facts.poster.isOwner) return { action: 'expand', reason: 'list-poster-allowed' }
  return postingRules[facts.posting](facts.poster)
}

const postingRules: Readonly<Record<Exclude<ListPosting, 'anyone'>, (poster: Poster) => Verdict>> =
  {
    internal: (poster) =>
      poster.isInternal
        ? { action: 'expand', reason: 'list-poster-allowed' }
        : refuse('list-poster-external', 'list-closed'),
    members: (poster) =>
      poster.isMember
        ? { action: 'expand', reason: 'list-poster-allowed' }
        : refuse('list-poster-not-member', 'list-closed'),
    moderated: (poster) =>
      poster.hasModerator
        ? { action: 'moderate', reason: 'list-moderated' }
        : refuse('list-without-moderator', 'list-moderated'),
  }

function refuse(reason: Reason, code: RefusalCode): Verdict {
  return { action: 'refuse', reason, code }
}
