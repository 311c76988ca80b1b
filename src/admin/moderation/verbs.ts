/**
 * What waits for the moderators of lists: shown to the owner of the list alone, or the holder of the post
 * that owns it, who reads the message itself in his mailbox; let through or refused by him.
 */
import { z } from 'zod'
import { done, exampleId, id, millis } from '../fields.ts'
import { notFound } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import type { WaitingForModerator } from './port.ts'
import { changing, listing, type Verb, write } from '../verb.ts'

const act = 'list.moderate'
const waiting = z.uuid('What waits has a UUID: see tamar moderation list.')

const list = listing({
  id: 'moderation.list',
  path: '/moderation',
  act,
  summary: 'What waits for lists of one’s own and of posts that one holds, the oldest first.',
  input: z.object({}),
  item: z.strictObject({
    /** It stands in the field Tamar-Moderation of the moderator’s copy. */
    id,
    list: z.string(),
    /** Whom it says it comes from on the way; empty for a machine’s report. */
    reversePath: z.string(),
    octets: z.int(),
    waitingSince: millis,
    expiresAt: millis,
  }),
  example: {
    id: exampleId,
    list: 'all@td.example',
    reversePath: 'chan@td.example',
    octets: 4_096,
    waitingSince: 1_767_225_600_000,
    expiresAt: 1_767_830_400_000,
  },
  run: async (ports) =>
    (await waitingFor(ports)).map(
      ({ id: postId, list: address, reversePath, octets, waitingSince, expiresAt }) => ({
        id: postId,
        list: address,
        reversePath,
        octets,
        waitingSince,
        expiresAt,
      }),
    ),
})

const letThrough = deciding('let-through', {
  id: 'moderation.let-through',
  path: '/moderation/{waiting}/passage',
  summary: 'A message goes to all who are members of the list now.',
})

const refuse = deciding('refuse', {
  id: 'moderation.refuse',
  path: '/moderation/{waiting}/refusal',
  summary: 'A message does not go to the list; its sender is told, if he is who he says.',
})

function deciding(
  decision: 'let-through' | 'refuse',
  words: { readonly id: string; readonly path: string; readonly summary: string },
): Verb {
  return changing({
    ...words,
    act,
    input: z.object({ waiting }),
    output: done,
    example: {},
    run: async (ports, input) => {
      await decide(ports, input.waiting.toLowerCase(), decision)
      return {}
    },
  })
}

async function decide(ports: AdminPorts, postId: string, decision: 'let-through' | 'refuse') {
  const { writing, audit, moderation } = ports
  const post = (await waitingFor(ports)).find((one) => one.id === postId)
  if (post === undefined)
    throw notFound('waiting', 'Nothing of this id waits for you: see tamar moderation list.')
  const { accountId, departmentId, listId: objectId } = post
  const settle = await moderation.prepare(postId, decision)
  await write(ports, async (tx) => {
    const object = { accountId, departmentId, objectId }
    const granted = await writing.requireGrant(tx, { act, object, input: { decision } })
    await settle(tx)
    const about = { act, departmentId, objectId, fields: [decision] } as const
    await audit.record(tx, { kind: 'administration', ...about, ...writing.actor, ...granted })
  })
}

/** His own account, and those of the posts he holds. */
async function waitingFor(ports: AdminPorts): Promise<readonly WaitingForModerator[]> {
  const { caller, directory, heldPosts, moderation } = ports
  const own = caller.personId === undefined ? undefined : directory.person(caller.personId)
  const accounts = [...heldPosts(), ...(own === undefined ? [] : [own])]
  return moderation.waitingFor(accounts.map(({ accountId }) => accountId))
}

export const moderationVerbs: readonly Verb[] = [list, letThrough, refuse]
