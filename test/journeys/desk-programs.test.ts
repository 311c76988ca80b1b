/** Mail programs that keep a copy of the mailbox, or work in it without a screen: from Debian. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '../support/child.ts'
import { findSubject, readAs } from '../support/mail-programs.ts'
import { needs, needsPythonModule, python } from '../support/needs.ts'
import { bootPlatform, root, type Person, type Platform } from '../support/platform.ts'

/** A few here; `npm run test:programs` takes as many as an old mailbox has. */
const messages = Number(process.env['TAMAR_PROGRAM_MESSAGES'] ?? 50)
const programTimeoutMs = 60_000 + messages * 60

let platform: Platform
let folder: string
before(async () => {
  platform = await bootPlatform()
  folder = mkdtempSync(join(tmpdir(), 'tamar-desk-'))
})
after(async () => {
  await platform[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

function messageOf(side: string, at: number): string {
  return (
    `From: a@b.example\r\nTo: c@d.example\r\nSubject: ${side} ${at}\r\n` +
    `Message-ID: <${side}.${at}@b.example>\r\nDate: Mon, 03 Jun 2024 09:00:00 +0800\r\n\r\n` +
    'A line of text. 一行文字。\r\n'
  )
}

/** imapflow waits for each answer: a window keeps its queue short. */
const appendsAtOnce = 50

async function fill(person: Person, mailbox: string): Promise<void> {
  await using reader = await readAs(platform, person)
  await reader.mailboxCreate(mailbox)
  for (let from = 0; from < messages; from += appendsAtOnce) {
    const some = Array.from(
      { length: Math.min(appendsAtOnce, messages - from) },
      (_, at) => from + at,
    )
    await Promise.all(some.map((at) => reader.append(mailbox, messageOf('far', at))))
  }
}

async function count(person: Person, mailbox: string): Promise<number | undefined> {
  await using reader = await readAs(platform, person)
  const status = await reader.status(mailbox, { messages: true })
  return status === false ? undefined : status.messages
}

test('CONFIDENTIAL in clear is kept nowhere that leads out: not in Sent, not in Drafts', async () => {
  await using reader = await readAs(platform, platform.person('ch.leung'))
  const marked = messageOf('marked', 0).replace('Subject: ', 'Subject: [CONFIDENTIAL] ')
  const mailboxes = await reader.list()
  for (const use of ['\\Sent', '\\Drafts']) {
    const { path = '' } = mailboxes.find(({ specialUse }) => specialUse === use) ?? {}
    await assert.rejects(reader.append(path, marked), (error) => {
      assert.match(JSON.stringify(error), /CONFIDENTIAL is kept only encrypted/)
      return true
    })
    assert.ok(await reader.append(path, messageOf('plain', 0)), use)
  }
})

test('a client that nobody here wrote manages scripts, and a password proves itself without being said', async (t) => {
  if (!needsPythonModule(t, 'sievelib')) return
  const person = platform.person('ch.leung')
  const script =
    'require "fileinto";\r\nif header :contains "subject" "工程" { fileinto "Junk"; }\r\n'
  const job = {
    port: platform.port('sieve'),
    user: person.address,
    password: person.appPassword,
    ca: platform.ready.ca,
    script,
  }
  const { stdout, stderr } = await run(python, [join(root, 'test/support/sieve-client.py')], {
    withinMs: programTimeoutMs,
    input: JSON.stringify(job),
  })
  assert.notEqual(stdout, '', stderr)
  assert.deepEqual(JSON.parse(stdout), {
    signedIn: true,
    implementation: 'Tamar',
    room: true,
    checked: true,
    faulty: false,
    // It does not undo the quoting.
    fault: 'Line 1, column 1: there is no command \\"file\\".',
    put: true,
    got: script.replaceAll('\r\n', '\n').trimEnd(),
    active: true,
    listed: ['假期', []],
    deletedActive: false,
    renamed: true,
    listedAfter: ['main', []],
    serverProved: true,
  })
})

/** One run after another, and the filling. */
const timeout = 4 * programTimeoutMs

test(
  'offlineimap carries mail both ways, and a second run moves nothing',
  { timeout },
  async (t) => {
    if (!needs(t, 'offlineimap')) return
    const person = platform.person('ch.leung')
    await fill(person, 'Desk')
    const near = join(folder, 'mail')
    mkdirSync(near)
    const config = join(folder, 'offlineimaprc')
    writeFileSync(config, offlineimapConfig(person, near))
    const sync = async () => {
      const from = performance.now()
      const { code, stdout, stderr } = await run(
        'offlineimap',
        ['-c', config, '-o', '-u', 'basic'],
        {
          withinMs: programTimeoutMs,
          environment: { HOME: folder },
        },
      )
      assert.equal(code, 0, stdout + stderr)
      assert.doesNotMatch(stdout + stderr, /ERROR|Traceback/)
      t.diagnostic(`offlineimap: ${((performance.now() - from) / 1000).toFixed(1)} s`)
    }
    const files = () =>
      ['cur', 'new'].flatMap((part) => readdirSync(join(near, 'Desk', part))).toSorted()
    await sync()
    assert.equal(files().length, messages)
    const added = messageOf('near', 0).replaceAll('\r\n', '\n')
    writeFileSync(join(near, 'Desk', 'new', '1700000000.1.near'), added)
    await sync()
    assert.equal(await count(person, 'Desk'), messages + 1)
    const settled = files()
    await sync()
    assert.deepEqual(files(), settled)
    await using reader = await readAs(platform, person)
    assert.equal((await findSubject(reader, 'Desk', 'near 0')).length, 1)
  },
)

function offlineimapConfig(person: Person, near: string): string {
  return `[general]
accounts = desk
metadata = ${near}/.state
socktimeout = 30
[Account desk]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = ${near}
[Repository far]
type = IMAP
remotehost = localhost
remoteport = ${platform.port('imaps')}
remoteuser = ${person.address}
remotepass = ${person.appPassword}
ssl = yes
sslcacertfile = ${platform.ready.ca}
folderfilter = lambda name: name == 'Desk'
`
}

test('neomutt searches a mailbox and moves what it finds', { timeout }, async (t) => {
  if (!needs(t, 'neomutt') || !needs(t, 'script')) return
  const person = platform.person('ml.fung')
  await fill(person, 'Tray')
  await using reader = await readAs(platform, person)
  await reader.mailboxCreate('Found')
  const config = join(folder, 'neomuttrc')
  writeFileSync(config, neomuttConfig(person))
  // A terminal of its own, as `script` gives one: what is pushed is what would be typed.
  const from = performance.now()
  const typed = `neomutt -n -F ${config}`
  const { code, stdout } = await run('script', ['-qefc', typed, '/dev/null'], {
    withinMs: programTimeoutMs,
    environment: { HOME: folder, TERM: 'xterm', LANG: 'C.UTF-8' },
  })
  t.diagnostic(`neomutt: ${((performance.now() - from) / 1000).toFixed(1)} s`)
  assert.equal(code, 0, stdout)
  assert.equal(await count(person, 'Found'), 1, stdout)
  assert.equal(await count(person, 'Tray'), messages - 1)
  assert.equal((await findSubject(reader, 'Found', `far ${messages - 1}`)).length, 1)
})

function neomuttConfig(person: Person): string {
  return `set folder = "imaps://localhost:${platform.port('imaps')}/"
set imap_user = "${person.address}"
set imap_pass = "${person.appPassword}"
set certificate_file = "${platform.ready.ca}"
set ssl_ca_certificates_file = "${platform.ready.ca}"
set spoolfile = "+Tray"
set confirmappend = no
set move = no
set delete = yes
set quit = yes
set mark_old = no
set wait_key = no
set sleep_time = 0
set header_cache = ""
push "<limit>=s 'far ${messages - 1}'<enter><tag-pattern>~A<enter><tag-prefix><save-message>=Found<enter><sync-mailbox><quit>"
`
}
