/** A person's day: reads, writes, hears of new mail at once; strangers write and are told the truth. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { ask, openToken } from '../support/admin-api.ts'
import { idleWhile } from '../support/arrivals.ts'
import { findSubject, readAs, sendAs, sendFromOutside, signIn } from '../support/mail-programs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { findPostmaster } from '../support/postmaster.ts'
import { refused } from '../support/refused.ts'
import { until } from '../support/until.ts'

/** From the sender's 250 to the reader's EXISTS. */
const arrivalMsMax = 1_000

let platform: Platform
before(async () => {
  platform = await bootPlatform()
})
after(() => platform[Symbol.asyncDispose]())

const stranger = 'citizen@elsewhere.example'

test('the demo says where it listens and who can sign in', () => {
  const { listeners, people } = platform.ready
  for (const place of ['smtp', 'submission', 'submissions', 'imaps'] as const)
    assert.match(listeners[place], /^127\.0\.0\.1:\d+$/)
  assert.match(listeners.https, /^https:\/\/localhost:\d+$/)
  assert.equal(people.length, 12)
  assert.equal(new Set(people.map(({ department }) => department)).size, 3)
  assert.equal(new Set(people.map(({ password }) => password)).size, 12)
})

test('everybody finds realistic mail, in both languages, and reads it whole', async () => {
  const subjects: string[] = []
  for (const person of platform.ready.people) {
    await using reader = await readAs(platform, person)
    for (const { path, flags } of await reader.list()) {
      if (flags.has('\\Noselect') || flags.has('\\NonExistent')) continue
      const lock = await reader.getMailboxLock(path)
      const isEmpty = reader.mailbox === false || reader.mailbox.exists === 0
      const messages = isEmpty ? [] : await reader.fetchAll('1:*', whole)
      lock.release()
      for (const { source, size, envelope } of messages) {
        assert.equal(source?.length, size)
        subjects.push(envelope?.subject ?? '')
      }
    }
  }
  console.log(`${subjects.length} messages`)
  assert.ok(subjects.length >= 200, `${subjects.length} messages`)
  assert.ok(subjects.every((subject) => subject !== ''))
  assert.ok(subjects.some((subject) => /\p{Script=Han}/u.test(subject)))
})

const whole = { envelope: true, source: true, size: true } as const

for (const place of ['submissions', 'submission'] as const)
  test(`mail sent by ${place} arrives within a second by IDLE, byte for byte`, async () => {
    const subject = `By ${place} 你好`
    const text = 'The draft is attached.\r\n草稿已附上。\r\n'
    const content = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 31) & 0xff))
    await using reader = await readAs(platform, platform.person('my.lee'))
    using sender = closing(sendAs(platform, platform.person('kh.wong'), place))
    const arrivalMs = await idleWhile(reader, 'INBOX', () =>
      sender.transport.sendMail({
        from: platform.person('kh.wong').address,
        to: platform.person('my.lee').address,
        subject,
        text,
        attachments: [{ filename: '草稿.bin', content }],
      }),
    )
    console.log(`from 250 to EXISTS: ${arrivalMs.toFixed(1)} ms`)
    assert.ok(arrivalMs < arrivalMsMax, `${arrivalMs} ms`)
    const lock = await reader.getMailboxLock('INBOX')
    try {
      const message = await reader.fetchOne('*', { envelope: true, bodyStructure: true })
      assert.ok(message !== false && message !== undefined)
      assert.equal(message.envelope?.subject, subject)
      const part = await reader.download('*', '2')
      const chunks: Buffer[] = []
      assert.ok(part.content !== undefined)
      for await (const chunk of part.content) chunks.push(Buffer.from(chunk as Uint8Array))
      assert.deepEqual(Buffer.concat(chunks), content)
    } finally {
      lock.release()
    }
  })

test('mail from another server comes in on port 25 with STARTTLS and is traced', async () => {
  const subject = 'From a citizen 市民來信'
  await using reader = await readAs(platform, platform.person('sf.lam'))
  using outside = closing(sendFromOutside(platform))
  const to = platform.person('sf.lam').address
  const arrivalMs = await idleWhile(reader, 'INBOX', () =>
    outside.transport.sendMail({ from: stranger, to, subject, text: 'Good morning' }),
  )
  assert.ok(arrivalMs < arrivalMsMax, `${arrivalMs} ms`)
  const lock = await reader.getMailboxLock('INBOX')
  try {
    const message = await reader.fetchOne('*', { source: true })
    assert.ok(message !== false && message?.source !== undefined)
    const text = message.source.toString()
    assert.match(text, new RegExp(`^Return-Path: <${stranger}>\r\n`))
    assert.match(text, /Received: from mx\.elsewhere\.example[^]{0,300}?with ESMTPS/)
  } finally {
    lock.release()
  }
})

test('an alias, a sub-address and an address in other letters reach the same person', async () => {
  await using reader = await readAs(platform, platform.person('wl.chan'))
  using outside = closing(sendFromOutside(platform))
  for (const to of [
    'wailing.chan@td.gov.example',
    'wl.chan+minutes@td.gov.example',
    'WL.Chan@TD.gov.example',
  ]) {
    const subject = `To ${to}`
    await outside.transport.sendMail({ from: stranger, to, subject, text: 'x' })
    assert.equal((await findSubject(reader, 'INBOX', subject)).length, 1, to)
  }
})

test('a list reaches each member once and says that it is a list', async () => {
  const subject = 'Fire drill on Friday 週五火警演習'
  using sender = closing(sendAs(platform, platform.person('my.lee')))
  await sender.transport.sendMail({
    from: platform.person('my.lee').address,
    to: ['td-all@td.gov.example', platform.person('tk.ho').address],
    subject,
    text: 'All staff, please.',
  })
  for (const name of ['wl.chan', 'kh.wong', 'my.lee', 'tk.ho']) {
    await using reader = await readAs(platform, platform.person(name))
    const uids = await findSubject(reader, 'INBOX', 'Fire drill')
    assert.equal(uids.length, 1, name)
    // Who is named beside the list has the copy that was meant for him alone.
    if (name === 'tk.ho') continue
    const fields = await listIds(reader, uids)
    assert.equal(
      fields.filter((text) => text.includes('List-Id: <td-all.td.gov.example>')).length,
      1,
    )
  }
})

test('lists keep out whom they must: strangers, non-members, and those who need a moderator', async () => {
  using outside = closing(sendFromOutside(platform))
  using sender = closing(sendAs(platform, platform.person('wl.chan')))
  const { address } = platform.person('wl.chan')
  const post = (from: string, to: string) => ({ from, to, subject: 'x', text: 'x' })
  const heard = [
    await refused(outside.transport.sendMail(post(stranger, 'td-all@td.gov.example'))),
    await refused(outside.transport.sendMail(post(stranger, 'dh-all@dh.gov.example'))),
    await refused(sender.transport.sendMail(post(address, 'dh-all@dh.gov.example'))),
  ]
  for (const { code, response } of heard) {
    assert.equal(code, 550)
    assert.match(response, /5\.7\.1/)
  }
})

test('an unknown recipient is refused with 550 5.1.1 at both doors', async () => {
  using outside = closing(sendFromOutside(platform))
  using sender = closing(sendAs(platform, platform.person('wl.chan')))
  const to = 'nobody.at.all@td.gov.example'
  const { address } = platform.person('wl.chan')
  for (const [{ transport }, from] of [
    [outside, stranger],
    [sender, address],
  ] as const) {
    const { code, response } = await refused(
      transport.sendMail({ from, to, subject: 'x', text: 'x' }),
    )
    assert.equal(code, 550)
    assert.match(response, /5\.1\.1/)
  }
})

test('domains that only look like ours are external: never relayed for strangers', async () => {
  using outside = closing(sendFromOutside(platform))
  for (const domain of [
    'legco.gov.example',
    'gov.example',
    'xtd.gov.example',
    'sub.td.gov.example',
    'td.gov.example.evil.example',
    'tｄ.gov.example.evil.example',
  ]) {
    const to = `wl.chan@${domain}`
    const { code, response } = await refused(
      outside.transport.sendMail({ from: stranger, to, subject: 'x', text: 'x' }),
    )
    assert.equal(code, 550, domain)
    assert.match(response, /5\.7\.1/, domain)
  }
})

test('a member of staff who writes to the outside is told it is kept, and it is kept sealed', async () => {
  using sender = closing(sendAs(platform, platform.person('wl.chan')))
  const before = await queuedRecipients()
  const info = await sender.transport.sendMail({
    from: platform.person('wl.chan').address,
    to: ['member@legco.gov.example', platform.person('kh.wong').address, 'a@far.example'],
    subject: 'Paper for the panel',
    text: 'x',
  })
  assert.deepEqual(info.rejected, [])
  assert.equal(info.accepted?.length, 3)
  assert.match(info.response ?? '', /^250 /)
  assert.equal((await queuedRecipients()) - before, 2)
  await using reader = await readAs(platform, platform.person('kh.wong'))
  assert.equal((await findSubject(reader, 'INBOX', 'Paper for the panel')).length, 1)
})

test('nobody sends as somebody else', async () => {
  using sender = closing(sendAs(platform, platform.person('wl.chan')))
  const [from, to] = [platform.person('sf.lam').address, platform.person('kh.wong').address]
  const { code } = await refused(sender.transport.sendMail({ from, to, subject: 'x', text: 'x' }))
  assert.equal(code, 550)
})

test('a wrong password opens nothing, and somebody and nobody hear the same', async () => {
  const person = platform.person('ml.fung')
  for (const user of [person.address, 'nobody@pio.gov.example'])
    await assert.rejects(signIn(platform, user, 'not-the-password'), (error: Error) => {
      assert.ok('authenticationFailed' in error && error.authenticationFailed === true)
      assert.match(String('response' in error ? error.response : ''), /AUTHENTICATIONFAILED|NO/)
      return true
    })
  using sender = closing(sendAs(platform, { ...person, appPassword: 'not-the-password' }))
  assert.equal((await refused(sender.transport.verify())).code, 535)
  await using reader = await signIn(platform, person.address, person.password)
  assert.ok(reader.usable, 'his main password opens it')
})

interface Closing extends Disposable {
  readonly transport: ReturnType<typeof sendAs>
}

function closing(transport: ReturnType<typeof sendAs>): Closing {
  return { transport, [Symbol.dispose]: () => transport.close() }
}

async function listIds(
  reader: Awaited<ReturnType<typeof readAs>>,
  uids: readonly number[],
): Promise<readonly string[]> {
  const lock = await reader.getMailboxLock('INBOX')
  try {
    const messages = await reader.fetchAll([...uids], { headers: ['list-id'] }, { uid: true })
    return messages.map(({ headers }) => headers?.toString() ?? '')
  } finally {
    lock.release()
  }
}

/** The queue has no protocol: it is counted where it lies. */
async function queuedRecipients(): Promise<number> {
  const host = findPostmaster(platform.data)?.sockets
  const client = new Client({ host, user: 'tamar', database: 'postgres' })
  await client.connect()
  try {
    const { rows } = await client.query('SELECT count(*) AS count FROM queued_recipient')
    return Number(rows[0]?.['count'])
  } finally {
    await client.end()
  }
}

test('a person’s script files his mail and says that he is away, until he ends it', async () => {
  const [away, writer] = [platform.person('tk.ho'), platform.person('kh.wong')]
  const token = (await openToken(platform, away.address, away.password)) ?? ''
  const filters = 'accounts/me/filters'
  const put = (path: string, body: object) => ask(platform, path, { method: 'PUT', token, body })
  const wrong = await put(`${filters}/away`, { script: 'keep;\nfile "Works";' })
  assert.equal(wrong.status, 422)
  assert.match(String(wrong.body['detail']), /^Line 2, column 1: there is no command "file"/)
  const script =
    'require ["fileinto", "mailbox", "vacation"];' +
    'if header :contains "subject" "升降機" { fileinto :create "Works 工程"; vacation "Away. 外出。"; }'
  assert.equal((await put(`${filters}/away`, { script })).status, 200)
  assert.equal((await put('accounts/me/filter-in-force', { name: 'away' })).status, 200)
  const { body } = await ask(platform, filters, { token })
  // As docs/admin-api.md has it.
  const [kept, ...more] = body['items'] as readonly Readonly<Record<string, unknown>>[]
  assert.deepEqual([kept?.['name'], kept?.['isInForce'], more], ['away', true, []])
  const send = async (subject: string) => {
    using sender = closing(sendAs(platform, writer, 'submissions'))
    const mail = { from: writer.address, to: away.address, subject, text: 'x' }
    await sender.transport.sendMail(mail)
  }
  await using reader = await readAs(platform, away)
  await using sent = await readAs(platform, writer)
  await send('升降機檢查 by a script')
  assert.equal((await findSubject(reader, 'Works 工程', 'by a script')).length, 1)
  assert.equal((await findSubject(reader, 'INBOX', 'by a script')).length, 0)
  await until('the answer', 20_000, async () => {
    const found = await findSubject(sent, 'INBOX', 'Auto: 升降機檢查')
    return found.length === 1
  })
  assert.equal((await put('accounts/me/filter-in-force', {})).status, 200)
  await send('升降機 after the script')
  assert.equal((await findSubject(reader, 'INBOX', 'after the script')).length, 1)
})
