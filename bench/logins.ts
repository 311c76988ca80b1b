/** LOGIN with an app password, SELECT, LOGOUT, each on a connection of its own, 16 at a time. */
import { quantile, type Figure } from './figure.ts'
import { ImapClient } from './imap-client.ts'
import { costNote, costOf, spread, type Stage } from './stage.ts'

const atOnce = 16

export async function measureLogins(stage: Stage): Promise<readonly Figure[]> {
  const plain = await run(stage, false, stage.isQuick ? 1_500 : 6_000)
  const tls = await run(stage, true, stage.isQuick ? 300 : 1_500)
  return [
    { ...plain.rate, measure: 'logins' },
    { ...plain.cpu, measure: 'CPU per login', aim: { most: 0.95 } },
    { ...tls.rate, measure: 'logins over TLS' },
    { ...tls.cpu, measure: 'CPU per login over TLS' },
  ]
}

async function run(stage: Stage, isTls: boolean, count: number) {
  const { target, users } = stage
  const at = isTls ? target.imaps : target.imap
  const took: number[] = []
  const work = async (index: number) => {
    const user = users[index % users.length]
    if (user === undefined) throw new Error('there is nobody')
    const startedAt = performance.now()
    const client = await ImapClient.signIn(at, user, isTls)
    await client.must('SELECT INBOX')
    await client.logout()
    took.push(performance.now() - startedAt)
  }
  await spread(count / 5, atOnce, work)
  const cost = await costOf(stage, () => spread(count, atOnce, work))
  const rate = (count * 1000) / cost.elapsedMs
  return {
    rate: { value: rate, unit: '/s', note: `p99 ${quantile(took, 0.99).toFixed(0)} ms` },
    cpu: { value: cost.cpu.totalMs / count, unit: 'ms', note: costNote(cost, count) },
  }
}
