/** Programs people use every day, from Debian, against the running platform. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImapFlow } from 'imapflow'
import { after, before, test, type TestContext } from 'node:test'
import { run } from '../support/child.ts'
import { findSubject, readAs } from '../support/mail-programs.ts'
import { needs, needsPerlModule } from '../support/needs.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'

const programTimeoutMs = 60_000

let platform: Platform
let folder: string
before(async () => {
  platform = await bootPlatform()
  folder = mkdtempSync(join(tmpdir(), 'tamar-programs-'))
})
after(async () => {
  await platform[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

test('curl sends by smtps and reads by imaps', async (t) => {
  if (!needs(t, 'curl')) return
  const [from, to] = [platform.person('yw.tang'), platform.person('ps.kwok')]
  const file = join(folder, 'curl.eml')
  writeFileSync(
    file,
    `From: ${from.address}\r\nTo: ${to.address}\r\nSubject: By curl\r\n\r\nHello 你好\r\n`,
  )
  const ca = ['--cacert', platform.ready.ca, '--silent', '--show-error']
  const sent = await run(
    'curl',
    [
      ca,
      ['--url', `smtps://localhost:${platform.port('submissions')}`, '--upload-file', file],
      ['--user', `${from.address}:${from.appPassword}`],
      ['--mail-from', from.address, '--mail-rcpt', to.address],
    ].flat(),
    { withinMs: programTimeoutMs },
  )
  assert.equal(sent.code, 0, sent.stderr)
  const imaps = `imaps://localhost:${platform.port('imaps')}`
  const user = ['--user', `${to.address}:${to.appPassword}`]
  const found = await run('curl', [...ca, ...user, `${imaps}/INBOX?SUBJECT%20%22By%20curl%22`], {
    withinMs: programTimeoutMs,
  })
  const number = /\* SEARCH (\d+)/.exec(found.stdout)?.[1]
  assert.ok(number !== undefined, found.stdout + found.stderr)
  const read = await run('curl', [...ca, ...user, `${imaps}/INBOX;MAILINDEX=${number}`], {
    withinMs: programTimeoutMs,
  })
  assert.equal(read.code, 0, read.stderr)
  assert.match(read.stdout, /^Subject: By curl\r$[^]*^Hello 你好\r$/m)
})

test('curl does not accept the platform’s certificate without its CA', async (t) => {
  if (!needs(t, 'curl')) return
  const url = `imaps://localhost:${platform.port('imaps')}/`
  const { code } = await run('curl', ['--silent', url], { withinMs: programTimeoutMs })
  assert.equal(code, 60)
})

for (const [place, option] of [
  ['submissions', '--tls-on-connect'],
  ['submission', '--tls'],
] as const)
  for (const mechanism of ['PLAIN', 'LOGIN'])
    test(`swaks sends by ${place} with ${mechanism}`, async (t) => {
      if (!needsSwaks(t)) return
      const [from, to] = [platform.person('yw.tang'), platform.person('ml.fung')]
      const subject = `By swaks ${place} ${mechanism}`
      const { code, stdout, stderr } = await run(
        'swaks',
        [
          ['--server', '127.0.0.1', '--port', String(platform.port(place)), option],
          ['--tls-verify', '--tls-ca-path', platform.ready.ca],
          ['--auth', mechanism, '--auth-user', from.address],
          ['--auth-password', from.appPassword],
          ['--from', from.address, '--to', to.address, '--header', `Subject: ${subject}`],
          ['--attach-type', 'text/plain', '--attach', '@/etc/hostname'],
        ].flat(),
        { withinMs: programTimeoutMs },
      )
      assert.equal(code, 0, stdout + stderr)
      await using reader = await readAs(platform, to)
      assert.equal((await findSubject(reader, 'INBOX', subject)).length, 1)
    })

test('swaks delivers on port 25 and hears 550 for nobody', async (t) => {
  if (!needsSwaks(t)) return
  const args = ['--server', '127.0.0.1', '--port', String(platform.port('smtp')), '--tls']
  const from = ['--from', 'citizen@elsewhere.example']
  const { address } = platform.person('ml.fung')
  const good = await run('swaks', [...args, ...from, '--to', address], {
    withinMs: programTimeoutMs,
  })
  assert.equal(good.code, 0, good.stdout)
  const bad = await run('swaks', [...args, ...from, '--to', 'nobody@pio.gov.example'], {
    withinMs: programTimeoutMs,
  })
  // swaks(1), EXIT CODES: all RCPTs were refused.
  assert.equal(bad.code, 24, bad.stdout)
  assert.match(bad.stdout, /550 5\.1\.1/)
})

test('Python’s imaplib reads, searches, flags, copies and removes', async (t) => {
  if (!needs(t, 'python3')) return
  const person = platform.person('kk.ng')
  const script = join(folder, 'read-mail.py')
  writeFileSync(script, imaplibScript)
  const { code, stdout, stderr } = await run('python3', [script], {
    withinMs: programTimeoutMs,
    environment: {
      IMAP_PORT: String(platform.port('imaps')),
      IMAP_CA: platform.ready.ca,
      IMAP_USER: person.address,
      IMAP_PASSWORD: person.appPassword,
    },
  })
  assert.equal(code, 0, stdout + stderr)
  assert.match(stdout, /^all as expected$/m)
  await using reader = await readAs(platform, person)
  await recoverByMove(reader)
})

/** As a mail program does when its user drags a message out of the recoverable items. */
async function recoverByMove(reader: ImapFlow): Promise<void> {
  await reader.mailboxOpen('Recoverable Items')
  const uids = await reader.search({ body: 'Two' }, { uid: true })
  assert.ok(Array.isArray(uids) && uids.length === 1)
  const moved = await reader.messageMove(uids, 'Archive', { uid: true })
  assert.ok(moved !== false && moved.uidMap?.size === 1)
  await reader.mailboxClose()
  const status = await reader.status('Archive', { messages: true })
  assert.ok(status !== false && status.messages === 1)
}

/** Debian's swaks only recommends the module its TLS is made of. */
function needsSwaks(t: TestContext): boolean {
  return needs(t, 'swaks') && needsPerlModule(t, 'Net::SSLeay')
}

const imaplibScript = `
import imaplib, os, ssl
context = ssl.create_default_context(cafile=os.environ['IMAP_CA'])
imap = imaplib.IMAP4_SSL('localhost', int(os.environ['IMAP_PORT']), ssl_context=context, timeout=20)
def ok(answer, *more):
    assert answer[0] == 'OK', answer
    return answer[1]
ok(imap.login(os.environ['IMAP_USER'], os.environ['IMAP_PASSWORD']))
ok(imap.create('"From imaplib"'))
message = b'From: a@b.example\\r\\nSubject: =?utf-8?b?5L2g5aW9?=\\r\\n\\r\\nOne\\r\\n'
when = imaplib.Time2Internaldate(1700000000)
ok(imap.append('"From imaplib"', '(\\\\Flagged)', when, message))
ok(imap.append('"From imaplib"', None, when, message.replace(b'One', b'Two')))
assert ok(imap.select('"From imaplib"'))[0] == b'2'
assert ok(imap.fetch('1', '(FLAGS BODY.PEEK[])'))[0][1] == message
assert ok(imap.uid('SEARCH', None, 'FLAGGED'))[0].split() != []
assert ok(imap.search(None, 'BODY', '"Two"'))[0] == b'2'
imap.literal = '\u4f60'.encode()
assert ok(imap.search('UTF-8', 'SUBJECT'))[0] == b'1 2'
ok(imap.store('1', '+FLAGS', '(\\\\Seen Urgent)'))
flags = imaplib.ParseFlags(ok(imap.fetch('1', '(FLAGS)'))[0])
assert set(flags) >= {b'\\\\Seen', b'\\\\Flagged', b'Urgent'}, flags
ok(imap.copy('1:2', 'INBOX'))
ok(imap.store('1', '+FLAGS', '\\\\Deleted'))
assert ok(imap.expunge()) == [b'1']
ok(imap.unselect())
ok(imap.rename('"From imaplib"', '"Renamed"'))
ok(imap.delete('"Renamed"'))
assert imap.select('"Renamed"')[0] == 'NO'
ok(imap.namespace())
ok(imap.select('INBOX'))
last = ok(imap.search(None, 'BODY', '"Two"'))[0].split()[-1]
ok(imap.store(last, '+FLAGS', '\\\\Deleted'))
assert ok(imap.expunge()) == [last]
count = int(ok(imap.select('"Recoverable Items"', readonly=True))[0])
two = ok(imap.search(None, 'BODY', '"Two"'))[0]
assert two == str(count).encode(), two
assert imap.store(two, '+FLAGS', '\\\\Flagged')[0] == 'NO'
ok(imap.copy(two, 'INBOX'))
ok(imap.select('INBOX'))
assert ok(imap.fetch(ok(imap.search(None, 'BODY', '"Two"'))[0].split()[-1], '(BODY.PEEK[])'))[0][1] == message.replace(b'One', b'Two')
imap.logout()
print('all as expected')
`

/** As many as a busy inbox has; `npm run test:programs` takes ten times as many. */
const mbsyncMessages = Number(process.env['TAMAR_PROGRAM_MESSAGES'] ?? 2_000)
/** The first run may take its time, the second finds nothing to do. */
const mbsyncTimeoutMs = Math.max(programTimeoutMs, mbsyncMessages * 50)

test(`mbsync carries ${mbsyncMessages} messages both ways, and a second run moves nothing`, async (t) => {
  if (!needs(t, 'mbsync')) return
  const person = platform.person('ch.leung')
  const near = join(folder, 'mail')
  const upload = join(near, 'Upload', 'new')
  mkdirSync(join(near, 'state'), { recursive: true })
  for (const name of ['cur', 'new', 'tmp'])
    mkdirSync(join(near, 'Upload', name), { recursive: true })
  for (let at = 0; at < mbsyncMessages / 2; at++)
    writeFileSync(
      join(upload, `17000000.${at}.near`),
      messageOf('near', at).replaceAll('\r\n', '\n'),
    )
  await fillFar(person)
  const config = join(folder, 'mbsyncrc')
  writeFileSync(config, mbsyncConfig(person, near))
  const sync = async () => {
    const from = performance.now()
    const result = await run('mbsync', ['-c', config, '-a'], { withinMs: mbsyncTimeoutMs })
    assert.equal(result.code, 0, result.stdout + result.stderr)
    return performance.now() - from
  }
  const firstMs = await sync()
  const files = () =>
    [join(near, 'Upload', 'cur'), upload].flatMap((path) => readdirSync(path)).toSorted()
  const afterFirst = files()
  assert.equal(afterFirst.length, mbsyncMessages)
  const stateAfterFirst = await farState(person)
  assert.equal(stateAfterFirst.messages, mbsyncMessages)
  const secondMs = await sync()
  console.log(`first run ${firstMs.toFixed(0)} ms, second ${secondMs.toFixed(0)} ms`)
  assert.deepEqual(files(), afterFirst)
  assert.deepEqual(await farState(person), stateAfterFirst)
})

function messageOf(side: string, at: number): string {
  return (
    `From: a@b.example\r\nTo: c@d.example\r\nSubject: ${side} ${at}\r\n` +
    `Message-ID: <${side}.${at}@b.example>\r\nDate: Mon, 03 Jun 2024 09:00:00 +0800\r\n\r\n` +
    'A line of text. 一行文字。\r\n'.repeat(1 + (at % 20))
  )
}

async function fillFar(person: Person): Promise<void> {
  await using reader = await readAs(platform, person)
  await reader.mailboxCreate('Upload')
  const appends: Promise<unknown>[] = []
  for (let at = 0; at < mbsyncMessages / 2; at++) {
    appends.push(reader.append('Upload', messageOf('far', at), at % 3 === 0 ? ['\\Seen'] : []))
    // imapflow waits for each answer: a window keeps its queue short.
    if (appends.length === 50) await Promise.all(appends.splice(0))
  }
  await Promise.all(appends)
}

async function farState(person: Person) {
  await using reader = await readAs(platform, person)
  const status = await reader.status('Upload', {
    messages: true,
    uidNext: true,
    uidValidity: true,
    highestModseq: true,
  })
  assert.ok(status !== false)
  const { messages, uidNext, uidValidity, highestModseq } = status
  return { messages, uidNext, uidValidity, highestModseq }
}

function mbsyncConfig(person: Person, near: string): string {
  return `IMAPAccount far
Host localhost
Port ${platform.port('imaps')}
User ${person.address}
Pass ${person.appPassword}
SSLType IMAPS
CertificateFile ${platform.ready.ca}
Timeout 30

IMAPStore far
Account far

MaildirStore near
Path ${near}/
Inbox ${near}/INBOX
SubFolders Verbatim

Channel all
Far :far:Upload
Near :near:Upload
Create Both
Expunge Both
SyncState ${near}/state/
`
}
