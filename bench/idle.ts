/** A thousand connections in IDLE: what each costs, and how soon after the 250 one hears of mail. */
import { setTimeout as delay } from 'node:timers/promises'
import { quantile, type Figure } from './figure.ts'
import { ImapClient } from './imap-client.ts'
import { makeBodies, makeMessage } from './message-source.ts'
import { memoryOctets } from './processes.ts'
import { SmtpClient } from './smtp-client.ts'
import { spread, type Stage } from './stage.ts'

const connections = 1_000
/** Opened before it is measured, and kept: what the first ones load is the node's, not theirs. */
const first = 200
const atOnce = 20
const kib = 1024

/** Memory that a start-up or an opened connection leaves behind is collected by then. */
const restMs = 3_000

export async function measureIdle(stage: Stage): Promise<readonly Figure[]> {
  const { clients, kib } = await hold(stage, false)
  const latencies = await notify(stage, clients)
  for (const client of clients) client.destroy()
  return [
    memory('memory per idle connection', kib, clients.length, 60),
    latency('250 to EXISTS, p50', quantile(latencies, 0.5), 13),
    latency('250 to EXISTS, p99', quantile(latencies, 0.99), 35),
  ]
}

export async function measureIdleTls(stage: Stage): Promise<readonly Figure[]> {
  const { clients, kib } = await hold(stage, true)
  for (const client of clients) client.destroy()
  return [memory('the same over TLS', kib, clients.length, 120)]
}

const memory = (measure: string, value: number, count: number, most: number): Figure => ({
  measure,
  value,
  unit: 'KiB',
  aim: { most },
  note: `${count} connections, a fresh node`,
})

const latency = (measure: string, value: number, most: number): Figure => ({
  measure,
  value,
  unit: 'ms',
  aim: { most },
  note: 'five messages under way at any time',
})

async function hold(stage: Stage, isTls: boolean) {
  const { target, isQuick } = stage
  const kept = await open(stage, isTls, first)
  await delay(restMs)
  const before = memoryOctets(target.pids)
  const clients = await open(stage, isTls, isQuick ? connections / 4 : connections)
  await delay(restMs)
  const octets = (memoryOctets(target.pids) - before) / clients.length
  for (const client of kept) client.destroy()
  return { clients, kib: octets / kib }
}

async function open({ target, users }: Stage, isTls: boolean, count: number) {
  const clients: ImapClient[] = []
  await spread(count, atOnce, async (index) => {
    const user = users[index % users.length]
    if (user === undefined) throw new Error('there is nobody')
    const client = await ImapClient.signIn(isTls ? target.imaps : target.imap, user, isTls)
    await client.must('SELECT INBOX')
    await client.idle()
    clients[index] = client
  })
  return clients
}

/** From the 250 until the first connection of the recipient hears EXISTS. */
async function notify(
  { target, users, isQuick }: Stage,
  clients: readonly ImapClient[],
): Promise<readonly number[]> {
  const body = makeBodies(50, 5).find(({ octets }) => octets.length < 10_000)
  if (body === undefined) throw new Error('there are no bodies')
  const latencies: number[] = []
  const lanes = await Promise.all(Array.from({ length: 5 }, () => SmtpClient.connect(target.smtp)))
  await Promise.all(
    lanes.map(async (lane, at) => {
      for (let round = 0; round < (isQuick ? 20 : 90); round++) {
        const person = (round * lanes.length + at) % users.length
        const user = users[person]?.user ?? ''
        const heard = Promise.withResolvers<number>()
        const client = clients[person]
        if (client === undefined) throw new Error('nobody listens')
        client.onUntagged = (line) => {
          if (line.endsWith(' EXISTS')) heard.resolve(performance.now())
        }
        const name = `idle-${process.pid}-${at}-${round.toString(36).padStart(3, '0')}`
        await lane.send([user], makeMessage(body, name, user))
        const acceptedAt = performance.now()
        // The change feed may be faster than the reply: that is no time at all.
        latencies.push(Math.max(0, (await heard.promise) - acceptedAt))
      }
      await lane.quit()
    }),
  )
  return latencies
}
