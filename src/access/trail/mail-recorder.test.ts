/** What is done in accounts of others is sealed before it is done, once a minute for each message. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import type { AuditEntry } from '../../audit/types.ts'
import { minuteMs } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { isRefusal } from '../../base/refusal.ts'
import { createShared } from '../../directory/write/create-shared.ts'
import { setDelegation } from '../../directory/write/set-delegation.ts'
import { setSharedMember } from '../../directory/write/set-shared-member.ts'
import { readUidsMax } from '../limits.ts'
import { rehearseAccess } from '../rehearsal.ts'
import type { MailChange } from '../types.ts'

const isAway = (error: unknown) => isRefusal(error, 'audit-unavailable')

/** Chan, who holds a post, is a member of a shared mailbox and a delegate of Lee's. */
async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAccess(t.database))
  const chan = await r.withCredentials('chan')
  const lee = await r.withCredentials('lee')
  await r.post('SEO(A)2', 'seo', chan.id)
  const { departmentId, writing } = r
  const leesId = r.directory.person(lee.id)?.accountId ?? ''
  await r.write(async (tx) => {
    const names = { en: 'Licensing', zh: '' }
    const address = 'licensing@td.example'
    const sharedId = await createShared(tx, writing, { departmentId, names, address })
    await setSharedMember(tx, writing, { sharedId, personId: chan.id, rights: 'lrswite' })
    const object = { accountId: leesId, personId: chan.id }
    await setDelegation(tx, writing, { ...object, rights: 'lrswitep' })
  })
  await r.refresh()
  const principal = await r.signIn(chan)
  const grants = r.access.accountsOf(principal)
  const place = (basis: string) => {
    const grant = grants.find((each) => each.basis === basis)
    assert.ok(grant, basis)
    return { accountId: grant.accountId, mailboxId: newId(r.clock) }
  }
  const entries = () =>
    r.entries.flatMap(({ ...entry }) => {
      const isMail = entry.kind.startsWith('mail-') || entry.kind === 'search'
      return isMail ? [withoutWho(entry, principal.sessionId)] : []
    })
  return {
    ...r,
    database: t.database,
    principal,
    leesId,
    place,
    entries,
    change: (object: ReturnType<typeof place>, change: MailChange) =>
      r.access.recordChange(principal, object, change),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** Every entry says who and in which session: looked at once, left out of what is compared. */
function withoutWho(entry: AuditEntry, sessionId: string): object {
  const { principalId, sessionId: inSession, ...rest } = entry
  assert.ok(principalId)
  assert.equal(inSession, sessionId)
  return rest
}

test('an owner and a holder leave no entry, whatever they do', async () => {
  await using t = await open()
  t.audit.isAway = true
  for (const basis of ['own', 'held']) {
    const object = t.place(basis)
    await t.change(object, { what: 'delete', uids: [1] })
    await t.change(object, { what: 'append' })
    await t.access.recordRead(t.principal, object, [1])
    const search = { where: 'mail', query: 'TEXT x', uids: [1] } as const
    await t.access.recordSearch(t.principal, object, search)
    const sent = { accountId: object.accountId, as: 'send-as', messageId: 'm' } as const
    await t.access.recordSend(t.principal, sent)
  }
  assert.deepEqual(t.entries(), [])
})

test('the same change of the same message is one entry a minute, another is another', async () => {
  await using t = await open()
  const object = t.place('member')
  await t.change(object, { what: 'flag', uids: [7, 3] })
  await Promise.all([
    t.change(object, { what: 'flag', uids: [3, 8] }),
    t.change(object, { what: 'flag', uids: [8] }),
  ])
  await t.change(object, { what: 'copy', uids: [7], toMailboxId: 'a' })
  await t.change(object, { what: 'copy', uids: [7], toMailboxId: 'b' })
  await t.change(object, { what: 'delete', uids: [7] })
  const flag = { kind: 'mail-change', ...object, change: 'flag' }
  assert.deepEqual(t.entries(), [
    { ...flag, uids: [3, 7] },
    { ...flag, uids: [8] },
    { ...flag, change: 'copy', toMailboxId: 'a', uids: [7] },
    { ...flag, change: 'copy', toMailboxId: 'b', uids: [7] },
    { kind: 'mail-delete', ...object, uids: [7] },
  ])
  t.clock.advance(minuteMs)
  await t.change(object, { what: 'flag', uids: [7] })
  assert.deepEqual(t.entries().at(-1), { ...flag, uids: [7] })
})

test('what has no UIDs before it is an entry each time', async () => {
  await using t = await open()
  const object = t.place('member')
  await t.change(object, { what: 'append' })
  await t.change(object, { what: 'append' })
  await t.change(object, { what: 'mailbox', event: 'create' })
  const entry = { kind: 'mail-change', ...object, change: 'append', uids: [] }
  assert.deepEqual(t.entries(), [entry, entry, { ...entry, change: 'mailbox', event: 'create' }])
})

test('many messages are as many entries as it takes, in one transaction', async () => {
  await using t = await open()
  const uids = Array.from({ length: readUidsMax + 1 }, (_, at) => at + 1)
  await t.change(t.place('member'), { what: 'delete', uids })
  const counts = t.entries().map((entry) => ('uids' in entry ? entry.uids : []))
  assert.deepEqual(counts, [uids.slice(0, -1), uids.slice(-1)])
})

test('a search is an entry with its words, and a read of what it found', async () => {
  await using t = await open()
  const object = t.place('delegated')
  for (let again = 0; again < 2; again++)
    await t.access.recordSearch(t.principal, object, {
      where: 'recoverable',
      query: 'SUBJECT plan',
      uids: [4, 2],
    })
  const search = { kind: 'search', where: 'recoverable', query: 'SUBJECT plan', count: 2 }
  assert.deepEqual(
    t.entries().toSorted((a, b) => JSON.stringify(b).localeCompare(JSON.stringify(a))),
    [
      { ...search, ...object },
      { ...search, ...object },
      { kind: 'mail-read', ...object, uids: [2, 4] },
    ],
  )
})

test('nothing is done while the audit process is away, and the next try is an entry again', async () => {
  await using t = await open()
  const object = t.place('delegated')
  t.audit.isAway = true
  const { accountId } = object
  const sent = { accountId, as: 'on-behalf', messageId: 'm1' } as const
  await assert.rejects(t.change(object, { what: 'append' }), isAway)
  await assert.rejects(t.change(object, { what: 'delete', uids: [1] }), isAway)
  await assert.rejects(t.access.recordSend(t.principal, sent), isAway)
  t.audit.isAway = false
  const tried = t.entries().length
  await t.change(object, { what: 'delete', uids: [1] })
  assert.equal(t.entries().length, tried + 1)
  await t.access.recordSend(t.principal, sent)
  assert.deepEqual(t.entries().at(-1), { kind: 'mail-send', ...sent })
})

test('an owner finds in his ledger what a delegate did, a shared mailbox has none', async () => {
  await using t = await open()
  const object = t.place('delegated')
  await t.change(object, { what: 'delete', uids: [1, 2] })
  await t.change(object, { what: 'append' })
  const sent = { accountId: t.leesId, as: 'send-as', messageId: 'm1' } as const
  await t.access.recordSend(t.principal, sent)
  const shared = t.place('member')
  await t.change(shared, { what: 'delete', uids: [1] })
  const lines = async (accountId: string) =>
    (await t.access.ledger.read(t.database, accountId)).lines
      .map(({ what, count, basis }) => [what, count, basis])
      .toReversed()
  assert.deepEqual(await lines(t.leesId), [
    ['delete', 2, 'delegated'],
    ['change', undefined, 'delegated'],
    ['send', undefined, 'delegated'],
  ])
  assert.deepEqual(await lines(shared.accountId), [])
})
