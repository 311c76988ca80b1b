/** Mail that waits, by opaque ids: an operator sees no address and no content. Architecture D13. */
import { z } from 'zod'
import type { Act } from '../../access/types.ts'
import { Refusal } from '../../base/refusal.ts'
import type { QueueActs, QueuedDestination, QueueItem, QueueSelection } from '../../queue/types.ts'
import { exampleId, millis, ref } from '../fields.ts'
import { getDepartment } from '../find.ts'
import { listedMax } from '../limits.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(listedMax, `At most ${listedMax} can be shown at once.`)
  .default(100)

const exampleDestination = '6c1f0d52-93ab-8e07-a4d1-5f2b8c9d0e3a'

const selectionFields = {
  message: z.uuid('The id of a queued message is a UUID: see tamar queue list.').optional(),
  recipient: z.coerce.number().int().min(0).max(1_000_000).optional(),
  destination: z.uuid('A destination is a UUID: see tamar queue destinations.').optional(),
  department: ref('The department').optional(),
}

const selectionSchema = z.object(selectionFields)
type SelectionInput = z.output<typeof selectionSchema>

/** Undefined: nothing was picked. */
function selectionOf(ports: AdminPorts, input: SelectionInput): QueueSelection | undefined {
  const { message: messageId, recipient, destination, department } = input
  const picked = [messageId, destination, department].filter((one) => one !== undefined)
  if (picked.length > 1 || (recipient !== undefined && messageId === undefined)) throw oneOnly()
  if (messageId !== undefined)
    return { kind: 'message', messageId, ...(recipient === undefined ? {} : { recipient }) }
  if (destination !== undefined) return { kind: 'destination', destination }
  if (department === undefined) return undefined
  return { kind: 'department', departmentId: getDepartment(ports.directory, department).id }
}

function oneOnly(): Refusal {
  const message =
    'Name one message (and perhaps one recipient of it), one destination or one department.'
  return new Refusal('invalid', { message })
}

const itemSchema = z.strictObject({
  messageId: z.string(),
  recipient: z.int(),
  destination: z.string(),
  department: z.string().nullable(),
  state: z.enum(['waiting', 'unrouted', 'held']),
  isUnderWay: z.boolean(),
  octets: z.int(),
  queuedAt: millis,
  expiresAt: millis,
  nextAttemptAt: millis,
  attempts: z.int(),
})

const list = reading({
  id: 'queue.list',
  path: '/queue',
  act: 'queue.read',
  summary: 'Mail that waits, the oldest first: by opaque id, never by address.',
  input: selectionSchema.extend({ limit }),
  output: z.strictObject({ items: z.array(itemSchema) }),
  example: {
    items: [
      {
        messageId: exampleId,
        recipient: 0,
        destination: exampleDestination,
        department: 'TD',
        state: 'waiting',
        isUnderWay: false,
        octets: 4_096,
        queuedAt: 1_767_225_600_000,
        expiresAt: 1_767_657_600_000,
        nextAttemptAt: 1_767_225_900_000,
        attempts: 2,
      },
    ],
  },
  run: async (ports, input) => {
    const items = await ports.queue.list(input.limit, selectionOf(ports, input))
    return { items: items.map((item) => itemOf(ports, item)) }
  },
})

function itemOf(
  ports: AdminPorts,
  { departmentId, ...item }: QueueItem,
): z.input<typeof itemSchema> {
  // Of a department that is gone nothing is left but its mail.
  const code = departmentId === undefined ? '' : ports.nameOf.department(departmentId)
  return { ...item, department: code === '' ? null : code }
}

const destinations = reading({
  id: 'queue.destinations',
  path: '/queue/destinations',
  act: 'queue.read',
  summary: 'Where waiting mail is for, the fullest first: by opaque id, never by name.',
  input: z.object({ limit }),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        destination: z.string(),
        recipients: z.int(),
        isHeld: z.boolean(),
        nextAttemptAt: millis,
        attemptsMax: z.int(),
      }) satisfies z.ZodType<QueuedDestination>,
    ),
  }),
  example: {
    items: [
      {
        destination: exampleDestination,
        recipients: 1_200,
        isHeld: false,
        nextAttemptAt: 1_767_225_900_000,
        attemptsMax: 5,
      },
    ],
  },
  run: async (ports, input) => ({ items: [...(await ports.queue.destinations(input.limit))] }),
})

interface ActDefinition {
  readonly verb: keyof QueueActs
  readonly act: Act
  readonly summary: string
}

/** What was done is recorded in its own transaction; what is not there was no use of a privilege. */
function acting({ verb, act, summary }: ActDefinition): Verb {
  return changing({
    id: `queue.${verb}`,
    path: `/queue/${verb}`,
    act,
    summary,
    input: selectionSchema,
    output: z.strictObject({ recipients: z.int() }),
    example: { recipients: 1 },
    run: async (ports, input) => {
      const selection = selectionOf(ports, input)
      if (selection === undefined) throw oneOnly()
      const recipients = await write(ports, async (tx) => {
        const count = await ports.queue[verb](tx, selection)
        await ports.audit.record(tx, {
          kind: 'privilege',
          act,
          ...objectOf(selection),
          ...ports.actor,
        })
        return count
      })
      return { recipients }
    },
  })
}

function objectOf(selection: QueueSelection): { objectId: string } | { departmentId: string } {
  if (selection.kind === 'message') return { objectId: selection.messageId }
  if (selection.kind === 'destination') return { objectId: selection.destination }
  return { departmentId: selection.departmentId }
}

export const queueVerbs: readonly Verb[] = [
  list,
  destinations,
  acting({
    verb: 'hold',
    act: 'queue.hold',
    summary: 'Holds waiting mail back; of a destination or a department also what comes later.',
  }),
  acting({
    verb: 'release',
    act: 'queue.release',
    summary: 'Lets go what was held back in the same way.',
  }),
  acting({
    verb: 'retry',
    act: 'queue.retry',
    summary: 'Tries waiting mail now, whatever its schedule says.',
  }),
  acting({
    verb: 'cancel',
    act: 'queue.remove',
    summary: 'Takes mail out of the queue; its senders are not told.',
  }),
]
