/** A day of use in which every canary word goes where people put such words. */
import assert from 'node:assert/strict'
import { createTransport } from 'nodemailer'
import { findSubject, sendAs, sendFromOutside, signIn } from '../support/mail-programs.ts'
import type { Person, Platform } from '../support/platform.ts'
import { refused } from '../support/refused.ts'
import { tamar } from '../support/tamar-command.ts'
import type { CanaryWords } from './words.ts'

const domain = 'td.gov.example'

/** @returns secrets the platform made, which must not be found either. */
export async function usePlatform(
  platform: Platform,
  words: CanaryWords,
): Promise<readonly string[]> {
  const person = await makeDirectory(platform, words)
  await receive(platform, person, words)
  await read(platform, person, words)
  await send(platform, person, words)
  await fail(platform, words)
  return [person.password, person.appPassword]
}

async function makeDirectory(platform: Platform, words: CanaryWords): Promise<Person> {
  const department = ['--department', 'TD']
  const address = `${words.address}@${domain}`
  const names = ['--name', words.personName, '--name-zh', words.personNameZh]
  await tamar(platform, 'person', 'create', address, ...names, ...department)
  const list = `${words.listAddress}@${domain}`
  const owned = ['--owner', address, '--members', address, '--posting', 'anyone']
  await tamar(platform, 'list', 'create', list, '--name', words.listName, ...department, ...owned)
  const shared = `shared.${words.sharedName}@${domain}`
  await tamar(platform, 'shared', 'create', shared, '--name', words.sharedName, ...department)
  await tamar(platform, 'address', 'add', `${words.alias}@${domain}`, '--for', address)
  const post = `post.${words.postTitle}@${domain}`
  const title = ['--title', words.postTitle, '--name', words.postTitle]
  await tamar(platform, 'post', 'create', post, ...title, ...department)
  await tamar(platform, 'post', 'appoint', post, address)
  const domains = ['--domains', `${words.domain}.example`]
  await tamar(platform, 'department', 'create', 'CAN', '--name', words.department, ...domains)
  const password = passwordIn(await tamar(platform, 'password', 'set', address))
  const made = await tamar(platform, 'app-password', 'create', address, '--label', words.label)
  return { address, password, appPassword: passwordIn(made), department: 'TD' }
}

function passwordIn(answer: unknown): string {
  assert.ok(typeof answer === 'object' && answer !== null && 'password' in answer)
  return String(answer.password)
}

async function receive(platform: Platform, person: Person, words: CanaryWords): Promise<void> {
  const outside = createTransport({
    host: 'localhost',
    port: platform.port('smtp'),
    requireTLS: true,
    tls: { ca: platform.ca },
    name: `${words.helo}.example`,
  })
  const from = { name: words.senderName, address: `${words.senderAddress}@elsewhere.example` }
  const mail = { from, to: [person.address, `${words.listAddress}@${domain}`] }
  await outside.sendMail({
    ...mail,
    subject: `About ${words.subject}`,
    text: `Some ${words.body} text`,
    attachments: [{ filename: `${words.attachmentName}.txt`, content: `x ${words.attachment} y` }],
  })
  const large = Buffer.alloc(400_000, `lines of ${words.largeBody}\r\n`)
  const subject = 'large'
  await outside.sendMail({
    ...mail,
    to: `${words.alias}@${domain}`,
    subject,
    text: large.toString(),
  })
  outside.close()
}

async function read(platform: Platform, person: Person, words: CanaryWords): Promise<void> {
  await using reader = await signIn(platform, person.address, person.appPassword)
  const [uid] = await findSubject(reader, 'INBOX', words.subject)
  assert.ok(uid !== undefined, 'the message with the canaries arrived')
  await reader.mailboxCreate(words.mailbox)
  const lock = await reader.getMailboxLock('INBOX')
  await reader.messageFlagsAdd([uid], [words.keyword], { uid: true })
  await reader.messageCopy([uid], words.mailbox, { uid: true })
  assert.deepEqual(await reader.search({ body: words.searchTerm }, { uid: true }), [])
  assert.equal((await reader.fetchAll('1:*', { source: true, bodyStructure: true })).length, 2)
  lock.release()
  await using byPassword = await signIn(platform, person.address, person.password)
  assert.ok(byPassword.usable)
}

async function send(platform: Platform, person: Person, words: CanaryWords): Promise<void> {
  const sender = sendAs(platform, person)
  const to = [`${words.farRecipient}@far.example`, platform.person('kh.wong').address]
  await sender.sendMail({ from: person.address, to, subject: words.subject, text: words.body })
  sender.close()
}

/** What goes wrong is written down somewhere; the words in it are not. */
async function fail(platform: Platform, words: CanaryWords): Promise<void> {
  const outside = sendFromOutside(platform)
  const to = `${words.unknownRecipient}@${domain}`
  const from = `${words.senderAddress}@elsewhere.example`
  await refused(outside.sendMail({ from, to, subject: words.subject, text: words.body }))
  outside.close()
  const wrong = signIn(platform, `${words.wrongUser}@${domain}`, words.wrongPassword)
  await assert.rejects(wrong)
  // The password typed where the name belongs.
  await assert.rejects(signIn(platform, words.wrongPassword, 'x'))
}
