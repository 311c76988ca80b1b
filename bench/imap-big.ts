/**
 * One big mailbox, and what a mail program does with it, one command after the other. SEARCH in bodies is
 * not in it: text is packed ten minutes behind deliveries, longer than a measure may take.
 */
import { formatNumber, type Figure } from './figure.ts'
import { ImapClient } from './imap-client.ts'
import type { Stage } from './stage.ts'

/** What the aims are for; a quick run has a tenth. */
const messagesWhole = 50_000
/** Messages of one APPEND. */
const appendMessages = 50
const bodies = 50
const expunged = 1_000
const singleAppends = 200

/** Aims in milliseconds, for the whole number of messages. */
const firstSync =
  'UID FETCH 1:* (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (FROM TO CC SUBJECT DATE MESSAGE-ID REFERENCES)])'
const commands: readonly (readonly [name: string, command: string, aimMs?: number])[] = [
  ['SELECT, after filling', 'SELECT Big', 15],
  ['SELECT, again', 'SELECT Big', 2],
  ['first sync (fetch-tb)', firstSync, 383],
  ['first sync, again', firstSync, 215],
  ['FETCH ENVELOPE BODYSTRUCTURE of all', 'FETCH 1:* (ENVELOPE BODYSTRUCTURE)', 213],
  ['FETCH FLAGS of all', 'FETCH 1:* (FLAGS)', 24],
  ['SORT SUBJECT, first', 'SORT (SUBJECT) UTF-8 ALL'],
  ['SORT SUBJECT, again', 'SORT (SUBJECT) UTF-8 ALL', 21],
  ['SORT DATE', 'SORT (DATE) UTF-8 ALL', 55],
  ['THREAD REFERENCES, first', 'THREAD REFERENCES UTF-8 ALL', 271],
  ['THREAD REFERENCES, again', 'THREAD REFERENCES UTF-8 ALL', 124],
  ['SEARCH SUBJECT, a rare word', 'SEARCH SUBJECT rareword', 10],
  ['STORE of all', 'STORE 1:* +FLAGS.SILENT (\\Flagged)', 482],
]

export async function measureImapBig({
  target,
  users,
  isQuick,
}: Stage): Promise<readonly Figure[]> {
  const count = isQuick ? messagesWhole / 10 : messagesWhole
  const [user] = users
  if (user === undefined) throw new Error('There is nobody to sign in as.')
  const client = await ImapClient.signIn(target.imap, user)
  await client.must('CREATE Big')
  const filledMs = await timed(() => fill(client, count))
  const figures: Figure[] = [rate('fill by MULTIAPPEND', count, filledMs, 3_127)]
  for (const [name, command, aimMs] of commands) {
    const ms = await timed(() => client.must(command))
    figures.push({
      measure: name,
      value: ms,
      unit: 'ms',
      aim: isQuick || aimMs === undefined ? undefined : { most: aimMs },
    })
    console.error(`  ${name}: ${formatNumber(ms)} ms`)
  }
  figures.push(...(await measureSingles(client, count, isQuick)))
  await client.logout()
  return figures
}

async function measureSingles(
  client: ImapClient,
  count: number,
  isQuick: boolean,
): Promise<readonly Figure[]> {
  const bodiesMs = await timed(async () => {
    for (let at = 0; at < bodies; at += 1)
      await client.must(`FETCH ${1 + ((at * 7_919) % count)} (BODY.PEEK[])`)
  })
  const expungeMs = await timed(async () => {
    await client.must(`STORE 1:${expunged} +FLAGS.SILENT (\\Deleted)`)
    await client.must('EXPUNGE')
  })
  const appendMs = await timed(async () => {
    for (let at = 0; at < singleAppends; at += 1)
      await client.must('APPEND Big', messageOf(count + at))
  })
  return [
    {
      measure: `${bodies} bodies, one command each`,
      value: bodiesMs,
      unit: 'ms',
      aim: isQuick ? undefined : { most: 20 },
    },
    {
      measure: `STORE and EXPUNGE of ${expunged}`,
      value: expungeMs,
      unit: 'ms',
      aim: isQuick ? undefined : { most: 174 },
    },
    rate('single APPENDs', singleAppends, appendMs, 548),
  ]
}

function rate(measure: string, count: number, ms: number, least: number): Figure {
  return { measure, value: (count / ms) * 1_000, unit: '/s', aim: { least } }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

/** Literals that are not waited for (RFC 7888), many to an APPEND (RFC 3502). */
async function fill(client: ImapClient, count: number): Promise<void> {
  for (let from = 0; from < count; from += appendMessages) {
    const all: Buffer[] = []
    for (let at = from; at < Math.min(count, from + appendMessages); at += 1) {
      const octets = messageOf(at)
      if (at > from) all.push(Buffer.from(` {${octets.length}+}\r\n`))
      all.push(octets)
    }
    const first = messageOf(from).length
    await client.mustRaw('APPEND Big', first, Buffer.concat(all))
  }
}

function messageOf(at: number): Buffer {
  const reply = at % 5 === 0 ? '' : `References: <m${at - (at % 5)}@b.example>\r\n`
  return Buffer.from(
    `From: "Person ${at % 97}" <p${at % 97}@b.example>\r\nTo: c@d.example\r\n` +
      `Subject: ${at % 5 === 0 ? '' : 'Re: '}Letter ${Math.floor(at / 5)}${at === 4_321 ? ' rareword' : ''}\r\n` +
      `Message-ID: <m${at}@b.example>\r\n${reply}Date: Mon, 03 Jun 2024 09:${String(at % 60).padStart(2, '0')}:00 +0800\r\n\r\n` +
      'The minutes of the meeting are attached; please reply before Friday. 請於星期五前回覆。\r\n'.repeat(
        1 + (at % 20),
      ),
  )
}
