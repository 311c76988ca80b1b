/** What a moderated list does: its moderator reads, decides once, and who sent it hears. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/database.ts'
import { isRefusal } from '../../base/refusal.ts'
import { createKeys } from '../../keys/keys.ts'
import { temporaryMaster } from '../../keys/temporary-master.ts'
import { moderatedListMax } from '../../queue/limits.ts'
import { createModeration } from '../../queue/moderation/moderation.ts'
import { createDelivery } from '../create-delivery.ts'
import { amy, FakeGovernment, from, message, peer, to } from '../fake-ports.ts'
import { moderationMs } from '../limits.ts'
import { factsOf } from './post.ts'

const listId = '0197f3a0-0000-7000-8000-000000000011'
const otherId = '0197f3a0-0000-7000-8000-000000000012'

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const { master } = stack.use(await temporaryMaster())
  const fake = new FakeGovernment()
  const { clock } = fake
  const { database } = t
  const keys = stack.use(await createKeys({ database, master, clock }))
  const alarms: object[] = []
  const onAlarm = (_what: string, facts: object) => void alarms.push(facts)
  const moderation = createModeration({ database, keys: keys.platform, clock, onAlarm })
  const members = ['amy@td.example', 'far@other.example']
  const list = fake.addList('news', { id: listId, posting: 'moderated', members })
  const delivery = createDelivery({ ...fake.options(), moderation })
  const waiting = () => moderation.waitingFor([listId])
  const settle = async (decision: 'let-through' | 'refused') => {
    const [post] = await waiting()
    assert.ok(post)
    const opened = { facts: factsOf(post.facts), list, content: await post.content() }
    const settling =
      decision === 'let-through'
        ? await delivery.prepareLetThrough(opened)
        : await delivery.prepareTurnAway(opened, decision)
    return database.transaction(async (tx) => {
      if (!(await moderation.remove(tx, post.id))) return false
      await settling(tx)
      return true
    })
  }
  const text = message('From: zoe@example.org\nTo: news@td.example\nSubject: Hello')
  return {
    fake,
    clock,
    delivery,
    list,
    moderation,
    waiting,
    settle,
    alarms,
    owner: t.owner,
    arrive: () => delivery.deliver(peer, from('zoe@example.org'), to(list.address), text),
    submit: () => {
      const own = message('From: amy@td.example\nTo: news@td.example\nSubject: Hello')
      return delivery.submit(amy, peer, from('amy@td.example'), to(list.address), own)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('a post waits sealed, its moderator reads it in a mailbox of its own, and the members get it by his word', async () => {
  await using t = await open()
  const { fake, waiting, settle } = t
  await t.arrive()
  // A client that did not hear the reply sends it again.
  await t.arrive()
  const [post, ...others] = await waiting()
  assert.ok(post)
  assert.deepEqual(others, [])
  assert.equal(post.expiresAt, t.clock.now() + moderationMs)
  assert.deepEqual(
    fake.copies.map(({ accountId, mailboxId }) => [accountId, mailboxId]),
    [['dan', 'dan/Moderation']],
  )
  assert.match(fake.copies[0]?.text ?? '', new RegExp(`Tamar-Moderation: ${post.id} news@td`))
  assert.equal(
    fake.settled[0]?.outcomes?.find(({ result }) => result === 'held')?.reason,
    'moderation',
  )
  assert.equal(fake.queued.length, 0)
  assert.equal(await settle('let-through'), true)
  const sent = fake.queued.flatMap(({ envelope, recipients }) =>
    recipients.map(({ forwardPath, trace = '' }) => [
      envelope.reversePath,
      forwardPath,
      /List-Id: <news\.td\.example>/.test(trace),
    ]),
  )
  assert.deepEqual(sent, [
    ['dan@td.example', 'amy@td.example', true],
    ['dan@td.example', 'far@other.example', true],
  ])
  // A moderator who is a member gets it as one: it is not what he was shown, sent twice.
  const [queued] = fake.queued
  assert.notEqual(queued?.envelope.sameness ?? '', '')
  assert.notEqual(queued?.envelope.sameness, factsOf(post.facts).sameness)
  assert.deepEqual(await waiting(), [])
})

test('a user hears that the moderator refused; a stranger who may be forged is not written to', async () => {
  await using t = await open()
  const { fake, settle } = t
  await t.submit()
  assert.equal(await settle('refused'), true)
  const [notice] = fake.queued.splice(0, 1)
  assert.deepEqual(
    notice?.recipients.map(({ forwardPath }) => forwardPath),
    ['amy@td.example'],
  )
  assert.match(String(notice?.content), /550 5\.7\.2 The moderator of this list did not let it/)
  await t.arrive()
  assert.equal(await settle('refused'), true)
  assert.equal(fake.queued.length, 0)
})

test('of two who decide at once one does', async () => {
  await using t = await open()
  await t.arrive()
  const both = await Promise.all([t.settle('let-through'), t.settle('refused')])
  assert.deepEqual(both.toSorted(), [false, true])
})

test('its time ends, and then it is among what expired', async () => {
  await using t = await open()
  await t.arrive()
  assert.deepEqual(await t.moderation.expired(), [])
  t.clock.advance(moderationMs)
  assert.equal((await t.moderation.expired()).length, 1)
})

test('whoever writes to the database does not move a post to a list of his', async () => {
  await using t = await open()
  await t.arrive()
  await t.owner.single({ text: `UPDATE moderated_post SET list_id = '${otherId}'` })
  assert.deepEqual(await t.moderation.waitingFor([otherId]), [])
  assert.equal(t.alarms.length, 1)
})

test('what is sent to a list for which too much waits is not taken for now, and others are', async () => {
  await using t = await open()
  const { fake, owner } = t
  await owner.single({
    text: `INSERT INTO moderated_post
      SELECT 0, gen_random_uuid(), '${listId}', decode(lpad(to_hex(n), 8, '0'), 'hex'), 1, 1, 1, '', ''
      FROM generate_series(1, ${moderatedListMax}) AS n`,
  })
  await assert.rejects(t.arrive(), (error) => isRefusal(error, 'too-busy'))
  assert.deepEqual(fake.copies, [])
  await t.delivery.deliver(
    peer,
    from('zoe@example.org'),
    to('amy@td.example'),
    message('From: z@a.b'),
  )
  assert.equal(fake.copies.length, 1)
})
