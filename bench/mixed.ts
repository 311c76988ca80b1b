/** Fifty mail programs at work at once on mailboxes that already hold mail. */
import { seededRandom, type Random } from '../src/app/demo/random.ts'
import { formatNumber, quantile, type Figure } from './figure.ts'
import { ImapClient } from './imap-client.ts'
import { makeBodies, makeMessage } from './message-source.ts'
import { costNote, costOf, type Stage } from './stage.ts'

const programs = 50

interface Program {
  readonly client: ImapClient
  readonly random: Random
  readonly messages: readonly Buffer[]
}

interface Step {
  readonly name: string
  /** In percent of all commands. */
  readonly share: number
  readonly needsMail?: boolean
  readonly run: (program: Program) => Promise<string>
}

const pick = ({ client, random }: Program) => 1 + Math.floor(random() * client.exists)
const flags = ['\\Seen', '\\Flagged', '\\Answered', '$Work']

/** The shares are those of a synchronising program that somebody reads and writes in. */
const steps: readonly Step[] = [
  { name: 'SELECT', share: 5, run: ({ client }) => client.command('SELECT INBOX') },
  {
    name: 'STATUS',
    share: 7,
    run: ({ client }) => client.command('STATUS INBOX (MESSAGES UNSEEN UIDNEXT)'),
  },
  { name: 'LIST', share: 5, run: ({ client }) => client.command('LIST "" "*"') },
  { name: 'NOOP', share: 10, run: ({ client }) => client.command('NOOP') },
  {
    name: 'FETCH of ten headers',
    share: 23,
    needsMail: true,
    run: (program) => {
      const from = pick(program)
      const to = Math.min(program.client.exists, from + 9)
      const what = 'UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE'
      return program.client.command(`FETCH ${from}:${to} (${what})`)
    },
  },
  {
    name: 'FETCH of a message',
    share: 20,
    needsMail: true,
    run: (program) => program.client.command(`FETCH ${pick(program)} (UID BODY.PEEK[])`),
  },
  {
    name: 'STORE',
    share: 13,
    needsMail: true,
    run: (program) => {
      const sign = program.random() < 0.5 ? '+' : '-'
      const flag = flags[Math.floor(program.random() * flags.length)] ?? ''
      return program.client.command(`STORE ${pick(program)} ${sign}FLAGS (${flag})`)
    },
  },
  {
    name: 'APPEND',
    share: 8,
    run: ({ client, random, messages }) => {
      const message = messages[Math.floor(random() * messages.length)]
      return client.command('APPEND INBOX (\\Seen)', message)
    },
  },
  {
    name: 'STORE \\Deleted',
    share: 3,
    needsMail: true,
    run: (program) => program.client.command(`STORE ${pick(program)} +FLAGS.SILENT (\\Deleted)`),
  },
  { name: 'EXPUNGE', share: 2, run: ({ client }) => client.command('EXPUNGE') },
  {
    name: 'SEARCH',
    share: 4,
    run: ({ client, random }) =>
      client.command(random() < 0.5 ? 'UID SEARCH UNSEEN' : 'UID SEARCH SUBJECT "schedule"'),
  },
]

export async function measureMixed(stage: Stage): Promise<readonly Figure[]> {
  const { target, users, isQuick } = stage
  const messages = makeBodies(80, 4)
    .filter(({ octets }) => octets.length < 60_000)
    .map((body, at) => Buffer.concat(makeMessage(body, `mixed-${at}-000`, 'me@bench.example')))
  const people = users.slice(0, programs)
  const opened = await Promise.all(
    people.map(async (user, at): Promise<Program> => {
      const client = await ImapClient.signIn(target.imap, user)
      await client.must('SELECT INBOX')
      return { client, random: seededRandom(100 + at), messages }
    }),
  )
  const took = new Map<string, number[]>(steps.map(({ name }) => [name, []]))
  const work = async (seconds: number) => {
    const end = performance.now() + seconds * 1000
    await Promise.all(opened.map((program) => runProgram(program, end, took)))
  }
  await work(isQuick ? 1 : 3)
  for (const times of took.values()) times.length = 0
  const cost = await costOf(stage, () => work(isQuick ? 5 : 15))
  for (const { client } of opened) client.destroy()
  const count = [...took.values()].reduce((total, times) => total + times.length, 0)
  return [
    {
      measure: 'mixed IMAP commands',
      value: (count * 1000) / cost.elapsedMs,
      unit: '/s',
      note: slowest(took),
    },
    {
      measure: 'CPU per mixed command',
      value: cost.cpu.totalMs / count,
      unit: 'ms',
      aim: { most: 0.3 },
      note: costNote(cost, count),
    },
  ]
}

async function runProgram(program: Program, end: number, took: Map<string, number[]>) {
  while (performance.now() < end) {
    const step = choose(program)
    const startedAt = performance.now()
    const response = await step.run(program)
    // Another program may have expunged what was picked: NO or BAD is then a right answer.
    if (response.startsWith('OK')) took.get(step.name)?.push(performance.now() - startedAt)
  }
}

function choose({ client, random }: Program): Step {
  for (;;) {
    let left = random() * 100
    const step = steps.find(({ share }) => (left -= share) < 0)
    if (step !== undefined && (client.exists > 0 || step.needsMail !== true)) return step
  }
}

function slowest(took: ReadonlyMap<string, readonly number[]>): string {
  const medians = [...took]
    .map(([name, times]) => ({ name, ms: quantile(times, 0.5) }))
    .toSorted((a, b) => b.ms - a.ms)
  const text = medians.slice(0, 4).map(({ name, ms }) => `${name} ${formatNumber(ms)}`)
  return `p50 in ms: ${text.join(', ')}`
}
