import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { ManualClock } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { openDirectoryStore } from '../../blob/directory-store.ts'
import { openFileMaster } from '../../keys/file-master.ts'
import { createKeys } from '../../keys/keys.ts'
import { mirroredTombstonesMax } from '../limits.ts'
import { createStore } from '../store.ts'
import { flagBits } from '../types.ts'
import { decodeSnapshot, encodeSnapshot } from './entry-snapshot.ts'
import { MailboxEntries } from './mailbox-entries.ts'
import { MessageCache } from './message-cache.ts'

const row = (uid: number, modseq: number, flags = 0) => ({ uid, modseq, flags, keywords: 0 })
const seen = flagBits['\\Seen']
const deleted = flagBits['\\Deleted']

/** Two nodes that tell each other nothing. */
async function openNodes() {
  const stack = new AsyncDisposableStack()
  const { database } = stack.use(await openTestDatabase())
  const folder = mkdtempSync(join(tmpdir(), 'tamar-mirror-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const clock = new ManualClock()
  const path = join(folder, 'master.key')
  const master = stack.use(await openFileMaster({ path, createIfMissing: true }))
  const keys = stack.use(await createKeys({ database, master, clock }))
  const objects = stack.use(await openDirectoryStore({ root: join(folder, 'objects'), clock }))
  const common = { database, keys, objects, clock, isAnnouncing: false }
  const [here, there] = [
    stack.use(await createStore({ ...common, nodeId: 'here' })),
    stack.use(await createStore({ ...common, nodeId: 'there' })),
  ]
  const [account, departmentId] = [newId(clock), newId(clock)]
  await database.transaction(async (tx) => {
    await keys.createDepartment(tx, departmentId)
    await keys.createAccount(tx, account, departmentId)
    await here.createAccountIn(tx, { accountId: account, departmentId, kind: 'person' })
  })
  const inbox = await here.mailboxByName(account, 'INBOX')
  const octets = Buffer.from('From: a@example\r\nSubject: one\r\n\r\nHello\r\n')
  const input = { octets, flags: 0, keywords: [], receivedAt: 1 }
  const [viewer, id] = [newId(clock), inbox.id]
  const dispose = () => stack.disposeAsync()
  const openNode = () => createStore({ ...common, nodeId: 'third' })
  const nodes = { here, there, openNode, database }
  return { ...nodes, account, id, viewer, input, [Symbol.asyncDispose]: dispose }
}

test('what one node appended, flagged and expunged another knows at its next question', async () => {
  await using n = await openNodes()
  const { here, there, account, id, viewer, input } = n
  const see = async (store: typeof here) => {
    const { mailbox, entries } = await store.entries(account, id, viewer)
    const counts = await store.counts(account, id, viewer)
    return [mailbox.messages, entries.map(({ uid, flags }) => [uid, flags]), counts.unseen]
  }
  await here.append(account, id, [input, input, input], viewer)
  for (const store of [here, there]) {
    assert.deepEqual(await see(store), [
      3,
      [
        [1, 0],
        [2, 0],
        [3, 0],
      ],
      3,
    ])
  }
  const add = { mode: 'add', flags: seen, keywords: [] } as const
  await there.storeFlags(account, id, viewer, [2], add)
  await here.append(account, id, [input], viewer)
  await there.expunge(account, id, viewer, [1])
  for (const store of [here, there]) {
    assert.deepEqual(await see(store), [
      3,
      [
        [2, seen],
        [3, 0],
        [4, 0],
      ],
      2,
    ])
  }
})

test('flags that changed far apart on one node are found by another, and only those', async () => {
  await using n = await openNodes()
  const { here, there, account, id, viewer, input } = n
  for (let from = 0; from < 1_200; from += 300)
    await here.append(account, id, Array<typeof input>(300).fill(input), viewer)
  const since = (await there.columns(account, id, viewer)).columns.modSeq
  await there.emails(account, viewer)
  const add = { mode: 'add', flags: seen, keywords: [] } as const
  await here.storeFlags(account, id, viewer, [1, 511, 512, 1_024], add)
  await here.append(account, id, [input], viewer)
  const known = await here.changes(account, id, viewer, 0)
  await here.storeFlags(account, id, viewer, [2], { ...add, flags: deleted }, known.modSeq)
  const last = await here.emails(account, viewer)
  const message = last.ordered.find(({ places }) => places.some(({ uid }) => uid === 700))
  const change = { id: message?.id ?? '', addTo: [], removeFrom: [], clearKeywords: [] }
  const flags = { setFlags: seen, clearFlags: 0, setKeywords: [] }
  await here.changeEmail(account, viewer, { ...change, ...flags })
  const found = await there.changes(account, id, viewer, since)
  assert.deepEqual(
    found.changed.map((entry) => [entry.uid, entry.flags]),
    [
      [1, seen],
      [2, deleted],
      [511, seen],
      [512, seen],
      [700, seen],
      [1_024, seen],
      [1_201, 0],
    ],
  )
  const emails = await there.emails(account, viewer)
  const changed = emails.ordered.flatMap(({ places }) =>
    places.filter(({ modSeq }) => modSeq > since).map(({ uid, flags: bits }) => [uid, bits]),
  )
  assert.deepEqual(
    changed.toSorted(([a = 0], [b = 0]) => a - b),
    found.changed.map((entry) => [entry.uid, entry.flags]),
  )
})

test('a large mailbox is read from its snapshot and what changed since, as it is', async () => {
  await using n = await openNodes()
  const { here, account, id, viewer, input, database } = n
  for (let from = 0; from < 3_000; from += 300)
    await here.append(account, id, Array<typeof input>(300).fill(input), viewer)
  await here.storeFlags(account, id, viewer, [7, 2_900], {
    mode: 'add',
    flags: seen,
    keywords: ['$Work'],
  })
  await here.packAccount(account)
  const snapshots = () =>
    database.rows<{ messages: number; octets: number }>({
      text: 'SELECT messages, octet_length(entries)::int8 AS octets FROM entry_snapshot',
    })
  const [snapshot] = await snapshots()
  assert.equal(snapshot?.messages, 3_000)
  const change = { mode: 'add', flags: deleted, keywords: [] } as const
  await here.storeFlags(account, id, viewer, [8, 1_500], change)
  await here.storeFlags(account, id, viewer, [7], { mode: 'remove', flags: seen, keywords: [] })
  await here.expunge(account, id, viewer, [9, 2_999, 3_000])
  await here.append(account, id, [input], viewer)
  const before = (await here.columns(account, id, viewer)).columns
  const afresh = async () => {
    await using node = await n.openNode()
    const { columns } = await node.columns(account, id, viewer)
    assert.deepEqual(columns.rowsSince(0), before.rowsSince(0))
    assert.deepEqual(columns.counts(), before.counts())
    assert.deepEqual(columns.keywordSets(), before.keywordSets())
    assert.equal(columns.lastUid, 3_001)
    const { changed, vanished } = await node.changes(account, id, viewer, before.modSeq - 2)
    assert.deepEqual([changed.map(({ uid }) => uid), vanished], [[3_001], [9, 2_999, 3_000]])
    await node.packDue()
  }
  await afresh()
  assert.deepEqual(await snapshots(), [snapshot], 'little changed: it stays')
  // Without it, and of a version that is not known here, all is read; and it is written anew.
  await database.single({
    text: String.raw`UPDATE entry_snapshot SET entries = '\x00'::bytea || entries`,
  })
  await afresh()
  await database.single({ text: 'DELETE FROM entry_snapshot' })
  await afresh()
  assert.deepEqual(
    (await snapshots()).map(({ messages }) => messages),
    [2_998],
  )
  await afresh()
})

test('an open mailbox takes 40 octets a message at most, once for all its sessions', async () => {
  const entries = new MailboxEntries(1)
  const rows = Array.from({ length: 100_000 }, (_, at) => ({
    ...row(at + 1, at + 2, at % 8),
    keywords: at % 5,
  }))
  entries.apply(rows, [], 100_001)
  const chunks = decodeSnapshot(await encodeSnapshot(entries.columns()))
  assert.ok(chunks)
  const adopted = new MailboxEntries(100_001)
  adopted.adopt(chunks)
  assert.deepEqual(adopted.columns().rowsSince(0), rows)
  const octets = ({ uids, flags, modSeqs, keywords }: (typeof chunks)[number]) =>
    [uids, flags, modSeqs, keywords].reduce((sum, each) => sum + (each?.buffer.byteLength ?? 0), 0)
  // What a session holds is a list of the same chunks.
  const [one, other] = [entries.columns(), entries.columns()]
  assert.equal(one, other)
  for (const held of [one.chunks, chunks]) {
    const total = held.reduce((sum, chunk) => sum + octets(chunk), 0)
    assert.ok(total / rows.length <= 40, `${total / rows.length} octets a message`)
  }
})

test('changes since any modSeq are the same on a node that remembers and on one that does not', async () => {
  await using n = await openNodes()
  const { here, there, account, id, viewer, input } = n
  await here.append(account, id, [input, input, input, input], viewer)
  await here.entries(account, id, viewer)
  for (const uid of [2, 4]) await here.expunge(account, id, viewer, [uid])
  await here.storeFlags(account, id, viewer, [3], { mode: 'add', flags: seen, keywords: [] })
  const { highestModSeq } = await here.mailbox(account, id)
  for (let modSeq = 0; modSeq <= highestModSeq; modSeq += 1) {
    const [remembered, read] = [
      await here.changes(account, id, viewer, modSeq),
      await there.changes(account, id, viewer, modSeq),
    ]
    assert.deepEqual(remembered, read, `since ${modSeq}`)
  }
})

test('a message that was read is not remembered once it is expunged', async () => {
  await using n = await openNodes()
  const { here, account, id, viewer, input } = n
  await here.append(account, id, [input], viewer)
  const read = async () => {
    const found: number[] = []
    for await (const batch of here.summaries(account, id, [1]))
      for (const { uid } of batch) found.push(uid)
    return found
  }
  await here.content(account, id, 1)
  assert.deepEqual(await read(), [1])
  await here.expunge(account, id, viewer, [1])
  assert.deepEqual(await read(), [])
  await assert.rejects(here.content(account, id, 1), { code: 'no-such-message' })
})

test('an expunge of nothing takes no modSeq, so nobody counts as up to date by it', async () => {
  await using n = await openNodes()
  const { here, there, account, id, viewer, input } = n
  await there.append(account, id, [input], viewer)
  assert.deepEqual(await here.expunge(account, id, viewer, undefined), { uids: [], modSeq: 0 })
})

test('an older row does not overwrite a newer one, and an expunged UID never comes back', () => {
  const entries = new MailboxEntries(4)
  entries.apply([row(1, 3), row(2, 4)], [], 4)
  entries.apply([row(2, 6, seen)], [], 6)
  entries.apply([row(1, 3), row(2, 5)], [{ uid: 1, modseq: 5 }], 5)
  entries.apply([row(1, 3)], [], 6)
  assert.deepEqual(entries.columns().rowsSince(0), [row(2, 6, seen)])
  assert.deepEqual([entries.modSeq, entries.goneSince(4), entries.goneSince(5)], [6, [1], []])
})

test('expunges longer ago than are remembered are unknown, not none', () => {
  const entries = new MailboxEntries(1)
  assert.equal(entries.goneSince(0), undefined)
  const gone = Array.from({ length: mirroredTombstonesMax + 1 }, (_, at) => ({
    uid: at + 1,
    modseq: at + 2,
  }))
  entries.apply([], gone, gone.length + 1)
  assert.equal(entries.goneSince(1), undefined)
  assert.equal(entries.goneSince(2)?.length, mirroredTombstonesMax)
})

test('a cache of messages keeps to its octets and its minutes, the least used goes first', () => {
  const clock = new ManualClock()
  const cache = new MessageCache<string>(clock, 100)
  cache.keep('m', 1, 'one', 40)
  cache.keep('m', 2, 'two', 40)
  assert.equal(cache.find('m', 1), 'one')
  cache.keep('m', 3, 'three', 40)
  assert.deepEqual(
    [1, 2, 3].map((uid) => cache.find('m', uid)),
    ['one', undefined, 'three'],
  )
  cache.keep('m', 4, 'too large', 101)
  assert.equal(cache.find('m', 4), undefined)
  clock.advance(10 * 60_000)
  assert.equal(cache.find('m', 1), undefined)
})
