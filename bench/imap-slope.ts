/**
 * What must not grow with a mailbox: the same small commands on 50,000 messages and, in the same run, on ten times as
 * many, the rest of them copies. The aim is a ratio, so a machine that is busy all the while does not decide it.
 */
import { fill, messageOf } from './big-mailbox.ts'
import { formatNumber, median, type Figure } from './figure.ts'
import { ImapClient } from './imap-client.ts'
import { SmtpClient } from './smtp-client.ts'
import type { Stage } from './stage.ts'
import type { Target, TargetUser } from './target.ts'

const messagesWhole = 50_000
const times = 10
/** Appended; the others are copies of them. */
const appended = 5_000
const repeats = 40
const ratioMax = 1.3

interface Peers {
  readonly client: ImapClient
  /** A program in IDLE on the same mailbox. */
  readonly idle: ImapClient
  readonly outside: SmtpClient
  readonly user: TargetUser
}

export async function measureSlope({ target, users, isQuick }: Stage): Promise<readonly Figure[]> {
  const [user] = users
  if (user === undefined) throw new Error('There is nobody to sign in as.')
  const few = isQuick ? appended : messagesWhole
  await using stack = new AsyncDisposableStack()
  const peers = await openPeers(target, user)
  stack.defer(() => peers.idle.destroy())
  await fill(peers.client, 'INBOX', Math.min(appended, few))
  await grow(peers.client, few)
  // Code that is hardly compiled would make what comes first look slow.
  await measureAll(peers, '+')
  await measureAll(peers, '-')
  const small = await measureAll(peers, '+')
  await grow(peers.client, few * times)
  const big = await measureAll(peers, '-')
  await peers.outside.quit()
  await peers.client.logout()
  return [...small].map(([what, before]) => {
    const then = big.get(what) ?? Number.NaN
    const note = `${formatNumber(before)} ms at ${few}, ${formatNumber(then)} ms at ${few * times}, medians of ${repeats}`
    return { measure: what, value: then / before, unit: '×', aim: { most: ratioMax }, note }
  })
}

async function openPeers(target: Target, user: TargetUser): Promise<Peers> {
  const [client, idle] = [
    await ImapClient.signIn(target.imap, user),
    await ImapClient.signIn(target.imap, user),
  ]
  await idle.must('SELECT INBOX')
  await idle.idle()
  return { client, idle, outside: await SmtpClient.connect(target.smtp), user }
}

/** By copies, as many at once as there are. */
async function grow(client: ImapClient, count: number): Promise<void> {
  await client.must('SELECT INBOX')
  for (let there = await client.messages(); there < count; there = await client.messages()) {
    await client.must(`COPY 1:${Math.min(there, count - there, messagesWhole)} INBOX`)
    await client.must('SELECT INBOX')
  }
}

/** Milliseconds of each, medians. @param sign what is set the first time is taken away the second. */
async function measureAll(peers: Peers, sign: '+' | '-'): Promise<ReadonlyMap<string, number>> {
  const { client, outside, user } = peers
  const found = new Map<string, number>()
  const timed = async (what: string, act: (at: number) => Promise<void>): Promise<void> => {
    const all: number[] = []
    for (let at = 0; at < repeats; at += 1) {
      const from = performance.now()
      await act(at)
      all.push(performance.now() - from)
    }
    found.set(what, median(all))
  }
  await timed('SELECT, warm', () => client.must('SELECT INBOX'))
  await timed('FETCH of 50', (at) =>
    client.must(`FETCH ${2_000 + at}:${2_049 + at} (FLAGS ENVELOPE)`),
  )
  await timed('STORE of one flag', (at) =>
    client.must(`STORE ${3_000 + at} ${sign}FLAGS (\\Answered)`),
  )
  await timed('delivery, to the 250', (at) => outside.send([user.user], [unlike(at)]))
  await timed('IDLE: from a flag to its notice', (at) =>
    untilTold(peers, `STORE ${4_000 + at} ${sign}`),
  )
  return found
}

async function untilTold({ client, idle }: Peers, command: string): Promise<void> {
  const told = Promise.withResolvers<void>()
  idle.onUntagged = (line) => {
    if (line.includes(' FETCH ')) told.resolve()
  }
  await client.must(`${command}FLAGS.SILENT (\\Flagged)`)
  await told.promise
}

let sent = 0

/** The same message again within a day would be dropped as a repetition. */
function unlike(at: number): Buffer {
  sent += 1
  return Buffer.concat([
    Buffer.from(`X-Turn: ${sent}\r\n`),
    messageOf(1_000_000 + sent * repeats + at),
  ])
}
