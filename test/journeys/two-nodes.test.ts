/** Two nodes on one database behave as one: what happens at the first is seen at the second. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { idleWhile } from '../support/arrivals.ts'
import { findSubject, sendFromOutside, signIn } from '../support/mail-programs.ts'
import { NameServer } from '../support/name-server.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { bootSecondNode } from '../support/second-node.ts'
import { tamar } from '../support/tamar-command.ts'
import { until, within } from '../support/until.ts'

let first: Platform
let second: Platform
let names: NameServer
before(async () => {
  names = await NameServer.start({})
  // Mail of this machine is judged as a stranger's.
  const environment = { TAMAR_TRUST_RELAYS: '192.0.2.1', TAMAR_TRUST_RESOLVERS: names.address }
  first = await bootPlatform({ environment })
  second = await bootSecondNode(first, undefined, environment)
})
after(async () => {
  // `second` stands on the database of `first`.
  await second[Symbol.asyncDispose]()
  await first[Symbol.asyncDispose]()
  await names[Symbol.asyncDispose]()
})

function readAt(node: Platform, name: string): Promise<ImapFlow> {
  const { address, appPassword } = first.person(name)
  return signIn(node, address, appPassword)
}

test('a sender who is not known waits at both nodes, and who waited at one is taken at the other', async () => {
  await tamar(first, '--reason', 'a journey', 'policy', 'set', 'mail.greylist-seconds', '1')
  const { address: to } = first.person('hc.yip')
  const isTaken = async (node: Platform, from: string): Promise<boolean> => {
    const outside = sendFromOutside(node)
    try {
      await outside.sendMail({ from, to, subject: 'Not seen before', text: 'x' })
      return true
    } catch (error) {
      assert.match(String(error), /451 4\.7\.1 Not seen before/)
      return false
    } finally {
      outside.close()
    }
  }
  const file = join(first.folder, 'stranger.eml')
  await writeFile(file, 'From: new@waits.example\r\nSubject: Not seen before\r\n\r\nx\r\n')
  const question = ['--from', 'new@waits.example', '--to', to, '--peer', '192.0.2.7']
  const told = await tamar(first, 'policy', 'explain', file, ...question)
  assert.match(JSON.stringify(told), /"reason":"greylisted".*"isGrey":true/)
  const marks = 'tamar-marks'
  let strangers = 0
  await until('the other node has the policy', 5_000, async () => {
    strangers++
    return !(await isTaken(second, `stranger-${strangers}@waits.example`))
  })
  assert.equal(await isTaken(first, 'known@waits.example'), false)
  await until('who waited is taken', 5_000, () => isTaken(first, 'known@waits.example'))
  assert.equal(await isTaken(second, 'known@waits.example'), true)
  assert.equal(await isTaken(second, 'unknown@waits.example'), false)
  await using reader = await readAt(second, 'hc.yip')
  const lock = await reader.getMailboxLock('INBOX')
  const copies = await reader.fetchAll({ from: 'known@waits.example' }, { headers: [marks] })
  lock.release()
  // The first node taught the second whom he knows.
  const said = copies.map(({ headers }) => String(headers).trim().toLowerCase())
  assert.deepEqual(said, [`${marks}: first-contact, external`, `${marks}: external`])
  await tamar(first, '--reason', 'a journey', 'policy', 'set', 'mail.greylist-seconds', '0')
  await until('nobody waits', 5_000, () => isTaken(second, `friend-${strangers++}@waits.example`))
})

test('mail delivered at one node wakes IDLE at the other within a second', async () => {
  for (const [at, from, to] of [
    ['second', first, second],
    ['first', second, first],
  ] as const) {
    await using reader = await readAt(to, 'hc.yip')
    const outside = sendFromOutside(from)
    const subject = `Read at the ${at} node`
    const arrivalMs = await idleWhile(reader, 'INBOX', () =>
      outside.sendMail({
        from: 'a@b.example',
        to: first.person('hc.yip').address,
        subject,
        text: 'x',
      }),
    )
    outside.close()
    console.log(`read at the ${at} node: ${arrivalMs.toFixed(1)} ms`)
    assert.ok(arrivalMs < 1_000, `${arrivalMs} ms`)
    assert.equal((await findSubject(reader, 'INBOX', subject)).length, 1)
  }
})

test('large content delivered at one node is read whole at the other', async () => {
  const outside = sendFromOutside(first)
  const content = Buffer.alloc(600_000, 'large and the same 大 ')
  const subject = 'Large'
  const to = first.person('hc.yip').address
  await outside.sendMail({
    from: 'a@b.example',
    to,
    subject,
    text: 'x',
    attachments: [{ filename: 'large.txt', content }],
  })
  outside.close()
  await using reader = await readAt(second, 'hc.yip')
  const [uid] = await findSubject(reader, 'INBOX', subject)
  const lock = await reader.getMailboxLock('INBOX')
  const part = await reader.download(String(uid), '2', { uid: true })
  assert.ok(part.content !== undefined)
  const chunks: Buffer[] = []
  for await (const chunk of part.content) chunks.push(Buffer.from(chunk as Uint8Array))
  lock.release()
  assert.ok(Buffer.concat(chunks).equals(content))
})

test('flags set and messages expunged at one node are seen at the other', async () => {
  await using here = await readAt(first, 'hc.yip')
  await using there = await readAt(second, 'hc.yip')
  const [uid] = await findSubject(here, 'INBOX', 'Large')
  assert.ok(uid !== undefined)
  const watching = await there.getMailboxLock('INBOX')
  const flagged = Promise.withResolvers<ReadonlySet<string>>()
  const gone = Promise.withResolvers<void>()
  there.on('flags', ({ flags }) => flagged.resolve(flags))
  there.once('expunge', () => gone.resolve())
  const idling = there.idle()
  const lock = await here.getMailboxLock('INBOX')
  await here.messageFlagsAdd([uid], ['\\Flagged', 'Urgent'], { uid: true })
  const flags = await within('FETCH FLAGS', 5_000, flagged.promise)
  assert.ok(flags.has('\\Flagged') && flags.has('Urgent'))
  await here.messageDelete([uid], { uid: true })
  lock.release()
  await within('EXPUNGE', 5_000, gone.promise)
  await Promise.all([there.noop(), idling])
  watching.release()
  assert.deepEqual(await findSubject(there, 'INBOX', 'Large'), [])
})

test('a mailbox made at one node is there at the other, under the same UIDVALIDITY', async () => {
  await using here = await readAt(first, 'hc.yip')
  await using there = await readAt(second, 'hc.yip')
  await here.mailboxCreate('Projects/Ünïcode 計劃')
  const paths = (await there.list()).map(({ path }) => path)
  assert.ok(paths.includes('Projects/Ünïcode 計劃'), paths.join('\n'))
  const wanted = { uidValidity: true } as const
  const [one, other] = [
    await here.status('Projects/Ünïcode 計劃', wanted),
    await there.status('Projects/Ünïcode 計劃', wanted),
  ]
  assert.ok(one !== false && other !== false)
  assert.equal(one.uidValidity, other.uidValidity)
})

test('deliveries at both nodes at once give every message a UID of its own', async () => {
  const each = 25
  const { address } = first.person('cm.cheung')
  const senders = [sendFromOutside(first), sendFromOutside(second)]
  await Promise.all(
    senders.flatMap((sender, node) =>
      Array.from({ length: each }, (_, at) =>
        sender.sendMail({
          from: 'a@b.example',
          to: address,
          subject: `Both ${node} ${at}`,
          text: 'x',
        }),
      ),
    ),
  )
  for (const sender of senders) sender.close()
  const found = await Promise.all(
    [first, second].map(async (node) => {
      await using reader = await readAt(node, 'cm.cheung')
      // Awaited here, or the reader is gone before it has answered.
      return await findSubject(reader, 'INBOX', 'Both')
    }),
  )
  assert.equal(new Set(found[0]).size, 2 * each)
  assert.deepEqual(found[0], found[1])
})

test('one node is killed and the other goes on', async () => {
  const { address, appPassword } = first.person('sf.lam')
  await second.kill()
  await using reader = await signIn(first, address, appPassword)
  const outside = sendFromOutside(first)
  await outside.sendMail({ from: 'a@b.example', to: address, subject: 'Still here', text: 'x' })
  outside.close()
  assert.equal((await findSubject(reader, 'INBOX', 'Still here')).length, 1)
  await second.start()
  await using again = await signIn(second, address, appPassword)
  assert.equal((await findSubject(again, 'INBOX', 'Still here')).length, 1)
})
