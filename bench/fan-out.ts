/** One message of 18 KB to 100 people, until the last of their mailboxes counts it. */
import { median, type Figure } from './figure.ts'
import { ImapClient } from './imap-client.ts'
import { makeBodies, makeMessage } from './message-source.ts'
import { SmtpClient } from './smtp-client.ts'
import { costNote, costOf, type Stage } from './stage.ts'

const recipients = 100
const octetsNear = 18_000

export async function measureFanOut(stage: Stage): Promise<readonly Figure[]> {
  const { target, isQuick } = stage
  const users = stage.users.slice(0, recipients)
  const rounds = isQuick ? 4 : 12
  const body = makeBodies(200, 3).toSorted(
    (a, b) => Math.abs(a.octets.length - octetsNear) - Math.abs(b.octets.length - octetsNear),
  )[0]
  if (body === undefined) throw new Error('there are no bodies')
  const watchers = await Promise.all(users.map((user) => ImapClient.signIn(target.imap, user)))
  const client = await SmtpClient.connect(target.smtp)
  const took: number[] = []
  const counts = await Promise.all(watchers.map((watcher) => watcher.messages()))
  const cost = await costOf(stage, async () => {
    for (let round = 0; round < rounds; round++) {
      const startedAt = performance.now()
      const name = `fan-${process.pid}-${round.toString(36).padStart(4, '0')}`
      await client.send(
        users.map(({ user }) => user),
        makeMessage(body, name, 'everyone@bench.example'),
      )
      for (const [at, watcher] of watchers.entries())
        while ((await watcher.messages()) <= (counts[at] ?? 0) + round)
          await new Promise(setImmediate)
      took.push(performance.now() - startedAt)
    }
  })
  await client.quit()
  for (const watcher of watchers) watcher.destroy()
  const note = `${rounds} rounds; CPU a round: ${costNote(cost, rounds)}`
  return [{ measure: 'fan-out to 100', value: median(took), unit: 'ms', aim: { most: 107 }, note }]
}
