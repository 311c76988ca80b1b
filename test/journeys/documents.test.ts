/** What stands in attached PDF files is judged as what stands in the message: files printed by Debian's Chromium. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createTransport } from 'nodemailer'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { bomb, doubling, locked } from '../support/make-pdf.ts'
import { findSubject, readAs, sendAs, sendFromOutside } from '../support/mail-programs.ts'
import { needs } from '../support/needs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'
import { until } from '../support/until.ts'

let platform: Platform
let browser: TestBrowser | undefined
const trusted = getCACertificates('default')
before(async () => {
  platform = await bootPlatform({ environment: { TAMAR_TRUST_RELAYS: '192.0.2.1' } })
  setDefaultCACertificates([...trusted, platform.ca])
})
after(async () => {
  setDefaultCACertificates(trusted)
  await browser?.[Symbol.asyncDispose]()
  await platform[Symbol.asyncDispose]()
})

async function canPrint(t: TestContext): Promise<boolean> {
  if (!needs(t, 'chromium') || !needs(t, 'certutil')) return false
  browser ??= await openBrowser(platform.ready.ca)
  return true
}

/** As a person prints a page into a file. */
async function print(html: string): Promise<Buffer> {
  assert.ok(browser)
  const page = await browser.newPage()
  try {
    await page.setContent(`<!doctype html><meta charset="utf-8">${html}`)
    return await page.pdf({ format: 'A4' })
  } finally {
    await page.close()
  }
}

/** What the platform answers to who sends it; nothing where it is taken. */
async function send(content: Buffer, to: string, subject = 'Papers'): Promise<string> {
  const sender = sendAs(platform, platform.person('kh.wong'))
  const from = platform.person('kh.wong').address
  const attachments = [{ filename: 'papers.pdf', content }]
  try {
    await sender.sendMail({ from, to, subject, text: 'See attached.', attachments })
    return ''
  } catch (error) {
    return String(error)
  } finally {
    sender.close()
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- what it answers is read by assertions alone
type Answer = any

async function ask(sign: string, path: string, more: RequestInit = {}): Promise<Answer> {
  const headers = { authorization: `Basic ${sign}`, 'content-type': 'application/json' }
  const response = await fetch(new URL(path, platform.ready.listeners.https), { ...more, headers })
  assert.equal(response.status, 200)
  return response.json()
}

async function primaryAccount(sign: string): Promise<string> {
  const { primaryAccounts } = await ask(sign, '/.well-known/jmap')
  return primaryAccounts['urn:ietf:params:jmap:mail']
}

async function jmap(sign: string, methodCalls: readonly unknown[]): Promise<Answer> {
  const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail']
  const body = JSON.stringify({ using, methodCalls })
  return (await ask(sign, '/jmap/api', { method: 'POST', body })).methodResponses
}

const outside = 'x@far.example'

test('markings of a printed document are obeyed, in English and in both Chinese scripts', async (t) => {
  if (!(await canPrint(t))) return
  const { address: inside } = platform.person('hc.yip')
  const table: readonly (readonly [html: string, to: string, answer: RegExp])[] = [
    ['<h1>SECRET</h1><p>Dear all', inside, /SECRET/],
    ['<p lang="zh-Hant">絕對機密</p><p>各位同事', inside, /SECRET/],
    ['<p lang="zh-Hans">高度机密</p><p>各位同事', inside, /SECRET/],
    ['<h2>CONFIDENTIAL (STAFF)</h2><p>Dear all', inside, /CONFIDENTIAL/],
    ['<p lang="zh-Hant">機密文件</p><p>各位同事', inside, /CONFIDENTIAL/],
    ['<p>Minutes of a meeting about a secret garden', inside, /^$/],
    ['<p lang="zh-Hant">限閱文件</p><p>各位同事', inside, /^$/],
  ]
  for (const [html, to, answer] of table)
    assert.match(await send(await print(html), to), answer, html)
})

test('numbers of people in a printed document do not leave unless somebody says why', async (t) => {
  if (!(await canPrint(t))) return
  const holder = await print('<table><tr><td lang="zh-Hant">身份證號碼<td>A123456(3)</table>')
  assert.match(await send(holder, outside), /personal data/i)
  // The check digit is not right.
  assert.doesNotMatch(await send(await print('<p>A123456(4)'), outside), /personal data/i)
  assert.match(await send(await print('<p>4111 1111 1111 1111'), outside), /personal data/i)
  assert.equal(await send(holder, platform.person('hc.yip').address), '')
})

test('the simulator shows what was read of a file, and that another could not be read', async (t) => {
  if (!(await canPrint(t))) return
  const explain = async (content: Buffer) => {
    const stream = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
    const from = platform.person('kh.wong').address
    const attachments = [{ filename: 'papers.pdf', content }]
    const { message } = await stream.sendMail({ from, to: outside, subject: 'x', attachments })
    const file = join(platform.folder, 'papers.eml')
    await writeFile(file, message)
    return JSON.stringify(
      await tamar(platform, 'policy', 'explain', file, '--from', from, '--to', outside),
    )
  }
  const told = await explain(await print('<p>RESTRICTED</p><p>A123456(3), 9123 4567'))
  assert.match(told, /"unreadDocuments":0/)
  assert.match(told, /"grade":"restricted"/)
  assert.match(told, /"identityNumbers":1/)
  assert.match(told, /"phoneNumbers":1/)
  assert.match(told, /identity-number-outside/)
  const unread = await explain(Buffer.from('%PDF-1.7 and no more'))
  assert.match(unread, /"unreadDocuments":1/)
  assert.match(unread, /unread-document/)
  assert.match(await explain(locked('let me in', 'SECRET')), /"lockedArchives":1/)
})

test('words of attached documents are found within five seconds, and mail programs search bodies alone', async (t) => {
  if (!(await canPrint(t))) return
  const person = platform.person('hc.yip')
  const sign = Buffer.from(`${person.address}:${person.appPassword}`).toString('base64')
  const accountId = await primaryAccount(sign)
  const search = async (text: string): Promise<readonly string[]> => {
    const [[, { ids }]] = await jmap(sign, [['Email/query', { accountId, filter: { text } }, 'a']])
    return ids
  }
  assert.deepEqual(await search('檔案管理守則'), [])
  const paper = await print('<p lang="zh-Hant">檔案管理守則</p><p>Stewardship of harbours</p>')
  assert.equal(await send(paper, person.address, 'to be searched'), '')
  const isFound = async () => (await search('檔案管理守則')).length === 1
  await until('its words are found', 5_000, isFound)
  for (const text of ['档案管理守则', 'STEWARDSHIP', '"stewardship of harbours"', 'ｓtewardship'])
    assert.equal((await search(text)).length, 1, text)
  const reader = await readAs(platform, person)
  const lock = await reader.getMailboxLock('INBOX')
  assert.deepEqual(await reader.search({ body: 'Stewardship' }, { uid: true }), [])
  lock.release()
  await reader.logout()
})

test('hostile files from outside arrive or wait, and the platform goes on', async () => {
  const { address: to } = platform.person('hc.yip')
  const stranger = sendFromOutside(platform)
  const files = [bomb(2_048), doubling(40), Buffer.from('%PDF-1.7 broken')]
  await Promise.all(
    files.map((content, n) =>
      stranger.sendMail({
        from: 'x@elsewhere.example',
        to,
        subject: `hostile ${n}`,
        attachments: [{ filename: 'a.pdf', content }],
      }),
    ),
  )
  stranger.close()
  const reader = await readAs(platform, platform.person('hc.yip'))
  for (const n of files.keys())
    await until(`hostile ${n} is there`, 20_000, async () => {
      const found = await Promise.all(
        ['INBOX', 'Junk'].map((mailbox) => findSubject(reader, mailbox, `hostile ${n}`)),
      )
      return found.flat().length === 1
    })
  await reader.logout()
  assert.ok(!platform.child.hasEnded)
})
