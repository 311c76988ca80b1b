/**
 * The queue by itself, on a PostgreSQL with fsync: what putting in and taking out cost as it fills, what
 * a hundred thousand messages for a dead domain cost the others, and deliveries to Debian's smtp-sink.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../src/base/clock.ts'
import { createDatabase } from '../src/db/database.ts'
import { startCluster } from '../src/db/embedded/cluster.ts'
import { migrate } from '../src/db/migrate.ts'
import type { Database } from '../src/db/types.ts'
import { createKeys } from '../src/keys/keys.ts'
import { temporaryMaster } from '../src/keys/temporary-master.ts'
import { createQueue, type OwnedQueue } from '../src/queue/create-queue.ts'
import type { QueueInput, Transport } from '../src/queue/types.ts'
import { createQueueWorker } from '../src/queue/worker.ts'
import { createRemoteTransport } from '../src/smtp/outbound/remote-transport.ts'
import { fakeResolver, noPolicies, noRules } from '../test/support/far-world.ts'
import { freePort } from '../test/support/free-ports.ts'
import { median, type Figure } from './figure.ts'

const contentOctets = 4_000
const liveDomains = 50
const atOnce = 16

/** `share` of the sizes that the aims are about. */
export async function measureQueue(share: number): Promise<readonly Figure[]> {
  await using t = await openStage()
  const figures: Figure[] = []
  for (const size of [1_000, 1_000_000 * share]) figures.push(...(await measureAt(t, size)))
  await empty(t.owner)
  figures.push(...(await measureDead(100_000 * share, 4_000 * share)))
  figures.push(await measureSink(t, 10_000 * share))
  return figures
}

interface QueueStage extends AsyncDisposable {
  readonly queue: OwnedQueue
  readonly owner: Database
}

async function openStage(): Promise<QueueStage> {
  const stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'tamar-bench-queue-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const cluster = stack.use(await startCluster({ folder: join(folder, 'pg') }))
  const owner = stack.use(
    createDatabase({ ...cluster.connection, asOwner: true, connectionsMax: 2 }),
  )
  await migrate(owner)
  const database = stack.use(createDatabase({ ...cluster.connection, connectionsMax: 16 }))
  const clock = systemClock
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database, master: temporary.master, clock })
  const queue = createQueue({ database, keys, clock, random: Math.random })
  return { queue, owner, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Mail that waits for another try in some hours, as a backlog does: a thousand destinations. */
async function fill(owner: Database, count: number): Promise<void> {
  const later = systemClock.now() + 3_600_000
  await owner.single({
    text: `WITH made AS (
        INSERT INTO queued_message (bucket, message_id, octets, queued_at, expires_at, envelope, content)
        SELECT n % 16, gen_random_uuid(), 4000, $2::bigint, $2::bigint + 400000000, '\\x00', '\\x00'
        FROM generate_series(1, $1::integer) AS n RETURNING bucket, message_id)
      INSERT INTO queued_recipient
        (bucket, message_id, recipient, destination, department_id, state, next_attempt_at, sealed)
      SELECT bucket, message_id, 0,
        ('00000000-0000-8000-8000-' || lpad((abs(hashtext(message_id::text)) % 1000)::text, 12, '0'))::uuid,
        '00000000-0000-0000-0000-000000000000', 'waiting', $2::bigint, '\\x00' FROM made`,
    values: [count, later],
  })
  await owner.single({ text: 'ANALYZE queued_message' })
  await owner.single({ text: 'ANALYZE queued_recipient' })
}

async function empty(owner: Database): Promise<void> {
  await owner.single({ text: 'DELETE FROM queued_recipient' })
  await owner.single({ text: 'DELETE FROM queued_message' })
  await owner.single({ text: 'VACUUM queued_recipient' })
  await owner.single({ text: 'VACUUM queued_message' })
}

const instant: Transport = {
  send: async (_message, attempts) => attempts.map(() => ({ result: 'delivered' })),
}

async function measureAt({ queue, owner }: QueueStage, size: number): Promise<readonly Figure[]> {
  const count = 2_000
  await empty(owner)
  await fill(owner, size)
  const into = await timed(() => enqueueAll(queue, liveInputs(count)))
  const worker = createQueueWorker({ queue, transport: instant, reporter })
  const out = await timed(() => worker.runOnce())
  const at = `with ${size.toLocaleString('en')} waiting`
  return [
    { measure: `enqueue ${at}`, value: into / count, unit: 'ms' },
    { measure: `dequeue ${at}`, value: out / count, unit: 'ms' },
  ]
}

const reporter = { report: async () => [] }

/**
 * Others' mail beside a dead domain and without one, in turns, so that a machine that is busy is busy for
 * both: two databases, one with all the mail for the dead domain in it.
 */
async function measureDead(dead: number, live: number): Promise<readonly Figure[]> {
  await using alone = await openStage()
  await using crowded = await openStage()
  await enqueueMany(crowded.queue, deadInputs(dead))
  await crowded.owner.single({ text: 'ANALYZE queued_recipient' })
  const rates = { alone: [] as number[], crowded: [] as number[] }
  await sendLive(crowded.queue, live / 4)
  await sendLive(alone.queue, live / 4)
  for (let turn = 0; turn < turns; turn++) {
    rates.alone.push(await sendLive(alone.queue, live))
    rates.crowded.push(await sendLive(crowded.queue, live))
  }
  const [without, beside] = [median(rates.alone), median(rates.crowded)]
  return [
    { measure: 'others’ mail, alone', value: without, unit: '/s' },
    {
      measure: `others’ mail, ${dead.toLocaleString('en')} for a dead domain`,
      value: beside,
      unit: '/s',
    },
    {
      measure: 'others’ mail beside a dead domain, of what it is alone',
      value: (beside / without) * 100,
      unit: '%',
      aim: { least: 90 },
      note: `medians of ${turns} turns, one after the other`,
    },
  ]
}

const turns = 5

/** @returns recipients a second. */
async function sendLive(queue: OwnedQueue, live: number): Promise<number> {
  await enqueueAll(queue, liveInputs(live))
  let left = live
  const done = Promise.withResolvers<void>()
  const transport: Transport = {
    send: async (_message, attempts) => {
      const isDead = attempts[0]?.forwardPath.endsWith('@dead.example') === true
      // As long as it takes to hear that nobody listens.
      await delay(isDead ? 1_000 : 5)
      if (isDead) return attempts.map(() => silence)
      left -= attempts.length
      if (left === 0) done.resolve()
      return attempts.map(() => ({ result: 'delivered' }))
    },
  }
  await using worker = createQueueWorker({ queue, transport, reporter })
  const took = await timed(async () => {
    worker.start()
    await done.promise
  })
  return (live * 1000) / took
}

const silence = {
  result: 'deferred',
  reply: { code: 421, enhanced: '4.4.1', text: 'No mail server of this domain answers' },
  isUnanswered: true,
} as const

async function measureSink({ queue }: QueueStage, count: number): Promise<Figure> {
  const port = await freePort()
  const sink = spawn('smtp-sink', ['-u', 'nobody', `127.0.0.1:${port}`, '200'], { stdio: 'ignore' })
  try {
    await untilListening(port)
    await enqueueAll(queue, liveInputs(count))
    using transport = createRemoteTransport({
      resolver: fakeResolver(),
      sts: noPolicies,
      rules: noRules,
      clock: systemClock,
      random: Math.random,
      hostname: 'bench.example',
      port,
      mayUseLoopback: true,
    })
    const worker = createQueueWorker({ queue, transport, reporter })
    const took = await timed(() => worker.runOnce())
    const { waiting } = await queue.count()
    if (waiting > 0) throw new Error(`${waiting} were not delivered`)
    return {
      measure: 'deliveries to smtp-sink',
      value: (count * 1000) / took,
      unit: '/s',
      aim: { least: 500 },
      note: `${liveDomains} domains, 4 kB, one recipient each, in clear`,
    }
  } finally {
    sink.kill('SIGKILL')
  }
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
    const isThere = await promise
    socket.destroy()
    if (isThere) return
    await delay(50)
  }
  throw new Error('smtp-sink does not listen: is postfix installed?')
}

function liveInputs(count: number): readonly QueueInput[] {
  return Array.from({ length: count }, (_, at) => inputTo(`r@live${at % liveDomains}.example`))
}

function deadInputs(count: number): readonly QueueInput[] {
  return Array.from({ length: count }, () => inputTo('r@dead.example'))
}

const content = Buffer.from(
  `Subject: bench\r\n\r\n${'a line of text\r\n'.repeat(contentOctets / 16)}`,
)

function inputTo(forwardPath: string): QueueInput {
  const envelope = { reversePath: 's@td.example', isSmtpUtf8: false, requiresTls: false }
  return { envelope: { ...envelope, messageId: 'bench' }, content, recipients: [{ forwardPath }] }
}

/** Some hundred a transaction: what is measured is not how they came. */
async function enqueueMany(queue: OwnedQueue, inputs: readonly QueueInput[]): Promise<void> {
  for (let at = 0; at < inputs.length; at += 500) await queue.enqueue(inputs.slice(at, at + 500))
}

/** One message a transaction, as submission does; so many at a time. */
async function enqueueAll(queue: OwnedQueue, inputs: readonly QueueInput[]): Promise<void> {
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < inputs.length; at = next++) {
      const input = inputs[at]
      if (input !== undefined) await queue.enqueue([input])
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
