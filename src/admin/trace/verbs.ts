/**
 * Message trace: what the platform did with a message, hop by hop, never what is in it. Who asks sees
 * what concerns his departments alone, and that he asked is sealed in the audit log before he hears.
 */
import { z } from 'zod'
import type { MailLogEntry } from '../../audit/mail-log.ts'
import { minuteMs, type Millis } from '../../base/clock.ts'
import { timeOfId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import { exampleId, millis, moment } from '../fields.ts'
import { traceInitiallyMs, traceMessagesMax, traceSpanMaxMs } from '../limits.ts'
import { roleIn } from '../call.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, type Verb } from '../verb.ts'
import { findMessages, type Wanted } from './find-messages.ts'
import { outcomeSentence, takenSentence } from './words.ts'

const step = z.strictObject({
  at: millis,
  event: z.enum(['taken', 'delivered', 'relayed', 'queued', 'deferred', 'failed', 'held']),
  recipient: z.string().nullable(),
  list: z.string().nullable(),
  /** For people. */
  sentence: z.string(),
})
type Step = z.input<typeof step>

const text = z.string().min(1).max(1_024).optional()

const search = changing({
  id: 'traces.search',
  path: '/traces',
  act: 'trace.search',
  summary:
    'Follows messages by id, Message-ID, sender, recipient or time. A POST, so that no address ' +
    'stands in an URL; it changes nothing, and is in the audit log.',
  input: z.object({
    id: z.uuid('An id is the UUID in our Received field.').optional(),
    headerId: text,
    sender: text,
    recipient: text,
    from: moment.optional(),
    to: moment.optional(),
    limit: z.int().min(1).max(traceMessagesMax).default(20),
  }),
  output: z.strictObject({
    messages: z.array(
      z.strictObject({
        id: z.string(),
        /** The null reverse-path is empty. */
        sender: z.string(),
        octets: z.int(),
        takenAt: millis,
        steps: z.array(step),
      }),
    ),
    /** There is more: ask for a shorter time, or say more of what is looked for. */
    isCut: z.boolean(),
  }),
  example: {
    messages: [
      {
        id: exampleId,
        sender: 'zoe@example.org',
        octets: 4_096,
        takenAt: 1_767_225_600_000,
        steps: [
          {
            at: 1_767_225_600_000,
            event: 'delivered',
            recipient: 'chan.tai.man@td.example',
            list: null,
            sentence: 'Delivered to the mailbox of chan.tai.man@td.example.',
          },
        ],
      },
    ],
    isCut: false,
  },
  run: async (ports, { id, headerId, sender, recipient, from, to, limit }) => {
    const wanted = { id, headerId, sender, recipient }
    const span = spanOf(ports.clock.now(), { id, from, to })
    await record(ports, wanted)
    const { database, writing } = ports
    const isShown = (entry: MailLogEntry) => concernsHim(ports, entry)
    const query = { ...span, wanted, limit, isShown }
    const { messages, isCut } = await findMessages(database, writing.keys.platform, query)
    const shown = [...messages].map(([messageId, entries]) => viewOf(ports, messageId, entries))
    return { messages: shown, isCut }
  },
})

interface Asked {
  readonly id: string | undefined
  readonly from: Millis | undefined
  readonly to: Millis | undefined
}

function spanOf(now: Millis, { id, from, to }: Asked): { from: Millis; to: Millis } {
  const madeAt = id === undefined ? undefined : timeOfId(id)
  const start = from ?? (madeAt === undefined ? undefined : madeAt - minuteMs)
  const end = to ?? (start === undefined ? now + 1 : Math.min(now + 1, start + traceSpanMaxMs))
  const span = { from: start ?? end - traceInitiallyMs, to: end }
  const lengthMs = span.to - span.from
  if (lengthMs <= traceSpanMaxMs) return span
  const days = Math.floor(traceSpanMaxMs / (24 * 60 * minuteMs))
  throw new Refusal('invalid', { message: `One search looks at ${days} days at most.` })
}

/** Before anything is read: somebody outside knows that he asked (architecture D11). */
async function record(ports: AdminPorts, wanted: Wanted): Promise<void> {
  const { audit, actor, caller } = ports
  const { id, headerId, sender, recipient } = wanted
  const by =
    id !== undefined || headerId !== undefined
      ? 'id'
      : sender !== undefined
        ? 'sender'
        : recipient !== undefined
          ? 'recipient'
          : 'time'
  const { departmentId } = caller
  await audit.recordAcknowledged({
    kind: 'trace',
    by,
    query: JSON.stringify({ id, headerId, sender, recipient }),
    ...(departmentId === undefined ? {} : { departmentId }),
    ...actor,
    ...roleIn(ports, 'trace.search'),
  })
}

function addressesIn({ reversePath, recipients, outcomes = [] }: MailLogEntry): readonly string[] {
  return [reversePath, ...recipients, ...outcomes.map(({ recipient }) => recipient)]
}

function concernsHim({ isInCare }: AdminPorts, entry: MailLogEntry): boolean {
  return addressesIn(entry).some((address) => isInCare(address))
}

function viewOf(ports: AdminPorts, id: string, entries: readonly MailLogEntry[]) {
  const taken = entries.find(({ event }) => event === 'received' || event === 'submitted')
  const [first] = entries
  const sender = (taken ?? first)?.reversePath ?? ''
  // Whose sender is in his care may hear what became of his mail everywhere.
  const isSeen = (address: string) => ports.isInCare(sender) || ports.isInCare(address)
  return {
    id,
    sender,
    octets: (taken ?? first)?.octets ?? 0,
    takenAt: (taken ?? first)?.at ?? 0,
    steps: entries.flatMap((entry) => stepsOf(entry, isSeen)),
  }
}

function stepsOf(entry: MailLogEntry, isSeen: (address: string) => boolean): readonly Step[] {
  const { at, outcomes, recipients } = entry
  if (outcomes === undefined) {
    const sentence = takenSentence(entry, recipients.filter(isSeen).length)
    return [{ at, event: 'taken', recipient: null, list: null, sentence }]
  }
  return outcomes
    .filter(({ recipient }) => isSeen(recipient))
    .map((outcome) => ({
      at,
      event: outcome.result,
      recipient: outcome.recipient,
      list: outcome.list ?? null,
      sentence: outcomeSentence(outcome),
    }))
}

export const traceVerbs: readonly Verb[] = [search]
