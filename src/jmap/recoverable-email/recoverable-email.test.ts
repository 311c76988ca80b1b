/** RecoverableEmail/query, /get and /recover, over HTTPS (ADR 0038). */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { core, mail, openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'

const recoverable = 'urn:tamar:params:jmap:recoverable'

describe('what was deleted, by JMAP', { timeout: 120_000 }, () => {
  let world: JmapWorld
  before(async () => {
    world = await openJmapWorld()
  })
  after(async () => {
    await world[Symbol.asyncDispose]()
    assert.deepEqual(world.faults, [])
  })
  const call = async (name: string, args: object, who = 'alice:secret') => {
    const methodCalls = [[name, { accountId: world.ids.alice, ...args }, '0']]
    const { body } = await world.post({ using: [core, mail, recoverable], methodCalls }, { who })
    return body.methodResponses[0][1]
  }
  /** @returns the ids, the first deleted first. */
  const deleteSome = async (accountId: string, subjects: readonly string[], from = 'INBOX') => {
    const ids: string[] = []
    for (const subject of subjects) {
      const id = await world.append(
        accountId,
        from,
        `From: 陳 <c@td.example>\r\nSubject: ${subject}\r\n\r\nx`,
      )
      await call('Email/set', { accountId, destroy: [id] })
      ids.push(id)
    }
    return ids
  }

  it('tells what was deleted, the latest first, by windows, with what one knows it by', async () => {
    const [first, second, third] = await deleteSome(world.ids.alice, ['One', 'Two', 'Three'])
    const all = await call('RecoverableEmail/query', {})
    assert.deepEqual([all.ids, all.total], [[third, second, first], 3])
    const window = await call('RecoverableEmail/query', { position: 1, limit: 1 })
    assert.deepEqual([window.ids, window.position, window.total], [[second], 1, 3])
    const { list, notFound } = await call('RecoverableEmail/get', { ids: [first, 'other'] })
    assert.deepEqual(notFound, ['other'])
    const [{ subject, from, mailboxId, deletedAt, recoverableUntil }] = list
    assert.deepEqual([subject, from], ['One', [{ name: '陳', email: 'c@td.example' }]])
    assert.equal(mailboxId, (await world.store.mailboxByName(world.ids.alice, 'INBOX')).id)
    assert.equal(Date.parse(recoverableUntil) - Date.parse(deletedAt), 30 * 86_400_000)
  })

  it('puts a message back where it was, and every client hears of it', async () => {
    const { state } = await call('Email/get', { ids: [] })
    const { ids } = await call('RecoverableEmail/query', { limit: 1 })
    const { recovered, notRecovered } = await call('RecoverableEmail/recover', { ids })
    const inbox = (await world.store.mailboxByName(world.ids.alice, 'INBOX')).id
    assert.deepEqual([recovered, notRecovered], [{ [ids[0]]: { mailboxId: inbox } }, null])
    const changes = await call('Email/changes', { sinceState: state })
    assert.deepEqual(changes.created, ids)
    const { list } = await call('Email/get', { ids, properties: ['subject', 'mailboxIds'] })
    assert.deepEqual(list, [{ id: ids[0], subject: 'Three', mailboxIds: { [inbox]: true } }])
    const again = await call('RecoverableEmail/recover', { ids })
    assert.deepEqual(again.notRecovered, { [ids[0]]: { type: 'notFound' } })
  })

  it('puts what was deleted out of the trash into the inbox, or wherever one says', async () => {
    const trash = await world.store.mailboxByName(world.ids.alice, 'Trash')
    const inbox = await world.store.mailboxByName(world.ids.alice, 'INBOX')
    const ids = await deleteSome(world.ids.alice, ['From the trash', 'To the trash'], 'Trash')
    const usual = await call('RecoverableEmail/recover', { ids: ids.slice(0, 1) })
    assert.equal(usual.recovered[ids[0] ?? ''].mailboxId, inbox.id)
    const asked = { ids: ids.slice(1), mailboxId: trash.id }
    const named = await call('RecoverableEmail/recover', asked)
    assert.equal(named.recovered[ids[1] ?? ''].mailboxId, trash.id)
    const nowhere = await call('RecoverableEmail/recover', { ids, mailboxId: world.ids.alice })
    assert.equal(nowhere.notRecovered[ids[0] ?? ''].type, 'notFound')
  })

  it("records what was looked at and put back in others' mail, and lets no mere reader in", async () => {
    const { desk } = world.ids
    const [id = ''] = await deleteSome(desk, ['Of the desk'])
    const [item] = await world.store.recoverable(desk)
    world.access.changes.length = 0
    await call('RecoverableEmail/get', { accountId: desk, ids: [id] })
    assert.deepEqual(world.access.reads.at(-1), {
      accountId: desk,
      mailboxId: desk,
      uids: [item?.uid],
    })
    const bob = 'bob:secret'
    for (const [name, args] of [
      ['RecoverableEmail/query', {}],
      ['RecoverableEmail/get', { ids: [id] }],
    ] as const)
      assert.equal((await call(name, { accountId: desk, ...args }, bob)).type, 'forbidden')
    const refused = await call('RecoverableEmail/recover', { accountId: desk, ids: [id] }, bob)
    assert.equal(refused.type, 'accountReadOnly')
    const { body } = await world.ask('/jmap/session', { who: bob })
    assert.equal(recoverable in body.accounts[desk].accountCapabilities, false)
    await call('RecoverableEmail/recover', { accountId: desk, ids: [id] })
    const inbox = await world.store.mailboxByName(desk, 'INBOX')
    assert.deepEqual(world.access.changes, [
      {
        accountId: desk,
        mailboxId: desk,
        what: 'restore',
        uids: [item?.uid],
        toMailboxId: inbox.id,
      },
    ])
  })
})
