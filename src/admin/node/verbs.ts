/**
 * Nodes: which there are, which take no new connections (what is open goes on, a load balancer sends
 * elsewhere), and to end one. To start one is the work of the machine's own service manager.
 */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { millisOrNull } from '../fields.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, type Verb, write } from '../verb.ts'
import { nodesListedMs, silentMs } from '../limits.ts'
import { askToStop, drainNode, isOfNode, listDrained, listNodes, undrainNode } from './rows.ts'

const item = z.strictObject({
  id: z.string(),
  version: z.string(),
  /** `silent`: not heard of for half a minute; it was cut, or its machine was. */
  state: z.enum(['running', 'stopping', 'silent']),
  startedAt: millisOrNull,
  seenAt: millisOrNull,
  /** Null: it takes connections. */
  drainedAt: millisOrNull,
  /** It is the one that answers. */
  isThis: z.boolean(),
})
const example = {
  id: 'node-47dd538d',
  version: '0.1.0',
  state: 'running',
  startedAt: 1_767_225_600_000,
  seenAt: 1_767_229_200_000,
  drainedAt: null,
  isThis: true,
} as const
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
  summary: 'Nodes heard of within a week, and those that are drained.',
  input: z.object({}),
  item,
  example,
  run: viewsOf,
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
    await change(ports, { act: 'node.drain', objectId: nodeId }, (tx) =>
      drainNode(tx, { nodeId, drainedAt }),
    )
    return viewOfOne(ports, nodeId)
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
    await change(ports, { act: 'node.drain', objectId: nodeId }, (tx) => undrainNode(tx, nodeId))
    return viewOfOne(ports, nodeId)
  },
})

const stop = changing({
  id: 'nodes.stop',
  path: '/nodes/{node}/stop',
  act: 'node.stop',
  summary:
    'A node ends within seconds, as at a signal. To start it again is its service manager’s work.',
  input,
  output: item,
  example: { ...example, state: 'stopping' },
  run: async (ports, { node: nodeId }) => {
    const at = ports.clock.now()
    const known = await listNodes(ports.database, at - silentMs)
    if (!known.some((one) => one.nodeId === nodeId)) {
      const message = 'No node of this name runs: see tamar node list.'
      throw new Refusal('not-found', { field: 'node', message })
    }
    await change(ports, { act: 'node.stop', objectId: nodeId }, (tx) =>
      askToStop(tx, { nodeId, at, seenAfter: at - silentMs }),
    )
    return viewOfOne(ports, nodeId)
  },
})

interface Change {
  readonly act: 'node.drain' | 'node.stop'
  readonly objectId: string
}

async function change(
  ports: AdminPorts,
  { act, objectId }: Change,
  work: (tx: Tx) => Promise<boolean>,
): Promise<void> {
  const { writing, audit, actor } = ports
  await write(ports, async (tx) => {
    const granted = await writing.requireGrant(tx, { act, object: { objectId }, input: {} })
    if (!(await work(tx))) throw new Refusal('already-exists', { message: 'It is so already.' })
    await audit.record(tx, { kind: 'privilege', act, objectId, ...actor, ...granted })
  })
}

async function viewsOf(ports: AdminPorts): Promise<readonly View[]> {
  const { database, clock, nodeId: own } = ports
  const now = clock.now()
  const drained = new Map((await listDrained(database)).map((one) => [one.nodeId, one.drainedAt]))
  const known = await listNodes(database, now - nodesListedMs)
  const views = known.map(({ nodeId: id, version, startedAt, seenAt, stopAskedAt }): View => {
    const drainedAt = drained.get(id) ?? null
    drained.delete(id)
    const isSilent = now - seenAt > silentMs
    const state = isSilent ? 'silent' : stopAskedAt === undefined ? 'running' : 'stopping'
    return { id, version, state, startedAt, seenAt, drainedAt, isThis: isOfNode(own, id) }
  })
  // Somebody drained what is not there, or has been away for long.
  const others = [...drained].map(([id, drainedAt]) => unheard(id, drainedAt))
  return [...views, ...others]
}

function unheard(id: string, drainedAt: number | null): View {
  const never = { startedAt: null, seenAt: null }
  return { id, version: '', state: 'silent', ...never, drainedAt, isThis: false }
}

async function viewOfOne(ports: AdminPorts, id: string): Promise<View> {
  const views = await viewsOf(ports)
  return views.find((one) => one.id === id) ?? unheard(id, null)
}

type View = z.input<typeof item>

export const nodeVerbs: readonly Verb[] = [list, drain, undrain, stop]
