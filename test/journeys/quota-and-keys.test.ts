/** What an operator does by command while people work: quotas, removals, rotation of keys under load. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { findSubject, readAs, sendFromOutside, signIn } from '../support/mail-programs.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { refused } from '../support/refused.ts'
import { tamar } from '../support/tamar-command.ts'

let platform: Platform
const environment: Record<string, string> = {}
before(async () => {
  platform = await bootPlatform({ environment })
})
after(() => platform[Symbol.asyncDispose]())

const stranger = 'citizen@elsewhere.example'

test('a full mailbox answers 452, tells its owner over IMAP, and takes mail again with more room', async () => {
  const { address } = platform.person('kk.ng')
  const before = roomOf(await tamar(platform, 'quota', 'show', address))
  assert.equal(before.limitOctets, null)
  await tamar(platform, 'quota', 'set', address, '--octets', `${before.usedOctets + 100}`)
  const outside = sendFromOutside(platform)
  const send = (subject: string) =>
    outside.sendMail({ from: stranger, to: address, subject, text: 'x'.repeat(500) })
  const no = await refused(send('Too much'))
  assert.equal(no.code, 452, no.response)
  await using reader = await readAs(platform, platform.person('kk.ng'))
  const quota = await reader.getQuota('INBOX')
  const limit = Math.floor((before.usedOctets + 100) / 1024) * 1024
  assert.ok(JSON.stringify(quota).includes(`"limit":${limit}`), JSON.stringify(quota))
  await tamar(platform, 'quota', 'set', address, '--octets', 'none', '--messages', '100k')
  await send('Fits now')
  assert.equal((await findSubject(reader, 'INBOX', 'Fits now')).length, 1)
  const messages = await reader.getQuota('INBOX')
  assert.match(JSON.stringify(messages), /"limit":100000\b/)
  outside.close()
})

test('a full department answers 452 for all its mailboxes', async () => {
  const person = platform.person('hc.yip')
  const { usedOctets } = roomOf(await tamar(platform, 'quota', 'show-department', 'DH'))
  assert.ok(usedOctets > 0)
  await tamar(platform, 'quota', 'set-department', 'DH', '--octets', `${usedOctets - 1}`)
  const outside = sendFromOutside(platform)
  const send = () =>
    outside.sendMail({ from: stranger, to: person.address, subject: 'For all', text: 'x' })
  const no = await refused(send())
  assert.equal(no.code, 452, no.response)
  await tamar(platform, 'quota', 'set-department', 'DH', '--octets', 'none')
  await send()
  outside.close()
})

test('keys rotate by command while mail comes and is read', async () => {
  const person = platform.person('wl.chan')
  const outside = sendFromOutside(platform)
  const rotation = new AbortController()
  const load = (async () => {
    let sent = 0
    for (; !rotation.signal.aborted || sent < 5; sent++)
      await outside.sendMail({
        from: stranger,
        to: person.address,
        subject: `Rotation ${sent}`,
        text: 'x',
      })
    return sent
  })()
  const reading = (async () => {
    await using reader = await readAs(platform, person)
    let rounds = 0
    for (; !rotation.signal.aborted || rounds < 2; rounds++)
      assert.ok((await findSubject(reader, 'INBOX', 'Rotation')).length >= 0)
    return rounds
  })()
  try {
    for (let round = 0; round < 3; round++) {
      const department = rewrapped(await tamar(platform, 'key', 'rotate', 'department', 'TD'))
      assert.ok(department >= 4, `${department} keys of accounts`)
      const account = rewrapped(await tamar(platform, 'key', 'rotate', 'account', person.address))
      assert.ok(account >= 2, `${account} keys of months`)
    }
    assert.equal(rewrapped(await tamar(platform, 'key', 'rotate', 'master')), 0)
  } finally {
    rotation.abort()
  }
  const sent = await load
  assert.ok((await reading) >= 2)
  outside.close()
  await using reader = await signIn(platform, person.address, person.appPassword)
  assert.equal((await findSubject(reader, 'INBOX', 'Rotation')).length, sent)
  await platform.restart()
  await using later = await readAs(platform, person)
  const lock = await later.getMailboxLock('INBOX')
  const all = await later.fetchAll('1:*', { source: true })
  lock.release()
  assert.ok(all.length >= sent && all.every(({ source }) => (source?.length ?? 0) > 0))
  const entries = JSON.stringify(await tamar(platform, 'audit', 'list', '--limit', '200'))
  for (const event of ['department.rotation-begun', 'account.rotation-ended', 'quota.set'])
    assert.ok(entries.includes(event), event)
})

test('the master key is replaced, and the one before is needed no more', async () => {
  const person = platform.person('ps.kwok')
  const former = join(`${platform.data}.key`, 'master.key')
  const next = join(`${platform.data}.key`, 'next.key')
  const [file, other] = ['TAMAR_MASTER_KEY_FILE', 'TAMAR_MASTER_KEY_OTHER_FILE']
  await tamar(platform, 'key', 'make', next)
  environment[other] = next
  await platform.restart()
  Object.assign(environment, { [file]: next, [other]: former })
  await platform.restart()
  assert.ok(rewrapped(await tamar(platform, 'key', 'rotate', 'master')) > 3)
  delete environment[other]
  rmSync(former)
  await platform.restart()
  await using reader = await readAs(platform, person)
  const lock = await reader.getMailboxLock('INBOX')
  assert.ok((await reader.fetchAll('1:*', { source: true })).length > 0)
  lock.release()
})

interface Room {
  readonly usedOctets: number
  readonly limitOctets: number | null
}

function roomOf(said: unknown): Room {
  // What `tamar quota --json` promises.
  return said as Room
}

function rewrapped(said: unknown): number {
  // What `tamar key rotate --json` promises.
  return (said as { readonly rewrapped: number }).rewrapped
}
