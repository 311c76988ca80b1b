import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AccountStore } from '../jmap/account-store.ts'
import { readSession } from '../jmap/client.ts'
import { MethodError, Transport } from '../jmap/transport.ts'
import { core, mail, type Email, type EmailContent } from '../jmap/types.ts'
import { beyond, type KeptMax } from './kept-store.ts'
import type { OpenedRow } from './kept-mail.ts'
import { OfflineServer } from './offline-server.ts'

const inbox = { id: 'in', role: 'inbox', totalThreads: 90, myRights: { mayRemoveItems: true } }
const email = (id: string, threadId: string, minute: number, more: Partial<Email> = {}): Email => ({
  id,
  from: null,
  to: null,
  size: 1,
  hasAttachment: false,
  threadId,
  mailboxIds: { in: true },
  keywords: {},
  subject: id,
  receivedAt: `2026-03-01T00:0${minute}:00Z`,
  ...more,
})
const rows = [
  email('old', 't', 1, { keywords: { $seen: true } }),
  email('new', 't', 3),
  email('other', 'u', 2),
  email('filed', 'v', 4, { mailboxIds: { archive: true } }),
].map((each) => ({
  accountId: 'a',
  email: each,
  readContent: async () => ({ id: each.id, bodyValues: {} }) as EmailContent,
}))
const listed: OpenedRow = { accountId: 'a', email: email('seen', 'w', 5) }
const session = {
  downloadUrl: 'https://mail.example/jmap/download/{accountId}/{blobId}/{name}?accept={type}',
  accounts: { a: { name: 'A', isReadOnly: false, isPersonal: true, accountCapabilities: {} } },
  capabilities: { [core]: {}, [mail]: {} },
}

function open() {
  // As far as it is looked at.
  const frame = { session, mailboxes: { a: [inbox] } } as unknown as ConstructorParameters<
    typeof OfflineServer
  >[0]
  const readFile = async (accountId: string, blobId: string) =>
    `${accountId} ${blobId}` === 'a B/1' ? new TextEncoder().encode('a picture').buffer : undefined
  const { fetch } = new OfflineServer(frame, [...rows, listed], readFile)
  const transport = new Transport({ apiUrl: '/jmap/api', using: [], callsMax: 16, fetch })
  return { fetch, store: new AccountStore('a', transport) }
}

describe('a page without a network', () => {
  it('lists conversations that were read, the newest first, with their number', async () => {
    const { store } = open()
    await store.readMailboxes()
    const [found] = store.mailboxes.all()
    assert.deepEqual([found?.totalThreads, found?.unreadThreads, found?.totalEmails], [3, 3, 4])
    const query = store.query({
      accountId: 'a',
      filter: { inMailbox: 'in' },
      sort: [],
      collapseThreads: true,
    })
    await query.ensure(0, 10)
    assert.deepEqual([query.known(), query.length], [['seen', 'new', 'other'], 3])
    assert.deepEqual(store.threads.get('t')?.emailIds, ['old', 'new'])
    assert.equal((await store.content('old')).id, 'old')
    await assert.rejects(store.content('seen'), /notFound/)
  })

  it('has the files that were looked at, by the address the server would give', async () => {
    const { fetch } = open()
    const at = (blob: string) => `/jmap/download/a/${blob}/a%20name.png?accept=image%2Fpng`
    assert.equal(await (await fetch(at('B%2F1'), {})).text(), 'a picture')
    assert.equal((await fetch(at('other'), {})).status, 404)
    await assert.rejects(fetch('/jmap/download/a/B', {}), TypeError)
  })

  it('changes nothing, searches nothing, and says so', async () => {
    const { fetch, store } = open()
    const patch = new Map([['new', { 'keywords/$seen': true }]])
    await assert.rejects(store.updateEmails(patch), MethodError)
    const { accounts } = await readSession(fetch)
    assert.equal(accounts['a']?.isReadOnly, true)
    await store.readMailboxes()
    assert.equal(store.mailboxes.get('in')?.myRights['mayRemoveItems'], undefined)
    await assert.rejects(store.call('Email/query', { filter: { text: 'x' } }), /unsupportedFilter/)
    await assert.rejects(fetch('/jmap/upload/a', {}), TypeError)
  })
})

describe('what is kept on a device', () => {
  it('goes with the oldest first, by number and by size', () => {
    const sizes = [1, 2, 3, 4].map((at) => {
      const shelf = at === 2 ? ('files' as const) : ('messages' as const)
      return { key: `k${at}`, shelf, at, octets: 10 }
    })
    const gone = (max: KeptMax) => beyond(sizes, max).map(({ key }) => key)
    assert.deepEqual(gone({ parts: 2, octets: 1_000 }), ['k2', 'k1'])
    assert.deepEqual(gone({ parts: 9, octets: 30 }), ['k1'])
    assert.deepEqual(gone({ parts: 9, octets: 40 }), [])
  })
})
