/** An office outlives its holder: the mail of posts and shared mailboxes, as their people see it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { idleWhile } from '../support/arrivals.ts'
import { findSubject, readAs, sendAs, sendFromOutside, signIn } from '../support/mail-programs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { within } from '../support/until.ts'

let platform: Platform
before(async () => {
  platform = await bootPlatform()
})
after(() => platform[Symbol.asyncDispose]())

const post = 'Posts/SEO(A)2'
const shared = 'Shared/Road Works Enquiries'

test('a holder sees his post beside his own mail, and nobody else’s', async () => {
  await using reader = await readAs(platform, platform.person('wl.chan'))
  const names = (await reader.list()).map(({ path }) => path)
  assert.ok(names.includes('INBOX'))
  assert.ok(names.includes(post), names.join('\n'))
  assert.ok(!names.some((name) => name.startsWith('Posts/') && !name.startsWith(post)))
  assert.ok(!names.some((name) => name.startsWith('Shared/')))
})

test('mail to the post arrives in the post and not in the holder’s own INBOX', async () => {
  await using reader = await readAs(platform, platform.person('wl.chan'))
  const outside = sendFromOutside(platform)
  try {
    const subject = 'Application for a permit'
    const arrivalMs = await idleWhile(reader, post, () =>
      outside.sendMail({ from: 'a@b.example', to: 'seo-a2@td.gov.example', subject, text: 'x' }),
    )
    assert.ok(arrivalMs < 1_000, `${arrivalMs} ms`)
    assert.equal((await findSubject(reader, post, subject)).length, 1)
    assert.equal((await findSubject(reader, 'INBOX', subject)).length, 0)
  } finally {
    outside.close()
  }
})

test('person+post opens the post as INBOX for programs that know one account', async () => {
  const person = platform.person('wl.chan')
  for (const name of ['seo-a2', 'SEO(A)2']) {
    const user = person.address.replace('@', `+${name}@`)
    await using reader = await signIn(platform, user, person.appPassword)
    assert.equal((await findSubject(reader, 'INBOX', 'Application for a permit')).length, 1)
    const names = (await reader.list()).map(({ path }) => path)
    assert.ok(!names.some((each) => each.startsWith('Posts')), names.join('\n'))
  }
})

test('a post that he does not hold is a wrong password', async () => {
  const person = platform.person('my.lee')
  const user = person.address.replace('@', '+seo-a2@')
  await assert.rejects(signIn(platform, user, person.appPassword), (error: Error) => {
    assert.ok('authenticationFailed' in error && error.authenticationFailed === true)
    return true
  })
})

test('the holder writes as his post', async () => {
  const sender = sendAs(platform, platform.person('wl.chan'))
  try {
    const to = platform.person('cm.cheung').address
    const from = 'seo-a2@td.gov.example'
    await sender.sendMail({ from, to, subject: 'From the office', text: 'x' })
    await using reader = await readAs(platform, platform.person('cm.cheung'))
    assert.equal((await findSubject(reader, 'INBOX', 'From the office')).length, 1)
  } finally {
    sender.close()
  }
})

test('members of a shared mailbox share flags, and each has his own \\Seen', async () => {
  const outside = sendFromOutside(platform)
  const subject = 'Pothole in Nathan Road'
  await outside.sendMail({
    from: 'a@b.example',
    to: 'roadworks@td.gov.example',
    subject,
    text: 'x',
  })
  outside.close()
  await using first = await readAs(platform, platform.person('kh.wong'))
  await using second = await readAs(platform, platform.person('my.lee'))
  const [uid] = await findSubject(first, shared, subject)
  assert.ok(uid !== undefined)
  const lock = await first.getMailboxLock(shared)
  await first.messageFlagsAdd([uid], ['\\Seen', '\\Flagged', 'Assigned'], { uid: true })
  lock.release()
  const flags = await flagsOf(second, uid)
  assert.ok(flags.has('\\Flagged') && flags.has('Assigned'), [...flags].join(' '))
  assert.ok(!flags.has('\\Seen'))
})

test('a member who may only read changes nothing', async () => {
  await using reader = await readAs(platform, platform.person('tk.ho'))
  const [uid] = await findSubject(reader, shared, 'Pothole')
  assert.ok(uid !== undefined)
  const before = await flagsOf(reader, uid)
  const lock = await reader.getMailboxLock(shared)
  await reader.messageDelete([uid], { uid: true }).catch(() => false)
  lock.release()
  await using other = await readAs(platform, platform.person('kh.wong'))
  assert.equal((await findSubject(other, shared, 'Pothole')).length, 1)
  assert.ok(!(await flagsOf(other, uid)).has('\\Deleted'))
  assert.ok(!before.has('\\Deleted'))
})

test('what one member expunges, the other sees go', async () => {
  await using first = await readAs(platform, platform.person('kh.wong'))
  await using second = await readAs(platform, platform.person('my.lee'))
  const [uid] = await findSubject(first, shared, 'Pothole')
  assert.ok(uid !== undefined)
  const watching = await second.getMailboxLock(shared)
  const gone = Promise.withResolvers<void>()
  second.once('expunge', () => gone.resolve())
  const idling = second.idle()
  const lock = await first.getMailboxLock(shared)
  await first.messageDelete([uid], { uid: true })
  lock.release()
  await within('EXPUNGE', 5_000, gone.promise)
  await Promise.all([second.noop(), idling])
  watching.release()
  assert.deepEqual(await findSubject(second, shared, 'Pothole'), [])
})

async function flagsOf(
  reader: Awaited<ReturnType<typeof readAs>>,
  uid: number,
): Promise<ReadonlySet<string>> {
  const lock = await reader.getMailboxLock(shared)
  try {
    const message = await reader.fetchOne(String(uid), { flags: true }, { uid: true })
    assert.ok(message !== false && message?.flags !== undefined)
    return message.flags
  } finally {
    lock.release()
  }
}
