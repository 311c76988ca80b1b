/**
 * Thunderbird, from Debian, on a screen of its own: sync, search, move, offline and back. A part of
 * `npm run test:programs` alone: half a minute is too long for `npm test`.
 * docs/proofs.md has the times.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readAs } from '../support/mail-programs.ts'
import { needs } from '../support/needs.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'
import { until } from '../support/until.ts'
import { Thunderbird } from '../support/thunderbird.ts'

/** `npm run test:programs` takes as many as an old mailbox has. */
const messages = Number(process.env['TAMAR_PROGRAM_MESSAGES'] ?? 60)
const longestMs = 60_000 + messages * 30

let platform: Platform
before(async () => {
  platform = await bootPlatform()
})
after(() => platform[Symbol.asyncDispose]())

const subjectOf = (at: number) => `Letter ${at} about ${at % 10 === 0 ? '道路' : 'roads'}`

function messageOf(at: number): string {
  return (
    `From: a@b.example\r\nTo: c@d.example\r\nSubject: =?utf-8?B?${Buffer.from(subjectOf(at)).toString('base64')}?=\r\n` +
    `Message-ID: <thunderbird.${at}@b.example>\r\nDate: Mon, 03 Jun 2024 09:00:00 +0800\r\n` +
    'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n' +
    'A line of text. 一行文字。\r\n'.repeat(1 + (at % 20)) +
    `The word is word${at % 30}x.\r\n`
  )
}

async function fill(person: Person): Promise<void> {
  await using reader = await readAs(platform, person)
  await reader.mailboxCreate('Old')
  await reader.mailboxCreate('Found')
  for (let from = 0; from < messages; from += 50) {
    const some = Array.from({ length: Math.min(50, messages - from) }, (_, at) => from + at)
    await Promise.all(
      some.map((at) => reader.append('Old', messageOf(at), at % 2 === 0 ? ['\\Seen'] : [])),
    )
  }
}

test(`Thunderbird syncs ${messages} messages, searches, moves, works offline and comes back`, async (t) => {
  if (!needs(t, 'thunderbird') || !needs(t, 'xvfb-run') || !needs(t, 'certutil')) return
  const person = platform.person('ch.leung')
  await fill(person)
  const account = {
    ca: platform.ready.ca,
    port: platform.port('imaps'),
    user: person.address,
    password: person.appPassword,
  }
  const time = async <T>(what: string, act: Promise<T>): Promise<T> => {
    const from = performance.now()
    const value = await act
    t.diagnostic(`${what}: ${((performance.now() - from) / 1000).toFixed(1)} s`)
    return value
  }
  await using bird = await time('start', Thunderbird.start(account, longestMs))
  const folders = await time('list of folders', bird.folders())
  assert.ok(folders.includes('Old') && folders.includes('Found'), folders.join())

  const unread = Math.floor(messages / 2)
  assert.deepEqual(await time('first sync', bird.update('Old', longestMs)), {
    total: messages,
    unread,
    kept: 0,
  })
  assert.deepEqual(await time('all texts kept', bird.keep('Old', longestMs)), {
    total: messages,
    unread,
    kept: messages,
  })
  await time('sync with nothing new', bird.update('Old'))

  const about = Array.from({ length: messages }, (_, at) => subjectOf(at))
  const roads = about.filter((subject) => subject.includes('道路')).toSorted()
  const seventh = about.filter((_, at) => at % 30 === 7).toSorted()
  for (const at of ['server', 'disk'] as const) {
    const bySubject = bird.search('Old', { in: 'subject', word: '道路', at })
    assert.deepEqual(await time(`search of subjects, ${at}`, bySubject), roads)
    const byBody = bird.search('Old', { in: 'body', word: 'word7x', at })
    assert.deepEqual(await time(`search of texts, ${at}`, byBody), seventh)
  }

  await time(`move of ${roads.length}`, bird.move('Old', 'Found', roads))
  assert.equal((await bird.update('Found')).total, roads.length)
  assert.equal((await stateAt(person, 'Found')).subjects.join(), roads.join())

  await offlineAndBack(person, bird)
  assert.deepEqual(await bird.faults(), [])
  assert.doesNotMatch(platform.child.stdout + platform.child.stderr, /"level":(?:"error"|50|60)/)
})

/** Both sides change while they do not speak; then each has what the other did. */
async function offlineAndBack(person: Person, bird: Thunderbird): Promise<void> {
  await bird.goOffline()
  const [read, flagged, moved] = [subjectOf(1), subjectOf(2), subjectOf(4)]
  await bird.mark('Old', [read], 'read')
  await bird.mark('Old', [flagged], 'flagged')
  await bird.move('Old', 'Found', [moved])
  const before = await stateAt(person, 'Old')
  assert.equal(before.flagsOf(read).has('\\Seen'), false)
  await using reader = await readAs(platform, person)
  await reader.append('Old', messageOf(messages), [])
  await reader.mailboxOpen('Old')
  await reader.messageFlagsAdd({ header: { 'message-id': '<thunderbird.6@b.example>' } }, [
    '\\Flagged',
  ])
  await reader.messageDelete({ header: { 'message-id': '<thunderbird.8@b.example>' } })
  await bird.goOnline()
  await until('the flags set offline', longestMs, async () => {
    const { flagsOf } = await stateAt(person, 'Old')
    return flagsOf(read).has('\\Seen') && flagsOf(flagged).has('\\Flagged')
  })
  // What was moved from a folder is said when the program next looks there.
  await bird.update('Found')
  await until('the move made offline', longestMs, async () => {
    await bird.update('Old')
    return (await stateAt(person, 'Found')).subjects.includes(moved)
  })
  const here = await bird.update('Old')
  assert.equal((await bird.update('Found')).total, (await stateAt(person, 'Found')).subjects.length)
  const there = await stateAt(person, 'Old')
  assert.equal(here.total, there.subjects.length)
  assert.ok(there.flagsOf(read).has('\\Seen'))
  assert.ok(there.flagsOf(flagged).has('\\Flagged'))
  assert.ok(!there.subjects.includes(moved))
  assert.ok((await stateAt(person, 'Found')).subjects.includes(moved))
  const newest = { in: 'subject', word: `Letter ${messages} `, at: 'disk' } as const
  assert.deepEqual(await bird.search('Old', newest), [subjectOf(messages)])
  const gone = { in: 'subject', word: 'Letter 8 ', at: 'disk' } as const
  assert.deepEqual(await bird.search('Old', gone), [])
}

async function stateAt(person: Person, mailbox: string) {
  await using reader = await readAs(platform, person)
  await reader.mailboxOpen(mailbox, { readOnly: true })
  const flags = new Map<string, ReadonlySet<string>>()
  for await (const { envelope, flags: set } of reader.fetch('1:*', { envelope: true, flags: true }))
    flags.set(envelope?.subject ?? '', set ?? new Set())
  return {
    subjects: [...flags.keys()].toSorted(),
    flagsOf: (subject: string) => flags.get(subject) ?? new Set<string>(),
  }
}
