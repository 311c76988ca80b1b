import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { it } from 'node:test'
import { openRealStore } from '../../test/support/real-store.ts'
import { connected } from '../../test/support/transcript.ts'
import { dayMs, minuteMs } from '../base/clock.ts'
import { chineseMessage, emptyMessage, nestedMessage, plainMessage } from './test/messages.ts'
import { openWorld, type World } from './test/world.ts'

const crlf = (...lines: readonly string[]) => lines.map((line) => `${line}\r\n`).join('')

/** Whatever makes a header hard to cut. */
const hard: readonly Buffer[] = [
  plainMessage,
  chineseMessage,
  nestedMessage,
  emptyMessage,
  Buffer.from(
    crlf('Subject: folded', '\tover lines', 'subject: twice', 'FROM: a@b.example', '', 'x'),
  ),
  Buffer.from('Subject: bare line ends\nFrom: a@b.example\n\nbody\n'),
  Buffer.from(crlf('Subject: 會議紀錄 in UTF-8 as it is', 'From: 陳 <a@b.example>', '', 'x')),
  Buffer.concat([Buffer.from('Subject: '), Buffer.of(0xe9, 0xff), Buffer.from('\r\n\r\nx\r\n')]),
  Buffer.from(crlf('not a field', 'Subject: after it', 'References: <one@td.example>', '', 'x')),
  Buffer.from(crlf('Subject: no body at all')),
  Buffer.from(crlf('Subject: "quoted" \\ text', `To: ${'x'.repeat(1_200)}@td.example`, '', 'x')),
]

async function openClient(world: World, who = 'alice') {
  const { host, port } = world.server.addresses[0] ?? { host: '', port: 0 }
  const socket = await connected(connect({ host, port }))
  let text = ''
  let wanted: { readonly end: string; readonly resolve: (text: string) => void } | undefined
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    if (wanted === undefined || !`\r\n${text}`.includes(wanted.end)) return
    wanted.resolve(text)
    wanted = undefined
    text = ''
  })
  socket.resume()
  let tags = 0
  const ask = (command: string): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const tag = `t${++tags}`
    wanted = { end: `\r\n${tag} `, resolve }
    socket.write(`${tag} ${command}\r\n`)
    return promise
  }
  await ask(`LOGIN ${who} secret`)
  return { ask, [Symbol.dispose]: () => void socket.destroy() }
}

/** Responses in the order of their numbers, without the tagged line: packs may come before others. */
function answersOf(text: string): readonly string[] {
  const body = text.slice(text.indexOf('* '), text.lastIndexOf('\r\nt'))
  return body.split(/\r\n(?=\* \d+ FETCH)/).toSorted()
}

const asked = [
  'FETCH 1:* (FLAGS)',
  'UID FETCH 1:* (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (From To Cc Subject Date References)])',
  'FETCH 2:* (UID INTERNALDATE EMAILID THREADID SAVEDATE MODSEQ)',
  'FETCH 1:* (ENVELOPE BODYSTRUCTURE)',
  'FETCH 1:* (BODY.PEEK[HEADER] BODY.PEEK[HEADER.FIELDS.NOT (SUBJECT X-None)])',
  'FETCH 1:* (RFC822.HEADER BODY)',
  'FETCH 250:280 (ENVELOPE)',
  'SORT (SUBJECT FROM) UTF-8 ALL',
  'UID SORT (REVERSE SUBJECT) UTF-8 ALL',
  'SORT (REVERSE SIZE) UTF-8 UNDELETED',
  'SORT (ARRIVAL) UTF-8 SEEN',
  'SORT (REVERSE DATE SIZE) UTF-8 ALL',
  'THREAD REFERENCES UTF-8 ALL',
  'UID THREAD ORDEREDSUBJECT UTF-8 ALL',
  'SEARCH SMALLER 200',
] as const

it('what is packed is answered as what is not, octet for octet', { timeout: 120_000 }, async () => {
  await using ground = await openRealStore()
  await using world = await openWorld(ground)
  const { aliceAccount: account, alice } = world
  const { store, clock } = ground
  const { id } = await store.createMailbox(account, 'Big')
  const inputs = Array.from({ length: 600 }, (_, at) => ({
    octets: hard[at % hard.length] ?? plainMessage,
    flags: at % 8,
    keywords: at % 7 === 0 ? ['$Label1'] : [],
    receivedAt: Date.UTC(2026, 0, 1, at),
  }))
  await store.append(account, id, inputs, alice.id)
  using client = await openClient(world)
  await client.ask('SELECT Big')
  await client.ask('STORE 5,77 +FLAGS.SILENT (\\Deleted)')
  await client.ask('UID EXPUNGE 5,77')
  const before = new Map<string, readonly string[]>()
  for (const command of asked) before.set(command, answersOf(await client.ask(command)))
  await client.ask('ENABLE UTF8=ACCEPT')
  const inUtf8 = answersOf(await client.ask('FETCH 1:* (ENVELOPE BODYSTRUCTURE)'))

  // What the node remembers of orders and threads is forgotten by then.
  clock.advance(11 * minuteMs)
  await store.packAccount(account)
  const rows = await ground.database.rows({
    text: 'SELECT first_uid, last_uid FROM mailbox_pack ORDER BY 1',
  })
  assert.deepEqual(rows, [
    { first_uid: 1, last_uid: 258 },
    { first_uid: 259, last_uid: 514 },
  ])
  using again = await openClient(world)
  await again.ask('SELECT Big')
  for (const command of asked)
    for (const time of ['first', 'again'])
      assert.deepEqual(
        answersOf(await again.ask(command)),
        before.get(command),
        `${command} ${time}`,
      )
  await again.ask('ENABLE UTF8=ACCEPT')
  assert.deepEqual(answersOf(await again.ask('FETCH 1:* (ENVELOPE BODYSTRUCTURE)')), inUtf8)

  // What is destroyed leaves its pack first, and the others are answered as before.
  await again.ask('STORE 9 +FLAGS.SILENT (\\Deleted)')
  await again.ask('EXPUNGE')
  clock.advance(31 * dayMs)
  assert.equal(await store.destroyExpired(account), 3)
  const packs = await ground.database.rows<{ messages: number; last_uid: number }>({
    text: `SELECT cardinality(message_ids)::int8 AS messages, last_uid FROM mailbox_pack ORDER BY 2`,
  })
  assert.deepEqual(packs, [
    { messages: 255, last_uid: 258 },
    { messages: 256, last_uid: 514 },
  ])
  const fields = asked[1]
  const byUid = (answers: readonly string[] | undefined) =>
    answers?.map((answer) => answer.slice(answer.indexOf('UID '))).toSorted()
  assert.deepEqual(
    byUid(answersOf(await again.ask(fields))),
    byUid(before.get(fields))?.filter((answer) => !answer.startsWith('UID 10 ')),
  )
})

it('many messages of one APPEND come together, in order, or not at all', async () => {
  await using ground = await openRealStore()
  await using world = await openWorld(ground)
  const letter = (at: number) =>
    `Message-ID: <l${at}@td.example>\r\nReferences: <l${at - (at % 3)}@td.example>\r\n\r\nLetter ${at}\r\n`
  const command = (mailbox: string, count: number) =>
    Array.from({ length: count }, (_, at) => ` {${letter(at).length}+}\r\n${letter(at)}`).reduce(
      (all, each) => all + each,
      `APPEND ${mailbox}`,
    )
  using alice = await openClient(world)
  await alice.ask('CREATE Many')
  assert.match(await alice.ask(command('Many', 500)), /OK \[APPENDUID \d+ 1:500\]/)
  assert.match(await alice.ask('SELECT Many'), /\* 500 EXISTS/)
  const told = await alice.ask('FETCH 298:303 (THREADID BODY.PEEK[TEXT])')
  const threads = [...told.matchAll(/THREADID \((.*?)\)/g)].map((match) => match[1])
  assert.deepEqual(
    [...told.matchAll(/Letter (\d+)/g)].map((match) => match[1]),
    ['297', '298', '299', '300', '301', '302'],
  )
  assert.deepEqual([new Set(threads.slice(0, 3)).size, new Set(threads.slice(3)).size], [1, 1])
  assert.notEqual(threads[0], threads[3])
  // The last ones go beyond the quota of 2,000 octets.
  using bob = await openClient(world, 'bob')
  assert.match(await bob.ask(command('INBOX', 40)), /NO \[OVERQUOTA\]/)
  assert.match(await bob.ask('STATUS INBOX (MESSAGES UIDNEXT)'), /MESSAGES 0 UIDNEXT 1/)
})
