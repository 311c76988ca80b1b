/** The platform itself: status, queue, audit trail. */
import { z } from 'zod'
import { done, exampleId, millis } from '../fields.ts'
import { listedMax } from '../limits.ts'
import { changing, reading, type Verb } from '../verb.ts'

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(listedMax, `At most ${listedMax} can be shown at once.`)
  .default(100)

const status = reading({
  id: 'status.get',
  path: '/status',
  act: 'platform.status',
  summary: 'How the node is that answers.',
  input: z.object({}),
  output: z.strictObject({
    version: z.string(),
    nodeId: z.string(),
    startedAt: millis,
    isFounded: z.boolean(),
    roles: z.array(z.string()),
    listeners: z.record(z.string(), z.string()),
    queueMessages: z.int(),
    unsealedEntries: z.int(),
    checks: z.record(z.string(), z.enum(['ok', 'failed'])),
  }),
  example: {
    version: '0.1.0',
    nodeId: 'n1',
    startedAt: 1_767_225_600_000,
    isFounded: true,
    roles: ['smtp', 'imap'],
    listeners: { imaps: '0.0.0.0:993' },
    queueMessages: 0,
    unsealedEntries: 12,
    checks: { database: 'ok' },
  },
  run: async (ports) => {
    const { roles, ...rest } = await ports.status()
    return { ...rest, roles: [...roles] }
  },
})

const queue = reading({
  id: 'queue.list',
  path: '/queue',
  act: 'queue.read',
  summary: 'Mail that waits, the oldest first: by opaque id, never by address.',
  input: z.object({ limit }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        messageId: z.string(),
        recipient: z.int(),
        state: z.enum(['waiting', 'held']),
        octets: z.int(),
        queuedAt: millis,
        expiresAt: millis,
        nextAttemptAt: millis,
        attempts: z.int(),
      }),
    ),
  }),
  example: {
    items: [
      {
        messageId: exampleId,
        recipient: 0,
        state: 'waiting',
        octets: 4_096,
        queuedAt: 1_767_225_600_000,
        expiresAt: 1_767_657_600_000,
        nextAttemptAt: 1_767_225_900_000,
        attempts: 2,
      },
    ],
  },
  run: async (ports, input) => ({ items: [...(await ports.queue.list(input.limit))] }),
})

const queueRemove = changing({
  id: 'queue.remove',
  method: 'DELETE',
  path: '/queue/{id}',
  act: 'queue.remove',
  summary: 'Takes a message, or one recipient of it, out of the queue; its sender is not told.',
  input: z.object({
    id: z.uuid('The id of a queued message is a UUID: see tamar queue list.'),
    recipient: z.coerce.number().int().min(0).max(1_000_000).optional(),
  }),
  output: done,
  example: {},
  run: async (ports, { id, recipient }) => {
    await ports.queue.remove(id, recipient)
    // What is not there was not removed, and is no use of a privilege.
    const act = 'queue.remove'
    await ports.audit.recordAlone({ kind: 'privilege', act, objectId: id, ...ports.actor })
    return {}
  },
})

const audit = reading({
  id: 'audit.list',
  path: '/audit/entries',
  act: 'audit.read',
  summary: 'The newest entries of the audit trail that this database still holds.',
  input: z.object({ limit }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        nodeId: z.string(),
        seq: z.int(),
        at: millis,
        entry: z.looseObject({ kind: z.string() }),
      }),
    ),
  }),
  example: {
    items: [
      {
        nodeId: 'n1',
        seq: 7,
        at: 1_767_225_600_000,
        entry: { kind: 'administration', act: 'person.create', objectId: exampleId },
      },
    ],
  },
  run: async (ports, input) => {
    // Who looks at the trail is in the trail.
    await ports.audit.recordAlone({ kind: 'audit-read', event: 'list', ...ports.actor })
    const entries = await ports.audit.list(ports.database, input.limit)
    return { items: entries.map((one) => ({ ...one, entry: { ...one.entry } })) }
  },
})

export const platformVerbs: readonly Verb[] = [status, queue, queueRemove, audit]
