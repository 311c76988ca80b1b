/** A queue with a worker, a clock moved by hand and a transport that answers by the local part. */
import { ManualClock } from '../../src/base/clock.ts'
import { createKeys } from '../../src/keys/keys.ts'
import { temporaryMaster } from '../../src/keys/temporary-master.ts'
import type { Keys } from '../../src/keys/types.ts'
import { createQueue } from '../../src/queue/create-queue.ts'
import type {
  Attempt,
  Outcome,
  QueuedMessage,
  QueueInput,
  Report,
  Transport,
} from '../../src/queue/types.ts'
import { createQueueWorker } from '../../src/queue/worker.ts'
import type { TestDatabase } from './database.ts'

export const busy = { code: 452, enhanced: '4.2.2', text: 'Mailbox full' }
export const gone = { code: 550, enhanced: '5.1.1', text: 'No such mailbox' }

/** A transport that answers by the local part and remembers what it was given. */
export class FakeTransport implements Transport {
  readonly sent: string[] = []
  readonly contents: string[] = []
  answer: (attempt: Attempt) => Outcome = ({ forwardPath }) => {
    if (forwardPath.startsWith('busy')) return { result: 'deferred', reply: busy }
    if (forwardPath.startsWith('gone')) return { result: 'failed', reply: gone }
    if (forwardPath.endsWith('@dead'))
      return { result: 'deferred', reply: busy, isUnanswered: true }
    if (forwardPath.startsWith('far')) return { result: 'unrouted' }
    return { result: 'delivered' }
  }

  async send(message: QueuedMessage, attempts: readonly Attempt[]): Promise<readonly Outcome[]> {
    this.contents.push(String(await message.content()))
    this.sent.push(...attempts.map(({ forwardPath }) => forwardPath))
    return attempts.map((attempt) => this.answer(attempt))
  }
}

/** `keys`: those of the platform the queue stands in; its own when there is none. */
export async function openQueue(t: TestDatabase, platformKeys?: Pick<Keys, 'platform'>) {
  const clock = new ManualClock()
  const keys = platformKeys ?? (await makeKeys(t, clock))
  const queue = createQueue({ database: t.database, keys, clock, random: () => 0.5 })
  const transport = new FakeTransport()
  const reports: Report[] = []
  const alarms: string[] = []
  const worker = createQueueWorker({
    queue,
    transport,
    reporter: {
      report: async (_message, some) => {
        reports.push(...some)
        return []
      },
    },
    onAlarm: (what) => alarms.push(what),
  })
  return { clock, keys, queue, transport, worker, reports, alarms }
}

async function makeKeys({ database }: TestDatabase, clock: ManualClock): Promise<Keys> {
  await using temporary = await temporaryMaster()
  return createKeys({ database, master: temporary.master, clock })
}

export function queueInput(
  forwardPaths: readonly string[],
  more: Partial<QueueInput> = {},
): QueueInput {
  const reversePath = 'canary-sender@td.example'
  return {
    envelope: { reversePath, isSmtpUtf8: false, requiresTls: false, messageId: 'm' },
    content: Buffer.from('Subject: canary-subject\r\n\r\ncanary-body\r\n'),
    recipients: forwardPaths.map((forwardPath) => ({ forwardPath })),
    ...more,
  }
}
