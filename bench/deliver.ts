/** Mail from other servers: 20 sessions at a time, until the last 250 and until every mailbox counts it. */
import { quantile, type Figure } from './figure.ts'
import { ImapClient } from './imap-client.ts'
import { makeBodies, makeMessage } from './message-source.ts'
import { SmtpClient } from './smtp-client.ts'
import { costNote, costOf, spread, type Stage } from './stage.ts'

const sessions = 20
const messagesPerSession = 10
const bodies = 400
/** The same message again within a day would be dropped as a repetition. */
let runs = 0

export async function measureDelivery(stage: Stage): Promise<readonly Figure[]> {
  const { target, users } = stage
  const count = stage.isQuick ? 400 : 2_000
  const watchers = await Promise.all(users.map((user) => ImapClient.signIn(target.imap, user)))
  await sendAll(stage, count, 'warm', 1)
  await untilCounted(watchers, (await countAll(watchers)).map(Number))
  const before = await countAll(watchers)
  let acceptedMs = 0
  let latencies: readonly number[] = []
  const startedAt = performance.now()
  const cost = await costOf(stage, async () => {
    latencies = await sendAll(stage, count, 'real', 2)
    acceptedMs = performance.now() - startedAt
    await untilCounted(
      watchers,
      before.map((had, at) => had + shareOf(count, users.length, at)),
    )
  })
  for (const watcher of watchers) watcher.destroy()
  const latency = `250 after ${quantile(latencies, 0.5).toFixed(1)} ms, p99 ${quantile(latencies, 0.99).toFixed(0)} ms`
  const note = `${count} messages into ${users.length} mailboxes`
  return [
    { measure: 'accepted', value: (count * 1000) / acceptedMs, unit: '/s', note: latency },
    {
      measure: 'delivered',
      value: (count * 1000) / cost.elapsedMs,
      unit: '/s',
      aim: { least: 620 },
      note,
    },
    {
      measure: 'CPU per 1,000 delivered',
      value: cost.cpu.totalMs / count,
      unit: 's',
      aim: { most: 1.8 },
      note: `a message: ${costNote(cost, count)}`,
    },
  ]
}

/** @returns how long each message took from MAIL to its 250. */
async function sendAll(
  { target, users }: Stage,
  count: number,
  run: string,
  seed: number,
): Promise<readonly number[]> {
  const pool = makeBodies(bodies, seed)
  const latencies: number[] = []
  runs += 1
  const name = (at: number) => `${run}-${process.pid}-${runs}-${at.toString(36).padStart(4, '0')}`
  await spread(Math.ceil(count / messagesPerSession), sessions, async (session) => {
    const client = await SmtpClient.connect(target.smtp)
    const end = Math.min(count, (session + 1) * messagesPerSession)
    for (let at = session * messagesPerSession; at < end; at++) {
      const to = users[at % users.length]?.user ?? ''
      const body = pool[at % pool.length]
      if (body === undefined) throw new Error('there are no bodies')
      const startedAt = performance.now()
      await client.send([to], makeMessage(body, name(at), to))
      latencies.push(performance.now() - startedAt)
    }
    await client.quit()
  })
  return latencies
}

const shareOf = (count: number, among: number, at: number) =>
  Math.floor(count / among) + (at < count % among ? 1 : 0)

async function countAll(watchers: readonly ImapClient[]): Promise<number[]> {
  const counts: number[] = []
  for (const watcher of watchers) counts.push(await watcher.messages())
  return counts
}

/** One mailbox after the other, so that asking costs the server next to nothing. */
async function untilCounted(
  watchers: readonly ImapClient[],
  wanted: readonly number[],
): Promise<void> {
  for (const [at, watcher] of watchers.entries())
    while ((await watcher.messages()) < (wanted[at] ?? 0)) await new Promise(setImmediate)
}
