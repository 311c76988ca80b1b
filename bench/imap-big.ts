/**
 * One big mailbox, and what a mail program does with it, one command after the other. SEARCH in bodies is
 * not in it: text is packed ten minutes behind deliveries, longer than a measure may take.
 */
import { setTimeout } from 'node:timers/promises'
import { fill, messageOf } from './big-mailbox.ts'
import { formatNumber, median, type Figure } from './figure.ts'
import { ImapClient } from './imap-client.ts'
import { cpuSince, cpuUse } from './processes.ts'
import type { Stage } from './stage.ts'
import type { Target, TargetUser } from './target.ts'

/** What the aims are for; a quick run has a tenth. */
const messagesWhole = 50_000
const bodies = 50
const expunged = 1_000
const singleAppends = 200

/** Aims in milliseconds, for the whole number of messages. */
const firstSync =
  'UID FETCH 1:* (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (FROM TO CC SUBJECT DATE MESSAGE-ID REFERENCES)])'
const listing = 'FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)'

interface Asked {
  readonly name: string
  readonly command: string
  readonly firstAimMs?: number
  readonly againAimMs?: number
}

/** Each once, and again as often as `againCount` says: what a node does for the first time it is slower at. */
const commands: readonly Asked[] = [
  { name: 'SELECT', command: 'SELECT Big', againAimMs: 2 },
  { name: 'first sync (fetch-tb)', command: firstSync, firstAimMs: 383, againAimMs: 215 },
  { name: 'FETCH ENVELOPE and more of all', command: listing, againAimMs: 213 },
  { name: 'FETCH FLAGS of all', command: 'FETCH 1:* (UID FLAGS)', againAimMs: 24 },
  { name: 'SORT SUBJECT', command: 'UID SORT (SUBJECT) UTF-8 ALL', againAimMs: 21 },
  { name: 'SORT DATE', command: 'UID SORT (REVERSE DATE) UTF-8 ALL', againAimMs: 55 },
  {
    name: 'THREAD REFERENCES',
    command: 'UID THREAD REFERENCES UTF-8 ALL',
    firstAimMs: 271,
    againAimMs: 124,
  },
  {
    name: 'SEARCH UNSEEN UNDELETED SMALLER',
    command: 'UID SEARCH UNSEEN UNDELETED SMALLER 1000',
    againAimMs: 36,
  },
]
const againCount = 5
const changes: readonly Asked[] = [
  { name: 'STORE of all, told', command: 'STORE 1:* +FLAGS (\\Flagged)', firstAimMs: 482 },
  { name: 'STORE of all, silent', command: 'STORE 1:* -FLAGS.SILENT (\\Flagged)', firstAimMs: 482 },
]

export async function measureImapBig({
  target,
  users,
  isQuick,
  messages,
  restart,
}: Stage): Promise<readonly Figure[]> {
  const count = messages ?? (isQuick ? messagesWhole / 10 : messagesWhole)
  const isWhole = count === messagesWhole
  const [user] = users
  if (user === undefined) throw new Error('There is nobody to sign in as.')
  const client = await ImapClient.signIn(target.imap, user)
  await client.must('CREATE Big')
  const timed = timerOf(target)
  const first = Math.min(count, messagesWhole)
  const filled = await timed(() => fill(client, 'Big', first))
  const figures: Figure[] = []
  const add = (figure: Figure): void => {
    figures.push(isWhole ? figure : { ...figure, aim: undefined })
    const value = `${formatNumber(figure.value)} ${figure.unit}`
    console.error(`  ${figure.measure}: ${value} (${figure.note ?? ''})`)
  }
  const addMs = (measure: string, { ms, note }: Timed, aimMs?: number): void => {
    const aim = aimMs === undefined ? undefined : { most: aimMs }
    add({ measure, value: ms, unit: 'ms', aim, note })
  }
  add(rate('fill by MULTIAPPEND', first, filled, 3_127))
  if (count > first)
    add(rate('beyond that by COPY', count - first, await timed(() => copyOn(client, count)), 3_127))
  addMs('SELECT, after filling', await timed(() => client.must('SELECT Big')))
  addMs('packed behind it, and at rest', await timed(() => untilAtRest(target.pids)))
  for (const { name, command, firstAimMs, againAimMs } of commands) {
    addMs(`${name}, first`, await timed(() => client.must(command)), firstAimMs)
    const again: Timed[] = []
    for (let at = 0; at < againCount; at += 1) again.push(await timed(() => client.must(command)))
    addMs(`${name}, again, median of ${againCount}`, medianOf(again), againAimMs)
  }
  for (const { name, command, firstAimMs } of changes)
    addMs(name, await timed(() => client.must(command)), firstAimMs)
  addMs('changes since, CONDSTORE', await changesSince(target, user, 'CONDSTORE'), 5.5)
  addMs('changes since, QRESYNC', await changesSince(target, user, 'QRESYNC'), 8.9)
  await measureWarm(client, { addMs, timed })
  await measureSingles(client, count, { add, addMs, timed })
  await measureNeighbour(target, { client, other: users[1] ?? user, isQuick }, add)
  await client.logout()
  await measureCold(await restart(), user, addMs)
  return figures
}

/** What another waits for, alone and beside a scan that opens every message's text. */
const neighbourAsks = 200

interface Neighbours {
  readonly client: ImapClient
  readonly other: TargetUser
  readonly isQuick: boolean
}

/** One tenant looks through a whole mailbox; p95 of another's commands is not to rise by more than a fifth. */
async function measureNeighbour(
  target: Target,
  { client, other, isQuick }: Neighbours,
  add: Tally['add'],
): Promise<void> {
  const neighbour = await ImapClient.signIn(target.imap, other)
  for (let at = 0; at < 20; at += 1) await neighbour.must('APPEND INBOX', messageOf(at))
  await neighbour.must('SELECT INBOX')
  const turns = isQuick ? 2 : 5
  const [alone, beside]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < turns; turn += 1) {
    alone.push(await p95(neighbour, () => true))
    let isScanning = true
    const scan = client.must(`UID SEARCH BODY "turn ${turn} of nothing there"`)
    void scan.finally(() => (isScanning = false)).catch(() => undefined)
    beside.push(await p95(neighbour, () => isScanning))
    await scan
  }
  await neighbour.logout()
  const [before, then] = [median(alone), median(beside)]
  const note = `p95 ${formatNumber(before)} ms alone, ${formatNumber(then)} ms beside it, medians of ${turns} turns`
  add({
    measure: "another's p95 beside a scan",
    value: then / before,
    unit: '×',
    aim: { most: 1.2 },
    note,
  })
}

/** In milliseconds, of commands one after the other, as many as there is time for. */
async function p95(client: ImapClient, goesOn: () => boolean): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < neighbourAsks && goesOn(); at += 1) {
    const from = performance.now()
    await client.must(at % 4 === 0 ? 'STORE 3 +FLAGS (\\Seen)' : 'FETCH 1:20 (UID FLAGS ENVELOPE)')
    times.push(performance.now() - from)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN
}

/** A node that begins, and has read other mailboxes before. */
async function measureCold(target: Target, user: TargetUser, addMs: Tally['addMs']): Promise<void> {
  const client = await ImapClient.signIn(target.imap, user)
  const timed = timerOf(target)
  for (const other of ['INBOX', 'Sent', 'Drafts', 'INBOX']) await client.must(`SELECT ${other}`)
  addMs('SELECT, cold', await timed(() => client.must('SELECT Big')), 15)
  await client.logout()
}

/** Entries beyond the first are copies: a message stands in the mailbox several times. */
async function copyOn(client: ImapClient, count: number): Promise<void> {
  await client.must('SELECT Big')
  for (let there = messagesWhole; there < count; there += messagesWhole)
    await client.must(`COPY 1:${Math.min(messagesWhole, count - there)} Big`)
  await client.must('UNSELECT')
}

/** The node packs what came; it is done when it does nothing for two seconds. */
async function untilAtRest(pids: readonly number[]): Promise<void> {
  let quiet = 0
  // What is packed waits for the mailbox to be at rest.
  await setTimeout(5_000)
  while (quiet < 2) {
    const before = cpuUse(pids)
    await setTimeout(1_000)
    quiet = cpuSince(before, cpuUse(pids)).totalMs < 100 ? quiet + 1 : 0
  }
}

/** A second program changes ten messages while the first is away. */
async function changesSince(
  target: Target,
  user: TargetUser,
  how: 'CONDSTORE' | 'QRESYNC',
): Promise<Timed> {
  const other = await ImapClient.signIn(target.imap, user)
  let [modSeq, validity] = ['1', '1']
  other.onUntagged = (line) => {
    modSeq = /HIGHESTMODSEQ (\d+)/.exec(line)?.[1] ?? modSeq
    validity = /UIDVALIDITY (\d+)/.exec(line)?.[1] ?? validity
  }
  await other.must('SELECT Big (CONDSTORE)')
  const known = modSeq
  for (let at = 0; at < 10; at += 1) await other.must(`STORE ${100 + at * 37} +FLAGS ($T${how})`)
  await other.logout()
  const client = await ImapClient.signIn(target.imap, user)
  await client.must('ENABLE QRESYNC')
  const taken = await timerOf(target)(async () => {
    if (how === 'QRESYNC') return client.must(`SELECT Big (QRESYNC (${validity} ${known}))`)
    await client.must('SELECT Big (CONDSTORE)')
    await client.must(`FETCH 1:* (FLAGS) (CHANGEDSINCE ${known})`)
  })
  await client.logout()
  return taken
}

interface Tally {
  readonly add: (figure: Figure) => void
  readonly addMs: (measure: string, taken: Timed, aimMs?: number) => void
  readonly timed: (work: () => Promise<void>) => Promise<Timed>
}

/** What must not grow with the mailbox: the median of many, in a process that is warm. */
async function measureWarm(
  client: ImapClient,
  { addMs, timed }: Pick<Tally, 'addMs' | 'timed'>,
): Promise<void> {
  const small: readonly (readonly [string, (at: number) => string])[] = [
    ['SELECT, median of 50', () => 'SELECT Big'],
    ['FETCH of 50, median of 50', (at) => `FETCH ${2_000 + at}:${2_049 + at} (UID FLAGS ENVELOPE)`],
    ['STORE of one, median of 50', (at) => `STORE ${4_000 + at} +FLAGS.SILENT (\\Answered)`],
    ['NOOP after a delivery, median of 50', () => 'NOOP'],
  ]
  for (const [measure, command] of small) {
    const times: number[] = []
    const all = await timed(async () => {
      for (let at = 0; at < 50; at += 1) {
        if (measure.startsWith('NOOP')) await client.must('APPEND Big', messageOf(at))
        const from = performance.now()
        await client.must(command(at))
        times.push(performance.now() - from)
      }
    })
    addMs(measure, { ms: median(times), note: `all of them: ${all.note}` })
  }
}

async function measureSingles(client: ImapClient, count: number, tally: Tally): Promise<void> {
  const { add, addMs, timed } = tally
  const fetched = await timed(async () => {
    for (let at = 0; at < bodies; at += 1)
      await client.must(`FETCH ${1 + ((at * 7_919) % count)} (BODY.PEEK[])`)
  })
  addMs(`${bodies} bodies, one command each`, fetched, 20)
  const scattered = Array.from({ length: expunged }, (_, at) => 5 + at * Math.floor(count / 1_100))
  await client.must(`STORE ${scattered.join(',')} +FLAGS.SILENT (\\Deleted)`)
  addMs(`EXPUNGE of ${expunged}`, await timed(() => client.must('EXPUNGE')), 174)
  const appended = await timed(async () => {
    for (let at = 0; at < singleAppends; at += 1)
      await client.must('APPEND Big', messageOf(count + at))
  })
  add(rate('single APPENDs', singleAppends, appended, 548))
}

function rate(measure: string, count: number, { ms, note }: Timed, least: number): Figure {
  return { measure, value: (count / ms) * 1_000, unit: '/s', aim: { least }, note }
}

function medianOf(all: readonly Timed[]): Timed {
  const middle = all.toSorted((a, b) => a.ms - b.ms)[Math.floor(all.length / 2)]
  return middle ?? { ms: Number.NaN, note: '' }
}

interface Timed {
  readonly ms: number
  /** What the server used meanwhile: on a busy machine that says more than the time. */
  readonly note: string
}

function timerOf({ pids }: Target): (work: () => Promise<void>) => Promise<Timed> {
  return async (work) => {
    const before = cpuUse(pids)
    const from = performance.now()
    await work()
    const ms = performance.now() - from
    const { totalMs, databaseMs } = cpuSince(before, cpuUse(pids))
    return { ms, note: `CPU: node ${totalMs - databaseMs} + PostgreSQL ${databaseMs} ms` }
  }
}
