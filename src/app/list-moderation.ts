/** Plugs together what moderators see and do: lists from the directory, posts that wait, delivery. */
import type { ListModeration, WaitingForModerator } from '../admin/moderation/port.ts'
import { Refusal } from '../base/refusal.ts'
import { factsOf } from '../delivery/moderation/post.ts'
import type { DistributionList } from '../directory/types.ts'
import type { WaitingPost } from '../queue/moderation/types.ts'
import type { Platform } from './platform.ts'

type Ground = Pick<Platform, 'directory' | 'moderation' | 'delivery' | 'clock'>

export function createListModeration(ground: Ground): ListModeration {
  const { directory, moderation, delivery, clock } = ground
  return {
    waitingFor: async (accounts) => {
      const owned = directory.lists().flatMap((list) => {
        const owner = directory.findAddress(list.ownerAddress)
        const isOwned = owner?.kind === 'account' && accounts.includes(owner.accountId)
        return isOwned ? [[list.id, { list, ...owner }] as const] : []
      })
      const lists = new Map(owned)
      if (lists.size === 0) return []
      const posts = await moderation.waitingFor([...lists.keys()])
      return posts
        .filter(({ expiresAt }) => expiresAt > clock.now())
        .flatMap((post): readonly WaitingForModerator[] => {
          const found = lists.get(post.listId)
          if (found === undefined) return []
          const { list, accountId, departmentId } = found
          const { id, listId, octets, waitingSince, expiresAt } = post
          const { reversePath } = factsOf(post.facts).envelope
          const about = { id, listId, octets, waitingSince, expiresAt }
          return [{ ...about, list: list.address, accountId, departmentId, reversePath }]
        })
    },
    prepare: async (id, decision) => {
      const post = await moderation.find(id)
      const list = listOf(ground, post)
      if (post === undefined || list === undefined || post.expiresAt <= clock.now()) throw gone()
      const opened = { facts: factsOf(post.facts), list, content: await post.content() }
      const settle =
        decision === 'let-through'
          ? await delivery.prepareLetThrough(opened)
          : await delivery.prepareTurnAway(opened, 'refused')
      return async (tx) => {
        if (!(await moderation.remove(tx, id))) throw gone()
        await settle(tx)
      }
    },
  }
}

function gone(): Refusal {
  const message = 'Nothing of this id waits for you: see tamar moderation list.'
  return new Refusal('not-found', { field: 'waiting', message })
}

function listOf(
  { directory }: Ground,
  post: WaitingPost | undefined,
): DistributionList | undefined {
  return directory.lists().find(({ id }) => id === post?.listId)
}

/** Nobody decided in time: who sent it hears so, where he is who he says. */
export async function expireModerated(
  platform: Ground & Pick<Platform, 'ground' | 'audit'>,
): Promise<void> {
  const { moderation, delivery, ground, audit } = platform
  for (const post of await moderation.expired()) {
    const list = listOf(platform, post)
    const settle =
      list === undefined
        ? undefined
        : await delivery.prepareTurnAway(
            { facts: factsOf(post.facts), list, content: await post.content() },
            'expired',
          )
    await ground.database.transaction(async (tx) => {
      // Another node was quicker.
      if (!(await moderation.remove(tx, post.id))) return
      await settle?.(tx)
      const departmentId = list === undefined ? {} : { departmentId: list.departmentId }
      const about = { objectId: post.listId, fields: ['expired'], ...departmentId }
      await audit.record(tx, { kind: 'administration', act: 'list.moderate', ...about })
    })
  }
}
