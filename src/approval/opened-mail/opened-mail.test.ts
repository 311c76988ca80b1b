/** Another's mailbox is opened by two people, for a time, and its owner reads of it in his ledger. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { attempt, mainPassword } from '../../access/rehearsal.ts'
import { dayMs, hourMs } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { isRefusal } from '../../base/refusal.ts'
import { setPersonState } from '../../directory/write/set-person-state.ts'
import { rehearseApprovals } from '../rehearsal.ts'
import { closeMail, openMail, type MailOpening } from './open-mail.ts'

const isNo = (error: unknown) => isRefusal(error, 'not-permitted')

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseApprovals(t.database))
  const asker = await r.somebody('asker', 'access-to-information-officer')
  const security = await r.somebody('security', 'security-officer', r.headquartersId)
  const near = await r.somebody('near', 'security-officer')
  const chan = await r.somebody('chan')
  const lee = await r.somebody('lee')
  const ports = { parts: r.approvals.parts, ledger: r.access.ledger }
  const ask = (to: number, act: MailOpening['act'] = 'mailbox.examine') =>
    r.doOrAsk(asker, (tx, writing) =>
      openMail(tx, ports, writing, { act, accountId: chan.accountId, personId: lee.id, to }),
    )
  const atMail = await r.access.signIn(attempt, 'lee@td.example', mainPassword)
  const grant = () =>
    r.access.accountsOf(atMail).find(({ accountId }) => accountId === chan.accountId)
  return {
    ...r,
    owner: t.owner,
    database: t.database,
    asker,
    security,
    near,
    chan,
    lee,
    ports,
    atMail,
    ask,
    grant,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('an examination is read-only, named, and ends by itself', async () => {
  await using t = await open()
  const to = t.clock.now() + 2 * dayMs
  const [id = ''] = await t.ask(to)
  await assert.rejects(t.approvals.sayYes(t.near.by, id), isNo, 'of the same office')
  await assert.rejects(t.approvals.sayYes(t.lee.by, id), isNo, 'who would read')
  assert.equal(t.grant(), undefined)
  const { outcome } = await t.approvals.sayYes(t.security.by, id)
  assert.equal(outcome?.isDone, true, outcome?.message ?? '')
  const grant = t.grant()
  assert.ok(grant)
  assert.deepEqual([grant.basis, grant.rights, grant.approvalId], ['examined', 'lr', id])
  assert.deepEqual(grant.approvedBy, [t.security.id])
  const object = { accountId: t.chan.accountId }
  assert.ok(t.access.permit(t.atMail, 'mail.read', object))
  for (const act of [
    'mail.seen',
    'mail.write',
    'mail.insert',
    'mail.expunge',
    'mail.submit',
  ] as const)
    assert.throws(() => t.access.permit(t.atMail, act, object), isNo, act)
  t.clock.advance(2 * dayMs)
  assert.throws(() => t.access.permit(t.atMail, 'mail.read', object), isNo)
  const review = t.approvals.find(id)?.review
  assert.ok(review !== undefined && review.at === undefined)
})

test('it needs an end, and no later one than the catalogue has', async () => {
  await using t = await open()
  for (const days of [-1, 15])
    await assert.rejects(t.ask(t.clock.now() + days * dayMs), (error) =>
      isRefusal(error, 'invalid'),
    )
  assert.deepEqual(t.approvals.list(), [])
})

test('its owner reads who may look, who looked, and who agreed to it; nobody else is asked', async () => {
  await using t = await open()
  const [id = ''] = await t.ask(t.clock.now() + dayMs)
  await t.approvals.sayYes(t.security.by, id)
  const mailboxId = newId(t.clock)
  await t.access.recordRead(t.atMail, { accountId: t.chan.accountId, mailboxId }, [1, 2, 3])
  const { lines, damaged } = await t.access.ledger.read(t.database, t.chan.accountId)
  assert.deepEqual(damaged, [])
  assert.deepEqual(
    lines.map(({ what, byId, basis, count, approvalId, approvedBy }) => [
      what,
      byId,
      basis,
      count,
      approvalId,
      approvedBy,
    ]),
    [
      ['read', t.lee.id, 'examined', 3, id, [t.security.id]],
      ['examination-allowed', t.lee.id, 'examined', undefined, id, [t.security.id]],
    ],
  )
  const read = t.entries.find((entry) => entry.kind === 'mail-read')
  assert.equal(read?.approvalId, id)
})

test('it is closed at once by who may, and by nobody else', async () => {
  await using t = await open()
  const [id = ''] = await t.ask(t.clock.now() + dayMs)
  await t.approvals.sayYes(t.security.by, id)
  const [opened] = t.approvals.opened()
  assert.ok(opened)
  const close = (who: typeof t.chan) =>
    t.write((tx) => closeMail(tx, t.ports, who.writing, opened.id))
  await assert.rejects(close(t.chan), isNo)
  assert.ok(t.grant())
  await close(t.security)
  await t.approvals.refresh()
  assert.equal(t.grant(), undefined)
})

test('the mail of who has left is taken over, of who is here it is not', async () => {
  await using t = await open()
  const to = t.clock.now() + 30 * dayMs
  const administrator = await t.somebody('admin', 'department-administrator')
  const take = () =>
    t.doOrAsk(administrator, (tx, writing) =>
      openMail(tx, t.ports, writing, {
        act: 'mail.take-over',
        accountId: t.chan.accountId,
        personId: t.lee.id,
        to,
      }),
    )
  await assert.rejects(take(), (error) => isRefusal(error, 'invalid'))
  await t.write((tx) => setPersonState(tx, t.writing, { personId: t.chan.id, state: 'left' }))
  await t.refresh()
  const [id = ''] = await take()
  await t.approvals.sayYes(t.security.by, id)
  assert.equal(t.grant()?.basis, 'taken-over')
})

test('a row that opens mail is believed only with its MAC', async () => {
  await using t = await open()
  const [id = ''] = await t.ask(t.clock.now() + hourMs)
  await t.approvals.sayYes(t.security.by, id)
  const [opened] = t.approvals.opened()
  await t.owner.single({
    text: 'UPDATE opened_mail SET parent_id = $2, account_id = $3, version = version + 1 WHERE id = $1',
    values: [opened?.id, t.asker.id, t.security.accountId],
  })
  await using node = await t.openApprovals()
  assert.deepEqual(node.opened(), [])
})
