/** Nodes that take no new connections: what is open goes on, a load balancer sends elsewhere. */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { millisOrNull } from '../fields.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, type Verb, write } from '../verb.ts'
import { drainNode, isOfNode, listDrained, undrainNode } from './rows.ts'

const item = z.strictObject({
  id: z.string(),
  /** Null: it takes connections. */
  drainedAt: millisOrNull,
  /** It is the one that answers. */
  isThis: z.boolean(),
})
const example = { id: 'node-47dd538d', drainedAt: null, isThis: true }
const which = z
  .string()
  .regex(
    /^[\w.-]{1,64}$/,
    'The name of a node has letters, digits and hyphens: see tamar node list.',
  )
const input = z.object({ node: which })

const list = listing({
  id: 'nodes.list',
  path: '/nodes',
  act: 'platform.status',
  summary: 'The node that answers, and those that are drained.',
  input: z.object({}),
  item,
  example,
  run: async ({ database, nodeId }) => {
    const drained = await listDrained(database)
    const isKnown = drained.some((one) => isOfNode(nodeId, one.nodeId))
    const own = isKnown ? [] : [{ id: nodeId, drainedAt: null, isThis: true }]
    const rest = drained.map(({ nodeId: id, drainedAt }) => ({
      id,
      drainedAt,
      isThis: isOfNode(nodeId, id),
    }))
    return [...own, ...rest]
  },
})

const drain = changing({
  id: 'nodes.drain',
  method: 'PUT',
  path: '/nodes/{node}/drain',
  act: 'node.drain',
  summary:
    'A node takes no new mail connections and says that it is not ready; what is open goes on.',
  input,
  output: item,
  example: { ...example, drainedAt: 1_767_225_600_000 },
  run: async (ports, { node: nodeId }) => {
    const drainedAt = ports.clock.now()
    await change(ports, nodeId, (tx) => drainNode(tx, { nodeId, drainedAt }))
    return { id: nodeId, drainedAt, isThis: isOfNode(ports.nodeId, nodeId) }
  },
})

const undrain = changing({
  id: 'nodes.undrain',
  method: 'DELETE',
  path: '/nodes/{node}/drain',
  act: 'node.drain',
  summary: 'A drained node takes connections again.',
  input,
  output: item,
  example,
  run: async (ports, { node: nodeId }) => {
    await change(ports, nodeId, (tx) => undrainNode(tx, nodeId))
    return { id: nodeId, drainedAt: null, isThis: isOfNode(ports.nodeId, nodeId) }
  },
})

async function change(
  ports: AdminPorts,
  objectId: string,
  work: (tx: Tx) => Promise<boolean>,
): Promise<void> {
  const { writing, audit, actor } = ports
  const act = 'node.drain'
  await write(ports, async (tx) => {
    const granted = await writing.requireGrant(tx, { act, object: { objectId }, input: {} })
    if (!(await work(tx))) throw new Refusal('already-exists', { message: 'It is so already.' })
    await audit.record(tx, { kind: 'privilege', act, objectId, ...actor, ...granted })
  })
}

export const nodeVerbs: readonly Verb[] = [list, drain, undrain]
