/** A post for a moderated list waits: nothing is said to its sender until it is kept. RFC 5321 §6.1. */
import type { Context } from '../accept.ts'
import { moderationMs } from '../limits.ts'
import type { Moderated } from '../plan.ts'
import type { DeliveryParts } from '../ports.ts'
import type { NewPost } from '../../queue/moderation/types.ts'
import type { PostFacts } from './post.ts'

export async function keepModerated(parts: DeliveryParts, context: Context): Promise<void> {
  const posts = postsOf(parts, context)
  if (posts.length > 0) await parts.moderation.keep(posts)
}

export function postsOf(
  { clock }: Pick<DeliveryParts, 'clock'>,
  context: Context,
): readonly NewPost[] {
  const { plan, postIds, sameness, message } = context
  return plan.moderated.map((moderated) => ({
    id: postIds.get(moderated.list.id) ?? '',
    listId: moderated.list.id,
    sameness,
    facts: factsOf(context, moderated, clock.now()),
    content: message,
    expiresAt: clock.now() + moderationMs,
  }))
}

function factsOf(
  context: Context,
  { wish, moderatorId }: Moderated,
  receivedAt: number,
): PostFacts {
  const { envelope, peer, plan, messageId, headerId, sameness, submitter, found } = context
  const filing = plan.targets.find(({ accountId }) => accountId === moderatorId)?.filing
  return {
    messageId,
    ...(headerId === undefined ? {} : { headerId }),
    sameness: sameness.toString('base64'),
    envelope,
    peer,
    wish,
    receivedAt,
    ...(submitter === undefined
      ? {}
      : { submitter: { principal: submitter.principal, domain: submitter.domain } }),
    marks: filing?.marks ?? [],
    ...(filing?.heldFor === undefined ? {} : { heldFor: filing.heldFor }),
    ...(filing?.isDangerous === undefined ? {} : { isDangerous: filing.isDangerous }),
    mayTell: submitter !== undefined || found?.isProven === true,
  }
}
