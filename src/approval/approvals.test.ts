/** Requests on a real database: two people, two nodes, and an intruder with the owner's SQL. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { dayMs } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import { appoint } from '../directory/write/appoint.ts'
import { setPersonState } from '../directory/write/set-person-state.ts'
import { createPost } from '../directory/write/create-post.ts'
import { setSharedMember } from '../directory/write/set-shared-member.ts'
import { createShared } from '../directory/write/create-shared.ts'
import { rememberedMs } from './limits.ts'
import { rehearseApprovals } from './rehearsal.ts'

const needs = (error: unknown) => isRefusal(error, 'needs-approval')
const isNo = (error: unknown) => isRefusal(error, 'not-permitted')

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseApprovals(t.database))
  const asker = await r.somebody('asker', 'department-administrator')
  const second = await r.somebody('second', 'department-administrator')
  const chan = await r.somebody('chan')
  const postId = await r.write((tx) =>
    createPost(tx, r.writing, {
      departmentId: r.departmentId,
      title: 'SEO(A)2',
      names: { en: 'Officer', zh: '' },
      address: 'seo@td.example',
    }),
  )
  await r.refresh()
  const appointment = { postId, personId: chan.id }
  const columns = 'department_id, parent_id, account_id, state, version, lookup, sealed, mac'
  return {
    ...r,
    owner: t.owner,
    copyOf: (id: string) =>
      t.owner.row<object>({ text: `SELECT ${columns} FROM approval WHERE id = $1`, values: [id] }),
    putBack: (id: string, copy: object | undefined) =>
      t.owner.single({
        text: `UPDATE approval SET (${columns}) = ($2, $3, $4, $5, $6, $7, $8, $9) WHERE id = $1`,
        values: [id, ...Object.values(copy ?? {})],
      }),
    asker,
    second,
    chan,
    postId,
    holds: () => r.directory.postsHeldBy(chan.id, r.clock.now()).length === 1,
    askToAppoint: () => r.doOrAsk(asker, (tx, writing) => appoint(tx, writing, appointment)),
    appoint: () => r.write((tx) => appoint(tx, asker.writing, appointment)),
    alarms: () => r.entries.filter((entry) => entry.kind === 'alarm'),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('an appointment waits, says for whom and until when, and happens at the second person’s yes', async () => {
  await using t = await open()
  const [id = ''] = await t.askToAppoint()
  assert.ok(!t.holds())
  await assert.rejects(t.appoint(), (error) => {
    assert.ok(isRefusal(error, 'needs-approval'))
    const until = new Date(t.clock.now() + 7 * dayMs).toISOString()
    assert.equal(
      error.facts['message'],
      'Waiting for approval by its owner or holder, a department administrator, a central ' +
        `administrator or a security officer until ${until}.`,
    )
    return error.facts['approvalId'] === id
  })
  assert.deepEqual(await t.askToAppoint(), [id], 'asking twice is one request')
  await assert.rejects(t.approvals.sayYes(t.asker.by, id), isNo)
  await assert.rejects(t.approvals.sayYes(t.chan.by, id), isNo)
  const { request, outcome } = await t.approvals.sayYes(t.second.by, id)
  assert.deepEqual([request.state, outcome], ['executed', { isDone: true }])
  assert.ok(t.holds())
  assert.deepEqual(
    t.entries.flatMap((entry) =>
      entry.kind === 'approval' ? [[entry.event, entry.principalId]] : [],
    ),
    [
      ['request', t.asker.id],
      ['approve', t.second.id],
      ['execute', t.asker.id],
    ],
  )
  const done = t.entries.at(-1)
  assert.deepEqual(
    [done?.kind, done?.principalId, done?.approvalId],
    ['administration', t.asker.id, id],
  )
})

test('an approval is for exactly this, for who asked, and once', async () => {
  await using t = await open()
  const other = await t.somebody('lee')
  const sharedId = await t.write((tx) =>
    createShared(tx, t.writing, {
      departmentId: t.departmentId,
      names: { en: 'Works', zh: '' },
      address: 'works@td.example',
    }),
  )
  const ask = { sharedId, personId: t.chan.id, rights: 'lr' }
  const [id = ''] = await t.doOrAsk(t.asker, (tx, w) => setSharedMember(tx, w, ask))
  // Approved with nobody to do it by itself: as when its executor refused.
  const { approvals } = t
  await t.approvals.sayYes(t.second.by, id)
  assert.equal(approvals.find(id)?.state, 'executed')
  const again = (input: typeof ask, who = t.asker) =>
    t.write((tx) => setSharedMember(tx, who.writing, input))
  await assert.rejects(again(ask), needs, 'it was used')
  await assert.rejects(again({ ...ask, rights: 'lrs' }), needs)
  await assert.rejects(again({ ...ask, personId: other.id }), needs)
  await assert.rejects(again(ask, t.second), needs)
})

test('of ten at once exactly one uses an approval', async () => {
  await using t = await open()
  const [id = ''] = await t.askToAppoint()
  // The person is suspended in between: the platform cannot do it at the last yes.
  const raw = (state: string) =>
    t.write(async (tx) => {
      const personId = t.chan.id
      await setPersonState(tx, t.writing, { personId, state: state === 'left' ? 'left' : 'active' })
    })
  await raw('left')
  const { outcome, request } = await t.approvals.sayYes(t.second.by, id)
  assert.equal(request.state, 'approved')
  assert.match(outcome?.message ?? '', /^Approved, and not done: This person has left/)
  await raw('active')
  const tries = await Promise.allSettled(Array.from({ length: 10 }, () => t.appoint()))
  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal((await t.write((tx) => tx.rows({ text: 'SELECT FROM approval_use' }))).length, 1)
})

test('what waits ends by time alone, on a node that ran no job, and can be asked for anew', async () => {
  await using t = await open()
  const [id = ''] = await t.askToAppoint()
  t.clock.advance(7 * dayMs)
  assert.equal(t.approvals.find(id)?.state, 'expired')
  await assert.rejects(t.approvals.sayYes(t.second.by, id), (error) => isRefusal(error, 'invalid'))
  const [next = ''] = await t.askToAppoint()
  assert.notEqual(next, id)
  assert.equal(t.approvals.find(next)?.state, 'waiting')
})

test('a no is final, and who asked may withdraw', async () => {
  await using t = await open()
  const [id = ''] = await t.askToAppoint()
  await assert.rejects(t.approvals.sayNo(t.chan.by, { id, reason: 'me' }), isNo)
  const refused = await t.approvals.sayNo(t.second.by, { id, reason: 'no posting order' })
  assert.equal(refused.state, 'refused')
  await assert.rejects(t.approvals.sayYes(t.second.by, id))
  const [next = ''] = await t.askToAppoint()
  await assert.rejects(t.approvals.withdraw(t.second.by, next), isNo)
  assert.equal((await t.approvals.withdraw(t.asker.by, next)).state, 'withdrawn')
  await assert.rejects(t.approvals.sayYes(t.second.by, next))
  assert.ok(!t.holds())
})

test('the present holder consents, also beforehand for a named successor, until he takes it back', async () => {
  await using t = await open()
  const [first = ''] = await t.askToAppoint()
  await t.approvals.sayYes(t.second.by, first)
  const lee = await t.somebody('lee')
  const wong = await t.somebody('wong')
  const accountId = t.directory.post(t.postId)?.accountId ?? ''
  const to = t.clock.now() + 30 * dayMs
  const beforehand = { by: t.chan.by, act: 'post.appoint', accountId, to } as const
  const consents = t.approvals
  await assert.rejects(
    consents.consentBeforehand({ ...beforehand, by: lee.by, forPersonId: lee.id }),
    isNo,
  )
  const consentId = await consents.consentBeforehand({ ...beforehand, forPersonId: lee.id })
  const succeed = (personId: string) =>
    t.doOrAsk(t.asker, (tx, w) => appoint(tx, w, { postId: t.postId, personId }))
  const [done = ''] = await succeed(lee.id)
  const request = consents.find(done)
  assert.equal(request?.state, 'executed')
  assert.equal(request.voices[0]?.standingId, consentId)
  assert.equal(t.directory.postsHeldBy(lee.id, t.clock.now()).length, 1)
  const [waiting = ''] = await succeed(wong.id)
  assert.equal(consents.find(waiting)?.state, 'waiting', 'it was for one person')
  const { request: agreed } = await consents.sayYes(t.chan.by, waiting)
  assert.deepEqual([agreed.state, agreed.voices[0]?.as], ['executed', 'consent'])
  await consents.revokeConsent(t.chan.by, consentId)
  assert.deepEqual(consents.standingConsents(t.chan.id), [])
})

test('a batch is one asking and every line is seen and agreed to by itself', async () => {
  await using t = await open()
  const people = [await t.somebody('lee'), await t.somebody('wong'), await t.somebody('ho')]
  const ids = await t.doOrAsk(t.asker, async (tx, writing) => {
    for (const { id: personId } of people)
      await appoint(tx, writing, { postId: t.postId, personId, isActing: true })
  })
  assert.equal(ids.length, 3)
  const requests = ids.flatMap((id) => t.approvals.find(id) ?? [])
  assert.equal(new Set(requests.map(({ batchId }) => batchId)).size, 1)
  assert.deepEqual(
    new Set(requests.map(({ input }) => input['personId'])),
    new Set(people.map(({ id }) => id)),
  )
  const [one = '', two = '', three = ''] = ids
  await t.approvals.sayYes(t.second.by, one)
  await t.approvals.sayYes(t.second.by, two)
  await t.approvals.sayNo(t.second.by, { id: three, reason: 'not this one' })
  assert.equal(t.directory.post(t.postId)?.holdings.length, 2)
})

test('what would not work is refused before anybody is asked', async () => {
  await using t = await open()
  const nobody = { postId: t.postId, personId: t.postId }
  await assert.rejects(
    t.doOrAsk(t.asker, (tx, w) => appoint(tx, w, nobody)),
    (error) => isRefusal(error, 'not-found'),
  )
  await assert.rejects(
    t.doOrAsk(t.chan, (tx, w) => appoint(tx, w, { postId: t.postId, personId: t.chan.id })),
    isNo,
    'who may not do it at all asks nobody',
  )
  assert.deepEqual(t.approvals.list(), [])
})

test('another node knows the same', async () => {
  await using t = await open()
  const [id = ''] = await t.askToAppoint()
  await using node = await t.openApprovals()
  assert.equal(node.find(id)?.state, 'waiting')
  await node.sayYes(t.second.by, id)
  await t.approvals.refresh()
  assert.equal(t.approvals.find(id)?.state, 'executed')
})

test('whoever writes to the database approves nothing, and is heard', async () => {
  await using t = await open()
  const [id = ''] = await t.askToAppoint()
  const waiting = await t.copyOf(id)
  await t.approvals.sayYes(t.second.by, id)
  const executed = await t.copyOf(id)

  // Put back whole to when it waited, with the MAC it had then, and its use removed.
  await t.putBack(id, waiting)
  await t.owner.single({ text: 'DELETE FROM approval_use' })
  const isGone = (error: unknown) => isRefusal(error, 'not-found')
  await assert.rejects(t.approvals.sayYes(t.second.by, id), isGone)
  assert.equal(t.approvals.find(id)?.state, 'executed')
  await using fresh = await t.openApprovals()
  assert.ok(!fresh.isBelievable, 'a node that starts sees that something was put back')
  await t.putBack(id, executed)

  // The state, the person who asked, or the account flipped: nobody believes the row.
  const lee = await t.somebody('lee')
  const [second = ''] = await t.doOrAsk(t.asker, (tx, w) =>
    appoint(tx, w, { postId: t.postId, personId: lee.id }),
  )
  const flips = [
    `parent_id = '${t.second.id}'`,
    `account_id = '${t.second.id}'`,
    `department_id = '${t.headquartersId}'`,
    `version = version + 1000`,
    `lookup = decode(repeat('00', 32), 'hex')`,
    `sealed = (SELECT sealed FROM approval WHERE id = '${id}')`,
    `(sealed, mac) = (SELECT sealed, mac FROM approval WHERE id = '${id}')`,
  ]
  const genuine = await t.copyOf(second)
  for (const flip of flips) {
    await t.owner.single({ text: `UPDATE approval SET ${flip} WHERE id = '${second}'` })
    await assert.rejects(t.approvals.sayYes(t.second.by, second), isGone, flip)
    await t.putBack(second, genuine)
  }
  const { request } = await t.approvals.sayYes(t.chan.by, second)
  assert.equal(request.state, 'executed', 'the genuine row is believed again')
  await t.approvals.settled()
  const whats = new Set(t.alarms().map((entry) => (entry.kind === 'alarm' ? entry.what : '')))
  assert.ok(whats.has('row-was-put-back'))
  assert.ok(whats.has('row-does-not-verify'))
})

test('an approved request taken from its use is not used again', async () => {
  await using t = await open()
  const [id = ''] = await t.askToAppoint()
  const set = (state: 'left' | 'active') =>
    t.write((tx) => setPersonState(tx, t.writing, { personId: t.chan.id, state }))
  await set('left')
  await t.approvals.sayYes(t.second.by, id)
  await set('active')
  const approved = await t.copyOf(id)
  await t.appoint()
  await t.approvals.refresh()
  // Everything put back as it was between the yes and the use, but the feed's sum.
  await t.putBack(id, approved)
  await t.owner.single({ text: 'DELETE FROM approval_use' })
  await assert.rejects(t.appoint(), needs)
  await t.approvals.settled()
  assert.ok(t.alarms().some((entry) => entry.kind === 'alarm' && entry.what === 'row-was-put-back'))
})

test('what has been over for long leaves the memory of a node, and what is put back of it is not believed', async () => {
  await using t = await open()
  const [id = ''] = await t.askToAppoint()
  const [before] = await t.owner.rows<{ version: number }>({ text: 'SELECT version FROM approval' })
  await t.approvals.sayYes(t.second.by, id)
  assert.equal(t.approvals.list().length, 1)
  t.clock.advance(rememberedMs + 8 * dayMs)
  await t.approvals.refresh()
  assert.equal(t.approvals.list().length, 0)
  assert.equal(t.approvals.find(id), undefined)
  // Who asks for that time is shown it from the database.
  const span = { since: t.clock.now() - rememberedMs - 9 * dayMs, until: t.clock.now() }
  assert.deepEqual(
    (await t.approvals.listPast(span)).map((one) => [one.id, one.state]),
    [[id, 'executed']],
  )
  assert.equal((await t.approvals.findPast(id))?.state, 'executed')
  assert.deepEqual(await t.approvals.listPast({ ...span, since: span.until - dayMs }), [])
  const old = { id, version: before?.version ?? 0 }
  assert.ok(t.approvals.parts.memory.isOlder('approval', old))
})
