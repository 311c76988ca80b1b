/** What putting in and taking out cost as the queue fills: in pages of the database, and in CPU. */
import { systemClock } from '../../src/base/clock.ts'
import type { Transport } from '../../src/queue/types.ts'
import { createQueueWorker } from '../../src/queue/worker.ts'
import { fillQueue, pagesOfQueue, type QueuePages } from '../../test/support/queue-pages.ts'
import type { Figure } from '../figure.ts'
import { costOf } from '../stage.ts'
import { inputTo, liveInputs } from './inputs.ts'
import { enqueueEach, openQueueStage, type QueueStage } from './stage.ts'

/** A statement and what it is asked to do. */
const statements: Readonly<Record<keyof QueuePages, string>> = {
  enqueue: '20 are put in',
  ripen: '20 become due',
  claim: '20 are claimed',
  settle: '20 have left',
}
/** Pages do not vary; CPU is counted in steps of 10 ms on a machine with others. */
const pagesMost = 1.5

export async function measureFlat(sizes: readonly number[]): Promise<readonly Figure[]> {
  await using stage = await openQueueStage()
  await cpuAt(stage)
  const found: (QueuePages & Cpu)[] = []
  let filled = 0
  for (const size of sizes) {
    await fillQueue(stage.owner, { count: size - filled, now: systemClock.now() })
    filled = size
    const pages = await pagesOfQueue(stage.database, stage.queue, inputTo('r@pages.example'))
    // What was claimed for it is under way for ever; nobody has it any more.
    found.push({ ...pages, ...(await cpuAt(stage)) })
  }
  const figure = (name: keyof QueuePages | keyof Cpu, unit: string, aim?: Figure['aim']) => ({
    measure: `${unit}: ${name in statements ? statements[name as keyof QueuePages] : name}`,
    value: (found.at(-1)?.[name] ?? Number.NaN) / (found[0]?.[name] ?? Number.NaN),
    unit: '×',
    aim,
    note: `${found.map((each) => each[name].toPrecision(3)).join(', ')} with ${sizes.map((size) => size.toLocaleString('en')).join(', ')} waiting`,
  })
  return [
    ...(['enqueue', 'ripen', 'claim', 'settle'] as const).map((name) =>
      figure(name, 'pages', { most: pagesMost }),
    ),
    ...(['enqueueMs', 'dequeueMs'] as const).map((name) => figure(name, 'CPU')),
  ]
}

interface Cpu {
  readonly enqueueMs: number
  readonly dequeueMs: number
}

const messages = 2_000

const instant: Transport = {
  send: async (_message, attempts) => attempts.map(() => ({ result: 'delivered' })),
}

async function cpuAt({ queue }: QueueStage): Promise<Cpu> {
  const target = { pids: [process.pid] }
  const inputs = liveInputs(messages)
  const into = await costOf({ target }, () => enqueueEach(queue, inputs))
  const reporter = { report: async () => [] }
  const worker = createQueueWorker({ queue, transport: instant, reporter })
  const out = await costOf({ target }, async () => void (await worker.runOnce()))
  return {
    enqueueMs: into.cpu.totalMs / messages,
    dequeueMs: out.cpu.totalMs / messages,
  }
}
