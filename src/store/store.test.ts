import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { ManualClock, dayMs } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal, type RefusalCode } from '../base/refusal.ts'
import { openDirectoryStore } from '../blob/directory-store.ts'
import { openFileMaster } from '../keys/file-master.ts'
import { createKeys } from '../keys/keys.ts'
import { findLooseHold, placeHold, releaseHold, type HeldTime } from './holds.ts'
import { createStore } from './store.ts'
import { verifyStore } from './verify.ts'
import { flagBits, type AccountKind } from './types.ts'

const seen = flagBits['\\Seen']
const deleted = flagBits['\\Deleted']
const noTrace = Buffer.alloc(0)

async function openStore() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const folder = mkdtempSync(join(tmpdir(), 'tamar-store-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const clock = new ManualClock()
  const path = join(folder, 'master.key')
  const master = stack.use(await openFileMaster({ path, createIfMissing: true }))
  const keys = stack.use(await createKeys({ database: t.database, master, clock }))
  const objects = stack.use(await openDirectoryStore({ root: join(folder, 'objects'), clock }))
  const { database } = t
  const recorded: HeldTime[] = []
  const store = stack.use(
    await createStore({ database, keys, objects, clock, nodeId: 'a', holdsOf: () => recorded }),
  )
  const department = newId(clock)
  await database.transaction((tx) => keys.createDepartment(tx, department))
  return {
    ...t,
    store,
    clock,
    keys,
    objects,
    /** What the record of holds says of every account. */
    recorded,
    viewer: newId(clock),
    async account(kind: AccountKind = 'person', limitOctets?: number): Promise<string> {
      const accountId = newId(clock)
      await database.transaction(async (tx) => {
        await keys.createAccount(tx, accountId, department)
        await store.createAccountIn(tx, { accountId, departmentId: department, kind, limitOctets })
      })
      return accountId
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function mail(subject: string, body = 'Hello', fields = ''): Buffer {
  return Buffer.from(
    `Message-ID: <${subject}@example>\r\n${fields}From: a@example\r\nSubject: ${subject}\r\n\r\n${body}\r\n`,
  )
}

const refused = (code: RefusalCode) => (error: unknown) => isRefusal(error, code)

test('what arrives is read back octet for octet, its trace in front', async () => {
  await using s = await openStore()
  const accountId = await s.account()
  const trace = Buffer.from('Return-Path: <b@example>\r\n')
  const prepared = await s.store.prepare(mail('one'))
  const { appended } = await s.store.arrive(prepared, { accountId, trace, sameness: trace })
  assert.equal(appended?.uid, 1)
  const inbox = await s.store.mailboxByName(accountId, 'inbox')
  assert.equal(inbox.messages, 1)
  const octets = await s.store.content(accountId, inbox.id, 1)
  assert.equal(octets.toString(), trace.toString() + mail('one').toString())
  for await (const [summary] of s.store.summaries(accountId, inbox.id, [1])) {
    assert.equal(summary?.envelope.subject, 'one')
    assert.equal(summary?.octets, octets.length)
    assert.ok(summary?.header.toString().startsWith('Return-Path'))
  }
})

test('the same delivery again is dropped, after a day it is a new one', async () => {
  await using s = await openStore()
  const accountId = await s.account()
  const prepared = await s.store.prepare(mail('one'))
  const arrival = { accountId, trace: noTrace, sameness: Buffer.from('same') }
  assert.equal((await s.store.arrive(prepared, arrival)).isDuplicate, false)
  assert.equal((await s.store.arrive(prepared, arrival)).isDuplicate, true)
  s.clock.advance(dayMs + 1)
  assert.equal((await s.store.arrive(prepared, arrival)).isDuplicate, false)
  assert.equal((await s.store.mailboxByName(accountId, 'INBOX')).messages, 2)
})

test('large content is one object for all recipients and opens for each', async () => {
  await using s = await openStore()
  const accounts = [await s.account(), await s.account(), await s.account()]
  const large = mail('large', randomBytes(400_000).toString('base64'))
  const prepared = await s.store.prepare(large)
  for (const accountId of accounts)
    await s.store.arrive(prepared, { accountId, trace: noTrace, sameness: Buffer.from(accountId) })
  const stored = await Array.fromAsync(s.objects.list())
  assert.equal(stored.length, 1)
  for (const accountId of accounts) {
    const inbox = await s.store.mailboxByName(accountId, 'INBOX')
    assert.ok((await s.store.content(accountId, inbox.id, 1)).equals(large))
  }
})

test('over quota is refused, changes nothing and is accepted once there is room', async () => {
  await using s = await openStore()
  const accountId = await s.account('person', 1_000)
  const prepared = await s.store.prepare(mail('big', 'x'.repeat(2_000)))
  const arrival = { accountId, trace: noTrace, sameness: Buffer.from('one') }
  await assert.rejects(s.store.arrive(prepared, arrival), refused('over-quota'))
  assert.deepEqual((await s.store.quota(accountId)).usedOctets, 0)
  await s.store.setQuota(accountId, { limitOctets: 5_000, limitMessages: undefined })
  assert.equal((await s.store.arrive(prepared, arrival)).isDuplicate, false)
})

test('fifty deliveries at once get fifty UIDs and one growing modSeq', async () => {
  await using s = await openStore()
  const accountId = await s.account()
  const inbox = await s.store.mailboxByName(accountId, 'INBOX')
  const all = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const prepared = await s.store.prepare(mail(`m${n}`))
      const sameness = Buffer.from(`${n}`)
      return (await s.store.arrive(prepared, { accountId, trace: noTrace, sameness })).appended
    }),
  )
  const sorted = all.toSorted((a, b) => (a?.uid ?? 0) - (b?.uid ?? 0))
  assert.deepEqual(
    sorted.map((each) => each?.uid),
    Array.from({ length: 50 }, (_, n) => n + 1),
  )
  assert.ok(
    sorted.every((each, n) => n === 0 || (each?.modSeq ?? 0) > (sorted[n - 1]?.modSeq ?? 0)),
  )
  assert.equal((await s.store.mailbox(accountId, inbox.id)).messages, 50)
})

test('flags and keywords are stored once and told as changes', async () => {
  await using s = await openStore()
  const account = await s.account()
  const inbox = await s.store.mailboxByName(account, 'INBOX')
  const input = { octets: mail('a'), flags: 0, keywords: ['$Label1'], receivedAt: 1 }
  const [appended] = await s.store.append(account, inbox.id, [input, input], s.viewer)
  const before = (await s.store.mailbox(account, inbox.id)).highestModSeq
  const change = { mode: 'add', flags: seen, keywords: ['budget'] } as const
  const stored = await s.store.storeFlags(account, inbox.id, s.viewer, [1], change)
  const bits = stored.now.columns.keywordBitsAt(0)
  assert.deepEqual(stored.now.keywords.read(bits).toSorted(), ['$Label1', 'budget'])
  const changes = await s.store.changes(account, inbox.id, s.viewer, before)
  assert.deepEqual(
    changes.changed.map(({ uid, flags }) => [uid, flags]),
    [[1, seen]],
  )
  const again = await s.store.storeFlags(account, inbox.id, s.viewer, [1], change)
  assert.equal(again.modSeq, undefined, 'there was nothing to change')
  assert.equal(again.now.columns.modSeqAt(0), stored.modSeq)
  const old = appended?.modSeq ?? 0
  const late = await s.store.storeFlags(account, inbox.id, s.viewer, [1, 2], change, old)
  assert.deepEqual(
    late.modified,
    [1, 2].filter((uid) => uid === 1 || old < before),
  )
})

test('flags stored at the same moment are all there, each with a modSeq of its own', async () => {
  await using s = await openStore()
  const account = await s.account()
  const { id } = await s.store.mailboxByName(account, 'INBOX')
  const input = { octets: mail('one'), receivedAt: s.clock.now(), flags: deleted, keywords: [] }
  await s.store.append(account, id, [input], s.viewer)
  const store = (mode: 'add' | 'remove', flags: number) =>
    s.store.storeFlags(account, id, s.viewer, [1], { mode, flags, keywords: [] })
  const all = [1, 2, 4, 8, 16].filter((bit) => bit !== deleted)
  const stored = await Promise.all([
    ...all.map((bit) => store('add', bit)),
    store('remove', deleted),
  ])
  const { entries } = await s.store.entries(account, id, s.viewer)
  assert.equal(
    entries[0]?.flags,
    all.reduce((sum, bit) => sum | bit, 0),
  )
  const modSeqs = stored.map((each) => each.modSeq ?? 0)
  assert.equal(new Set(modSeqs).size, stored.length)
  assert.equal(entries[0]?.modSeq, Math.max(...modSeqs))
  const replaced = await s.store.storeFlags(account, id, s.viewer, [1], {
    mode: 'replace',
    flags: seen,
    keywords: ['done'],
  })
  const { columns, keywords } = replaced.now
  assert.deepEqual(keywords.read(columns.keywordBitsAt(0)), ['done'])
  assert.equal(columns.flagsAt(0), seen)
})

test('in an account with several users seen is each one’s own', async () => {
  await using s = await openStore()
  const account = await s.account('post')
  const inbox = await s.store.mailboxByName(account, 'INBOX')
  const other = newId(s.clock)
  await s.store.append(
    account,
    inbox.id,
    [{ octets: mail('a'), flags: 0, keywords: [], receivedAt: 1 }],
    s.viewer,
  )
  const change = { mode: 'add', flags: seen | flagBits['\\Flagged'], keywords: [] } as const
  await s.store.storeFlags(account, inbox.id, s.viewer, [1], change)
  const mine = await s.store.entries(account, inbox.id, s.viewer)
  const his = await s.store.entries(account, inbox.id, other)
  assert.equal(mine.entries[0]?.flags, seen | flagBits['\\Flagged'])
  assert.equal(his.entries[0]?.flags, flagBits['\\Flagged'])
  assert.equal((await s.store.counts(account, inbox.id, other)).unseen, 1)
  const archive = await s.store.mailboxByName(account, 'Archive')
  const from = { account, mailbox: inbox.id }
  await s.store.move(from, [1], { account, mailbox: archive.id }, s.viewer)
  assert.equal((await s.store.counts(account, archive.id, s.viewer)).unseen, 0)
  assert.equal((await s.store.counts(account, archive.id, other)).unseen, 1)
})

test('an expunged message is recoverable, then destroyed, a held one never', async () => {
  await using s = await openStore()
  const account = await s.account()
  const inbox = await s.store.mailboxByName(account, 'INBOX')
  const input = { octets: mail('a'), flags: deleted, keywords: [], receivedAt: 1 }
  const appended = await s.store.append(account, inbox.id, [input, input, input], s.viewer)
  const from = { account, mailbox: inbox.id }
  await s.store.copy(from, [3], from, s.viewer)
  const { uids } = await s.store.expunge(account, inbox.id, s.viewer, [1, 2, 3])
  assert.deepEqual(uids, [1, 2, 3])
  const changes = await s.store.changes(account, inbox.id, s.viewer, 1)
  assert.deepEqual(changes.vanished, [1, 2, 3])
  assert.equal((await s.store.recoverable(account)).length, 2, 'the third still stands as a copy')
  const first = appended[0]?.messageId ?? ''
  const back = await s.store.recover(account, first, inbox.id)
  assert.ok((await s.store.content(account, inbox.id, back.uid)).equals(mail('a')))
  await s.store.expunge(account, inbox.id, s.viewer, [back.uid])
  await s.database.single({
    text: 'INSERT INTO hold VALUES ($1, $2, $3, 0)',
    values: [account, first, newId(s.clock)],
  })
  s.clock.advance(31 * dayMs)
  assert.equal(await s.store.destroyExpired(account), 1)
  assert.deepEqual(
    (await s.store.recoverable(account)).map((each) => each.messageId),
    [first],
  )
  const direct = s.owner.single({
    text: 'DELETE FROM message WHERE message_id = $1',
    values: [first],
  })
  await assert.rejects(direct, { code: '23503' })
})

test('a hold keeps what was received in its time from every way of being destroyed', async () => {
  await using s = await openStore()
  const account = await s.account()
  const inbox = await s.store.mailboxByName(account, 'INBOX')
  const put = async (receivedAt: number) => {
    const input = { octets: mail('a'), flags: deleted, keywords: [], receivedAt }
    const [one] = await s.store.append(account, inbox.id, [input], s.viewer)
    return one?.messageId ?? ''
  }
  const expunge = () => s.store.expunge(account, inbox.id, s.viewer, undefined)
  // One is among what can be recovered already, one stands in a mailbox, one comes later.
  const [gone, standing, outside] = [await put(10), await put(11), await put(9)]
  await s.store.expunge(account, inbox.id, s.viewer, [1])
  const matterId = newId(s.clock)
  const times = { receivedFrom: 10, receivedBefore: undefined, at: s.clock.now() }
  const place = () => s.database.transaction((tx) => placeHold(tx, account, { matterId, ...times }))
  assert.equal(await place(), 2)
  const later = await put(12)
  await expunge()
  s.clock.advance(31 * dayMs)
  assert.equal(await s.store.destroyExpired(account), 1)
  const kept = (await s.store.recoverable(account)).map(({ messageId }) => messageId)
  assert.deepEqual(new Set(kept), new Set([gone, standing, later]))
  assert.ok(!kept.includes(outside))
  for (const id of kept) {
    const sql = 'DELETE FROM message WHERE message_id = $1'
    await assert.rejects(s.owner.single({ text: sql, values: [id] }), { code: '23503' })
  }
  // Had back, moved away, its folder deleted, expunged again: it is held all along.
  const folder = await s.store.createMailbox(account, 'Old')
  await s.store.recover(account, later, folder.id)
  await s.store.deleteMailbox(account, folder.id)
  s.clock.advance(31 * dayMs)
  assert.equal(await s.store.destroyExpired(account), 0)
  const released = await s.database.transaction((tx) => releaseHold(tx, account, matterId))
  assert.deepEqual(released, { isReleased: true, messages: 3 })
  assert.equal(await s.store.destroyExpired(account), 3)
})

test('who takes the rows of a hold away in the database has nothing destroyed, and verify says so', async () => {
  await using s = await openStore()
  const account = await s.account()
  const inbox = await s.store.mailboxByName(account, 'INBOX')
  const input = { octets: mail('a'), flags: deleted, keywords: [], receivedAt: 5 }
  await s.store.append(account, inbox.id, [input], s.viewer)
  const hold = { matterId: newId(s.clock), receivedFrom: undefined, receivedBefore: 6, at: 1 }
  await s.database.transaction((tx) => placeHold(tx, account, hold))
  await s.store.expunge(account, inbox.id, s.viewer, undefined)
  s.recorded.push(hold)
  const loose = () => findLooseHold(s.database, { ...hold, accountId: account })
  assert.equal(await loose(), undefined)
  await s.owner.single({ text: 'DELETE FROM hold' })
  assert.equal(await loose(), 'messages-without')
  await s.owner.single({ text: 'DELETE FROM account_hold' })
  assert.equal(await loose(), 'no-hold')
  s.clock.advance(31 * dayMs)
  assert.equal(await s.store.destroyExpired(account), 0)
  s.recorded.pop()
  assert.equal(await s.store.destroyExpired(account), 1)
})

test('where several people read, what they expunge is held too', async () => {
  await using s = await openStore()
  const account = await s.account('shared')
  const inbox = await s.store.mailboxByName(account, 'INBOX')
  const times = { receivedFrom: undefined, receivedBefore: undefined, at: 1 }
  await s.database.transaction((tx) =>
    placeHold(tx, account, { matterId: newId(s.clock), ...times }),
  )
  const input = { octets: mail('a'), flags: deleted, keywords: [], receivedAt: 1 }
  await s.store.append(account, inbox.id, [input, input], s.viewer)
  await s.store.expunge(account, inbox.id, s.viewer, undefined)
  const held = await s.owner.rows({ text: 'SELECT message_id FROM hold' })
  assert.equal(held.length, 2)
  s.clock.advance(31 * dayMs)
  assert.equal(await s.store.destroyExpired(account), 0)
})

test('a message copied out of the recoverable items outlives the item, and one deleted anew waits anew', async () => {
  await using s = await openStore()
  const account = await s.account()
  const inbox = await s.store.mailboxByName(account, 'INBOX')
  const input = { octets: mail('a'), flags: deleted | seen, keywords: [], receivedAt: 1 }
  await s.store.append(account, inbox.id, [input, input, input], s.viewer)
  await s.store.expunge(account, inbox.id, s.viewer, undefined)
  assert.equal((await s.store.quota(account)).usedMessages, 0, 'they count in no quota')
  const items = await s.store.mailboxByName(account, 'Recoverable Items')
  assert.deepEqual([items.role, items.messages, items.isSubscribed], ['recoverable', 3, false])
  const from = { account, mailbox: items.id }
  const to = { account, mailbox: inbox.id }
  await s.store.copy(from, [1], to, s.viewer)
  const moved = await s.store.move(from, [2], to, s.viewer)
  assert.equal((await s.store.quota(account)).usedMessages, 2)
  s.clock.advance(20 * dayMs)
  await s.store.expunge(account, inbox.id, s.viewer, [moved.pairs[0]?.[1] ?? 0])
  s.clock.advance(11 * dayMs)
  assert.equal(await s.store.destroyExpired(account), 1, 'the third only: the first has a copy')
  const { entries } = await s.store.entries(account, items.id, s.viewer)
  assert.deepEqual(
    entries.map(({ uid, flags }) => [uid, flags]),
    [[4, seen]],
  )
  const { vanished } = await s.store.changes(account, items.id, s.viewer, 1)
  assert.deepEqual(vanished, [1, 2, 3])
  const kept = await s.store.entries(account, inbox.id, s.viewer)
  assert.ok((await s.store.content(account, inbox.id, kept.entries[0]?.uid ?? 0)).equals(mail('a')))
  const steps = await Array.fromAsync(verifyStore(s.store.context))
  assert.deepEqual(
    steps.flatMap((step) => step.findings),
    [],
  )
})

test('what does not fit into the quota stays among the recoverable items', async () => {
  await using s = await openStore()
  const account = await s.account('person', 1_000)
  const inbox = await s.store.mailboxByName(account, 'INBOX')
  const input = { octets: mail('a', 'x'.repeat(700)), flags: 0, keywords: [], receivedAt: 1 }
  await s.store.append(account, inbox.id, [input], s.viewer)
  await s.store.expunge(account, inbox.id, s.viewer, [1])
  await s.store.append(account, inbox.id, [input], s.viewer)
  const items = await s.store.mailboxByName(account, 'Recoverable Items')
  const from = { account, mailbox: items.id }
  const back = s.store.move(from, [1], { account, mailbox: inbox.id }, s.viewer)
  await assert.rejects(back, refused('over-quota'))
  assert.equal((await s.store.mailbox(account, items.id)).messages, 1)
})

test('in a post what was deleted is recovered with each one’s own seen', async () => {
  await using s = await openStore()
  const account = await s.account('post')
  const other = newId(s.clock)
  const inbox = await s.store.mailboxByName(account, 'INBOX')
  const input = { octets: mail('a'), flags: seen, keywords: [], receivedAt: 1 }
  await s.store.append(account, inbox.id, [input], s.viewer)
  await s.store.expunge(account, inbox.id, other, [1])
  const items = await s.store.mailboxByName(account, 'Recoverable Items')
  assert.equal((await s.store.counts(account, items.id, s.viewer)).unseen, 0)
  assert.equal((await s.store.counts(account, items.id, other)).unseen, 1)
  const to = { account, mailbox: inbox.id }
  await s.store.move({ account, mailbox: items.id }, [1], to, other)
  assert.equal((await s.store.counts(account, inbox.id, s.viewer)).unseen, 0)
})

test('mailboxes are created with their superiors, renamed with their inferiors, deleted once', async () => {
  await using s = await openStore()
  const account = await s.account()
  await s.store.createMailbox(account, '預算/2026/草稿')
  const names = async () => (await s.store.mailboxes(account)).map((mailbox) => mailbox.name)
  assert.ok((await names()).includes('預算/2026'))
  await assert.rejects(s.store.createMailbox(account, '預算'), refused('mailbox-exists'))
  const budget = await s.store.mailboxByName(account, '預算')
  await s.store.renameMailbox(account, budget.id, 'Budget')
  assert.ok((await names()).includes('Budget/2026/草稿'))
  await assert.rejects(s.store.deleteMailbox(account, budget.id), refused('mailbox-has-children'))
  const draft = await s.store.mailboxByName(account, 'Budget/2026/草稿')
  await s.store.deleteMailbox(account, draft.id)
  await assert.rejects(s.store.mailbox(account, draft.id), refused('no-such-mailbox'))
  const again = await s.store.createMailbox(account, 'Budget/2026/草稿')
  assert.ok(again.uidValidity > draft.uidValidity)
  for (const name of ['', 'a//b', 'a*b', 'x\u0007y', 'x'.repeat(1001)])
    await assert.rejects(s.store.createMailbox(account, name), refused('invalid'), name)
})

test('a message moves between accounts sealed anew', async () => {
  await using s = await openStore()
  const [one, two] = [await s.account(), await s.account('shared')]
  const from = { account: one, mailbox: (await s.store.mailboxByName(one, 'INBOX')).id }
  const to = { account: two, mailbox: (await s.store.mailboxByName(two, 'INBOX')).id }
  const input = { octets: mail('a'), flags: seen, keywords: ['x'], receivedAt: 7 }
  await s.store.append(one, from.mailbox, [input], s.viewer)
  const copied = await s.store.move(from, [1], to, s.viewer)
  assert.deepEqual(copied.pairs, [[1, 1]])
  assert.ok((await s.store.content(two, to.mailbox, 1)).equals(mail('a')))
  const { entries } = await s.store.entries(two, to.mailbox, s.viewer)
  assert.deepEqual(entries[0]?.keywords, ['x'])
  assert.equal(entries[0]?.flags, seen)
  assert.equal((await s.store.facts(two, to.mailbox, [1]))[0]?.receivedAt, 7)
  assert.equal((await s.store.mailbox(one, from.mailbox)).messages, 0)
})

test('replies stand in the thread of what they answer', async () => {
  await using s = await openStore()
  const account = await s.account()
  const inbox = await s.store.mailboxByName(account, 'INBOX')
  const inputs = [mail('a'), mail('b', 'x', 'In-Reply-To: <a@example>\r\n'), mail('c')]
  await s.store.append(
    account,
    inbox.id,
    inputs.map((octets) => ({ octets, flags: 0, keywords: [], receivedAt: 1 })),
    s.viewer,
  )
  const [a, b, c] = await s.store.facts(account, inbox.id, [1, 2, 3])
  assert.equal(a?.threadId, b?.threadId)
  assert.notEqual(a?.threadId, c?.threadId)
})

test('a change on one node is seen by the watchers of another, announced or not', async () => {
  await using s = await openStore()
  const account = await s.account()
  const { database, keys, objects, clock } = s
  for (const isAnnouncing of [true, false]) {
    await using other = await createStore({
      database,
      keys,
      objects,
      clock,
      nodeId: `b${isAnnouncing}`,
      isAnnouncing,
    })
    const { promise, resolve } = Promise.withResolvers<number>()
    using _ = s.store.watch(account, resolve)
    await other.createMailbox(account, `from another node ${isAnnouncing}`)
    assert.ok((await promise) > 1)
  }
})

test('a message moved to another row or account by an intruder does not open', async () => {
  await using s = await openStore()
  const [one, two] = [await s.account(), await s.account()]
  for (const account of [one, two]) {
    const inbox = await s.store.mailboxByName(account, 'INBOX')
    const input = { octets: mail(account), flags: 0, keywords: [], receivedAt: 1 }
    await s.store.append(account, inbox.id, [input], s.viewer)
  }
  await s.owner.single({
    text: `UPDATE message SET (content_key, summary, content) = (SELECT content_key, summary, content
      FROM message WHERE account_id = $1) WHERE account_id = $2`,
    values: [one, two],
  })
  const inbox = await s.store.mailboxByName(two, 'INBOX')
  await assert.rejects(s.store.content(two, inbox.id, 1), { name: /SealError|UnknownEpoch/ })
})

test('verify finds nothing in a sound store and every fault an intruder leaves', async () => {
  await using s = await openStore()
  const accountId = await s.account()
  for (const body of ['small', randomBytes(300_000).toString('base64')]) {
    const prepared = await s.store.prepare(mail('a', body))
    await s.store.arrive(prepared, { accountId, trace: noTrace, sameness: Buffer.from(body) })
  }
  const findings = async () =>
    (await Array.fromAsync(verifyStore(s.store.context))).flatMap((step) => step.findings)
  assert.deepEqual(await findings(), [])
  const spoil = async (text: string, expected: RegExp) => {
    await s.owner.single({ text })
    const found = (await findings()).map((each) => each.sentence)
    assert.ok(
      found.some((sentence) => expected.test(sentence)),
      found.join('\n'),
    )
  }
  await spoil('UPDATE mailbox SET uid_next = 1 WHERE messages > 0', /beyond UIDNEXT/)
  await spoil('UPDATE entry SET modseq = modseq + 100', /beyond HIGHESTMODSEQ/)
  await spoil('UPDATE mailbox SET messages = messages + 1', /counts other messages/)
  await spoil('UPDATE message SET octets = octets + 1', /not as long/)
  await spoil(
    `UPDATE message SET summary = set_byte(summary, 40, 255 - get_byte(summary, 40))`,
    /does not open/,
  )
  await s.objects.put(newId(s.clock), Buffer.from('orphan'))
  assert.ok((await findings()).some((each) => each.what === 'objects'))
})

test('the key of a month goes once no backup is kept of it, and its messages open as before', async () => {
  await using s = await openStore()
  const goTo = (month: number) => s.clock.advance(Date.UTC(2026, month, 20) - s.clock.now())
  const accountId = await s.account()
  const bodies = ['kept', 'deleted', randomBytes(300_000).toString('base64')]
  for (const body of bodies) {
    const prepared = await s.store.prepare(mail(body.slice(0, 8), body))
    await s.store.arrive(prepared, { accountId, trace: noTrace, sameness: Buffer.from(body) })
  }
  const inbox = await s.store.mailboxByName(accountId, 'INBOX')
  await s.store.expunge(accountId, inbox.id, s.viewer, [2])
  goTo(11)
  await s.store.destroyExpired(accountId)
  assert.equal(await s.store.retireEpochs(365 * dayMs), 0, 'a backup of January may be kept')
  goTo(13)
  assert.equal(await s.store.retireEpochs(365 * dayMs), 1)
  assert.equal(await s.store.retireEpochs(365 * dayMs), 0)
  const left = await s.database.rows<{ epoch: number; state: string }>({
    text: 'SELECT epoch, state FROM epoch_key WHERE account_id = $1 ORDER BY epoch',
    values: [accountId],
  })
  assert.deepEqual(
    left.map(({ epoch, state }) => [epoch, state]),
    [
      [0, 'active'],
      [202601, 'destroyed'],
      [202702, 'active'],
    ],
  )
  for (const uid of [1, 3]) {
    const octets = await s.store.content(accountId, inbox.id, uid)
    assert.ok(octets.equals(mail(bodies[uid - 1]?.slice(0, 8) ?? '', bodies[uid - 1])))
  }
  const steps = await Array.fromAsync(verifyStore(s.store.context))
  assert.deepEqual(
    steps.flatMap((step) => step.findings),
    [],
  )
})

test('a department holds what its accounts hold together', async () => {
  await using s = await openStore()
  const [one, two] = [await s.account(), await s.account('shared')]
  const prepared = await s.store.prepare(mail('a'))
  for (const accountId of [one, two])
    await s.store.arrive(prepared, { accountId, trace: noTrace, sameness: Buffer.from('a') })
  const row = await s.database.row<{ department_id: string }>({
    text: 'SELECT department_id FROM account LIMIT 1',
  })
  const use = await s.store.departmentUse(row?.department_id ?? '')
  assert.deepEqual(use, { octets: 2 * prepared.octets, messages: 2 })
})
