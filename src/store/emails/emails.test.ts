import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openRealStore } from '../../../test/support/real-store.ts'
import { isRefusal } from '../../base/refusal.ts'
import { uploadedOctetsMax } from '../limits.ts'
import { flagBits, type Store } from '../types.ts'

const viewer = '00000000-0000-7000-8000-000000000001'
const other = '00000000-0000-7000-8000-000000000002'
const seen = flagBits['\\Seen']

describe('an account by message', { timeout: 60_000 }, () => {
  let ground: Awaited<ReturnType<typeof openRealStore>>
  let store: Store
  before(async () => {
    ground = await openRealStore()
    store = ground.store
  })
  after(() => ground[Symbol.asyncDispose]())

  async function append(account: string, mailbox: string, subject: string, receivedAt = 1_000) {
    const octets = Buffer.from(`Subject: ${subject}\r\n\r\nHello\r\n`)
    const input = { octets, flags: 0, keywords: [], receivedAt }
    const [appended] = await store.append(account, mailbox, [input], viewer)
    return appended?.messageId ?? ''
  }
  const nothing = {
    addTo: [],
    removeFrom: [],
    setFlags: 0,
    clearFlags: 0,
    setKeywords: [],
    clearKeywords: [],
  }

  it('keeps messages in order, their places, and follows every change', async () => {
    const account = await ground.createAccount('person')
    const inbox = await store.mailboxByName(account, 'INBOX')
    const second = await append(account, inbox.id, 'second', 2_000)
    const first = await append(account, inbox.id, 'first', 1_000)
    const view = await store.emails(account, viewer)
    assert.deepEqual(
      view.ordered.map(({ id }) => id),
      [first, second],
    )
    const folder = await store.createMailbox(account, 'Work')
    const change = { ...nothing, id: first, addTo: [folder.id], setFlags: seen }
    await store.changeEmail(account, viewer, { ...change, setKeywords: ['$Forwarded'] })
    await store.emails(account, viewer)
    const places = view.find(first)?.places ?? []
    assert.deepEqual(
      new Set(places.map((place) => place.mailboxId)),
      new Set([inbox.id, folder.id]),
    )
    assert.ok(places.every((place) => place.flags === seen && place.keywords === 1))
    assert.deepEqual(view.keywords, ['$Forwarded'])
    await store.move({ account, mailbox: inbox.id }, [1], { account, mailbox: folder.id }, viewer)
    await store.emails(account, viewer)
    assert.deepEqual(
      view.find(second)?.places.map((place) => place.mailboxId),
      [folder.id],
    )
  })

  it('destroys into the recoverable items, and says what went and in which thread', async () => {
    const account = await ground.createAccount('person')
    const inbox = await store.mailboxByName(account, 'INBOX')
    const id = await append(account, inbox.id, 'gone')
    const view = await store.emails(account, viewer)
    const since = view.modSeq
    const thread = view.find(id)?.threadId
    await store.destroyEmail(account, id)
    await store.emails(account, viewer)
    assert.equal(view.find(id), undefined)
    assert.equal((await store.recoverable(account)).length, 1)
    const [gone] = await store.emailsGone(account, since)
    assert.deepEqual([gone?.id, gone?.threadId, gone?.mailboxId], [id, thread, inbox.id])
    await assert.rejects(store.destroyEmail(account, id), (e) => isRefusal(e, 'no-such-message'))
  })

  it('remembers what a deleted mailbox held, and when mailboxes were made and renamed', async () => {
    const account = await ground.createAccount('person')
    const folder = await store.createMailbox(account, 'Old')
    const id = await append(account, folder.id, 'held')
    const { modSeq: since } = await store.emails(account, viewer)
    await store.deleteMailbox(account, folder.id)
    const made = await store.createMailbox(account, 'New')
    await store.renameMailbox(account, made.id, 'Newer')
    assert.deepEqual(
      (await store.emailsGone(account, since)).map((gone) => gone.id),
      [id],
    )
    const history = await store.mailboxHistory(account, since)
    assert.ok(history.some((each) => each.id === folder.id && each.isDeleted))
    const found = history.find((each) => each.id === made.id)
    assert.ok(found && found.createdModSeq > since && found.namedModSeq > found.createdModSeq)
  })

  it('gives each viewer of a shared account his own \\Seen', async () => {
    const account = await ground.createAccount('shared')
    const inbox = await store.mailboxByName(account, 'INBOX')
    const id = await append(account, inbox.id, 'shared')
    await store.changeEmail(account, viewer, { ...nothing, id, setFlags: seen })
    const mine = (await store.emails(account, viewer)).find(id)?.places[0]?.flags
    const theirs = (await store.emails(account, other)).find(id)?.places[0]?.flags
    assert.deepEqual([mine, theirs], [seen, 0])
  })

  it('shows an entry anew from when it is no longer \\Deleted', async () => {
    const account = await ground.createAccount('person')
    const inbox = await store.mailboxByName(account, 'INBOX')
    const id = await append(account, inbox.id, 'back')
    const change = { flags: flagBits['\\Deleted'], keywords: [] }
    await store.storeFlags(account, inbox.id, viewer, [1], { mode: 'add', ...change })
    const { modSeq: since } = await store.emails(account, viewer)
    await store.storeFlags(account, inbox.id, viewer, [1], { mode: 'remove', ...change })
    const [place] = (await store.emails(account, viewer)).find(id)?.places ?? []
    assert.ok(place && place.shownModSeq > since)
  })

  it('leaves a message in at least one mailbox', async () => {
    const account = await ground.createAccount('person')
    const inbox = await store.mailboxByName(account, 'INBOX')
    const id = await append(account, inbox.id, 'last')
    await assert.rejects(
      store.changeEmail(account, viewer, { ...nothing, id, removeFrom: [inbox.id] }),
      (error) => isRefusal(error, 'invalid'),
    )
  })

  it('keeps uploads for who made them, for a day', async () => {
    const account = await ground.createAccount('person')
    const content = Buffer.alloc(2_500_000, 'Tamar ')
    const { id } = await store.keepUpload({ account, viewer }, content, 'text/plain')
    const upload = await store.openUpload({ account, viewer }, id)
    assert.deepEqual([upload?.mediaType, upload?.octets], ['text/plain', content.length])
    assert.ok((await upload?.read())?.equals(content))
    assert.equal(await store.openUpload({ account, viewer: other }, id), undefined)
    ground.clock.advance(25 * 3_600_000)
    assert.equal(await store.openUpload({ account, viewer }, id), undefined)
  })

  it('makes room for an upload by the oldest of the same user, and of nobody else', async () => {
    const account = await ground.createAccount('shared')
    const keep = async (who: string) => {
      ground.clock.advance(1)
      const { id } = await store.keepUpload(
        { account, viewer: who },
        Buffer.alloc(20),
        'text/plain',
      )
      return id
    }
    const [theirs, oldest, newer] = [await keep(other), await keep(viewer), await keep(viewer)]
    // As if it were as large as all may be together.
    await ground.database.single({
      name: 'test.grow-upload',
      text: 'UPDATE upload SET octets = $1 WHERE upload_id IN ($2, $3)',
      values: [uploadedOctetsMax - 30, oldest, theirs],
    })
    const newest = await keep(viewer)
    const isThere = async (who: string, id: string) =>
      (await store.openUpload({ account, viewer: who }, id)) !== undefined
    assert.deepEqual(
      [await isThere(viewer, oldest), await isThere(viewer, newer), await isThere(viewer, newest)],
      [false, true, true],
    )
    assert.equal(await isThere(other, theirs), true)
  })
})
