/**
 * Others' mail beside a hundred thousand messages for a domain whose server does not answer, and
 * without them, in turns, so that a machine that is busy is busy for both.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { secondMs, systemClock } from '../../src/base/clock.ts'
import { createQueueWorker } from '../../src/queue/worker.ts'
import { createRemoteTransport } from '../../src/smtp/outbound/remote-transport.ts'
import { fakeResolver, noPolicies, noRules } from '../../test/support/far-world.ts'
import { median, type Figure } from '../figure.ts'
import { cpuSince, cpuUse } from '../processes.ts'
import { costOf, percent } from '../stage.ts'
import { deadDomain, inputTo, liveInputs } from './inputs.ts'
import { openSmtpSink, untilTaken, type Sink } from './sink.ts'
import { enqueueEach, enqueueMany, openQueueStage } from './stage.ts'

const turns = 6
const order = ['alone', 'crowded'] as const
const deadAddress = '127.0.0.2'

export async function measureBesideDead(dead: number, live: number): Promise<readonly Figure[]> {
  await using stack = new AsyncDisposableStack()
  const sink = stack.use(await openSmtpSink())
  stack.use(await openDead(sink.port))
  const alone = stack.use(await openQueueStage())
  const crowded = stack.use(await openQueueStage())
  await enqueueMany(
    crowded.queue,
    Array.from({ length: dead }, () => inputTo(`r@${deadDomain}`)),
  )
  // They stay at work, and remember who did not answer, as in service.
  for (const { queue } of [alone, crowded]) {
    const transport = stack.use(openTransport(sink.port))
    stack.use(createQueueWorker({ queue, transport, reporter: { report: async () => [] } })).start()
  }
  const found = { alone: [] as Turn[], crowded: [] as Turn[] }
  const turn = async (name: keyof typeof found) =>
    found[name].push(await sendLive(name === 'alone' ? alone.queue : crowded.queue, sink, live))
  await turn('crowded')
  await turn('alone')
  found.alone.length = 0
  found.crowded.length = 0
  for (let at = 0; at < turns; at++)
    // What else the machine does grows or shrinks: neither is always the second.
    for (const name of at % 2 === 0 ? order : order.toReversed()) await turn(name)
  const { waiting } = await crowded.queue.count()
  if (waiting !== dead) throw new Error(`${waiting} of ${dead} wait for the dead domain`)
  return figuresOf(found, dead)
}

interface Turn {
  readonly perSecond: number
  readonly cpuMs: number
  readonly othersShare: number
}

function figuresOf(
  { alone, crowded }: Readonly<Record<'alone' | 'crowded', readonly Turn[]>>,
  dead: number,
): readonly Figure[] {
  const medianOf = (some: readonly Turn[], of: keyof Turn) => median(some.map((one) => one[of]))
  /** Of two turns that followed each other. */
  const ratioOf = (of: keyof Turn) =>
    median(crowded.map((one, at) => (one[of] / (alone[at]?.[of] ?? Number.NaN)) * 100))
  const rates = (some: readonly Turn[]) => some.map((one) => one.perSecond.toFixed(0)).join(', ')
  const [without, beside] = [medianOf(alone, 'perSecond'), medianOf(crowded, 'perSecond')]
  const cpu = [medianOf(alone, 'cpuMs'), medianOf(crowded, 'cpuMs')] as const
  const others = percent(medianOf([...alone, ...crowded], 'othersShare'))
  const besideDead = `beside ${dead.toLocaleString('en')} for a dead domain`
  return [
    {
      measure: 'others’ mail, put in and sent, alone',
      value: without,
      unit: '/s',
      note: rates(alone),
    },
    { measure: `… ${besideDead}`, value: beside, unit: '/s', note: rates(crowded) },
    {
      measure: '… of what it is alone',
      value: ratioOf('perSecond'),
      unit: '%',
      aim: { least: 90 },
      note: `median of ${turns} pairs of turns; the sink and others used ${others} of the machine`,
    },
    { measure: 'CPU of a message, put in and sent, alone', value: cpu[0], unit: 'ms' },
    { measure: `… ${besideDead}`, value: cpu[1], unit: 'ms' },
    {
      measure: '… of what it is alone',
      value: ratioOf('cpuMs'),
      unit: '%',
      aim: { most: 110 },
    },
  ]
}

type Enqueuing = Parameters<typeof enqueueEach>[0]

async function sendLive(queue: Enqueuing, sink: Sink, live: number): Promise<Turn> {
  const inputs = liveInputs(live)
  const before = sink.taken()
  // A child of this process, and no part of what is measured.
  const sinkBefore = cpuUse([sink.pid])
  const stage = { target: { pids: [process.pid] } }
  const cost = await costOf(stage, () =>
    Promise.all([enqueueEach(queue, inputs), untilTaken(sink, before + live)]).then(
      () => undefined,
    ),
  )
  const sinkMs = cpuSince(sinkBefore, cpuUse([sink.pid])).totalMs
  return {
    perSecond: (live * secondMs) / cost.elapsedMs,
    cpuMs: (cost.cpu.totalMs - sinkMs) / live,
    othersShare: cost.othersShare + sinkMs / (cost.elapsedMs * availableParallelism()),
  }
}

/** As long as it takes to hear that nobody will say anything. */
async function openDead(port: number): Promise<AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    void delay(secondMs).then(() => socket.destroy())
  })
  server.listen(port, deadAddress)
  await once(server, 'listening')
  return {
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

function openTransport(port: number) {
  const resolver = fakeResolver()
  return createRemoteTransport({
    resolver: {
      ...resolver,
      addresses: async (name) =>
        name.endsWith(deadDomain)
          ? { records: [deadAddress], isSecure: false, name }
          : resolver.addresses(name),
    },
    sts: noPolicies,
    rules: noRules,
    clock: systemClock,
    random: Math.random,
    hostname: 'bench.example',
    port,
    mayUseLoopback: true,
  })
}
