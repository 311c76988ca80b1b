/** RFC 8621 §6 and §7, over HTTPS: one test a sentence that says MUST. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { formatUtcDate } from '../core/arguments.ts'
import { openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'

describe('sending by JMAP', { timeout: 120_000 }, () => {
  let world: JmapWorld
  let accountId = ''
  let identityId = ''
  let [drafts, sent] = ['', '']
  before(async () => {
    world = await openJmapWorld()
    accountId = world.ids.alice
    const { list } = await call('Identity/get', { ids: null })
    identityId = list[0].id
    const mailboxes = await world.store.mailboxes(accountId)
    drafts = mailboxes.find(({ role }) => role === 'drafts')?.id ?? ''
    sent = mailboxes.find(({ role }) => role === 'sent')?.id ?? ''
  })
  after(async () => {
    await world[Symbol.asyncDispose]()
    assert.deepEqual(world.faults, [])
  })

  const call = (name: string, args: object, who?: string) =>
    world.call(name, { accountId, ...args }, who)
  const draft = (subject: string) => ({
    mailboxIds: { [drafts]: true },
    keywords: { $draft: true },
    from: [{ email: 'alice@td.example' }],
    to: [{ email: 'b@td.example' }],
    bcc: [{ email: 'c@td.example' }, { email: 'b@td.example' }],
    subject,
  })
  async function makeDraft(subject: string): Promise<string> {
    return (await call('Email/set', { create: { d: draft(subject) } })).created.d.id
  }

  it('tells whom somebody may send as, by account, and lets nobody say it himself (§6)', async () => {
    const { list, state } = await call('Identity/get', { ids: null })
    assert.deepEqual(
      [list[0].email, list[0].name, list[0].mayDelete],
      ['alice@td.example', 'alice', false],
    )
    const post = await world.call('Identity/get', { accountId: world.ids.post, ids: null })
    assert.equal(post.list[0].email, 'seo@td.example')
    const { notUpdated, notCreated, notDestroyed } = await call('Identity/set', {
      update: { [identityId]: { email: 'x@y.example' }, nothing: { name: 'x' } },
      create: { a: { email: 'x@y.example' }, b: { name: 'x' } },
      destroy: [post.list[0].id],
    })
    assert.deepEqual(
      [notUpdated[identityId].properties, notUpdated.nothing.type],
      [['email'], 'notFound'],
    )
    assert.equal(notDestroyed[post.list[0].id].type, 'notFound')
    const kept = await call('Identity/set', { destroy: [identityId] })
    assert.equal(kept.notDestroyed[identityId].type, 'forbidden')
    assert.deepEqual([notCreated.a.type, notCreated.b.properties], ['forbiddenFrom', ['email']])
    assert.deepEqual((await call('Identity/changes', { sinceState: state })).updated, [])
    const other = await call('Identity/changes', { sinceState: 'other' })
    assert.equal(other.type, 'cannotCalculateChanges')
  })

  it('keeps how somebody signs as each identity, for himself (§6.3)', async () => {
    const signing = {
      name: 'Alice Chan 陳小明',
      replyTo: [{ name: null, email: 'office@td.example' }],
      bcc: [{ name: 'File', email: 'file@td.example' }],
      textSignature: '-- \nAlice',
      htmlSignature: '<b>Alice</b>',
    }
    const { state } = await call('Identity/get', { ids: [] })
    const { updated, oldState, newState } = await call('Identity/set', {
      update: { [identityId]: signing },
    })
    assert.deepEqual([updated, oldState], [{ [identityId]: null }, state])
    assert.notEqual(newState, oldState)
    const { list } = await call('Identity/get', { ids: [identityId] })
    const { id: _, ...shown } = list[0]
    assert.deepEqual(shown, { ...signing, email: 'alice@td.example', mayDelete: false })
    await call('Identity/set', { update: { [identityId]: { textSignature: null } } })
    const { list: after } = await call('Identity/get', { ids: [identityId] })
    assert.deepEqual([after[0].textSignature, after[0].name], ['', signing.name])
    const wrong = {
      name: 7,
      replyTo: [{ email: 'a b' }],
      bcc: 'x@y.example',
      htmlSignature: [],
      mayDelete: true,
    }
    const refused = await call('Identity/set', { update: { [identityId]: wrong } })
    assert.deepEqual(refused.notUpdated[identityId].properties, Object.keys(wrong))
    const large = { htmlSignature: 'x'.repeat(300_000) }
    const { notUpdated } = await call('Identity/set', { update: { [identityId]: large } })
    assert.equal(notUpdated[identityId].type, 'tooLarge')
  })

  it('makes and destroys more identities for an address that is his (§6.3)', async () => {
    const { created } = await call('Identity/set', {
      create: { a: { email: 'Alice@td.example', name: 'Acting Secretary' } },
    })
    const { id, ...said } = created.a
    const given = { replyTo: null, bcc: null, textSignature: '', htmlSignature: '' }
    assert.deepEqual(said, { ...given, email: 'alice@td.example', mayDelete: true })
    const emailId = await makeDraft('by another identity')
    const sent_ = await call('EmailSubmission/set', { create: { s: { identityId: id, emailId } } })
    assert.equal(sent_.created.s.undoStatus, 'final')
    const elsewhere = await world.call('Identity/get', { accountId: world.ids.post, ids: [id] })
    assert.deepEqual(elsewhere.notFound, [id])
    assert.deepEqual((await call('Identity/set', { destroy: [id] })).destroyed, [id])
    assert.deepEqual((await call('Identity/get', { ids: [id] })).notFound, [id])
  })

  it('writes, sends and files in one request (§7.5)', async () => {
    const responses = await world.calls([
      ['Email/set', { accountId, create: { d: draft('one request') } }],
      [
        'EmailSubmission/set',
        {
          accountId,
          create: { s: { identityId, emailId: '#d' } },
          onSuccessUpdateEmail: {
            '#s': {
              'keywords/$draft': null,
              [`mailboxIds/${drafts}`]: null,
              [`mailboxIds/${sent}`]: true,
            },
          },
        },
      ],
    ])
    assert.deepEqual(
      responses.map(([name]) => name),
      ['Email/set', 'EmailSubmission/set', 'Email/set'],
    )
    const emailId = responses[0]?.[1].created.d.id
    assert.equal(responses[1]?.[1].created.s.undoStatus, 'final')
    assert.deepEqual(responses[2]?.[1].updated, { [emailId]: null })
    const last = world.sent.at(-1)
    assert.equal(last?.envelope.reversePath, 'alice@td.example')
    assert.deepEqual(
      last?.recipients.map(({ forwardPath }) => forwardPath),
      ['b@td.example', 'c@td.example'],
    )
    const { list } = await call('Email/get', {
      ids: [emailId],
      properties: ['mailboxIds', 'keywords'],
    })
    assert.deepEqual(list, [{ id: emailId, mailboxIds: { [sent]: true }, keywords: {} }])
  })

  it('takes the envelope that is given, and no parameters that are not advertised (§7)', async () => {
    const emailId = await makeDraft('envelope')
    const address = (email: string) => ({ email, parameters: null })
    const envelope = { mailFrom: address('alice@td.example'), rcptTo: [address('d@td.example')] }
    const { created } = await call('EmailSubmission/set', {
      create: { s: { identityId, emailId, envelope } },
    })
    const { list } = await call('EmailSubmission/get', { ids: [created.s.id] })
    assert.deepEqual(list[0].envelope, envelope)
    assert.deepEqual(
      [list[0].emailId, list[0].identityId, list[0].undoStatus],
      [emailId, identityId, 'final'],
    )
    const wished = {
      ...envelope,
      mailFrom: { email: 'alice@td.example', parameters: { 'MT-PRIORITY': '9' } },
    }
    const refused = await call('EmailSubmission/set', {
      create: { s: { identityId, emailId, envelope: wished } },
    })
    assert.deepEqual(refused.notCreated.s.properties, ['envelope'])
  })

  it('says what is wrong and sends nothing then (§7.5)', async () => {
    const emailId = await makeDraft('wrong')
    const count = world.sent.length
    world.unknown.add('nobody@td.example')
    const envelope = (from: string, ...to: string[]) => ({
      mailFrom: { email: from },
      rcptTo: to.map((email) => ({ email })),
    })
    const me = 'alice@td.example'
    const wrong: [object, string][] = [
      [{ emailId }, 'invalidProperties'],
      [{ identityId }, 'invalidProperties'],
      [{ identityId, emailId: 'nothing' }, 'invalidProperties'],
      [{ identityId, emailId, sendAt: '2030-01-01T00:00:00Z' }, 'invalidProperties'],
      [{ identityId, emailId, envelope: envelope(me) }, 'noRecipients'],
      [{ identityId, emailId, envelope: envelope('evil@x.example', me) }, 'forbiddenMailFrom'],
      [
        { identityId, emailId, envelope: envelope(me, me, 'nobody@td.example') },
        'invalidRecipients',
      ],
    ]
    for (const [object, type] of wrong) {
      const onSuccessDestroyEmail = ['#s']
      const answer = await call('EmailSubmission/set', {
        create: { s: object },
        onSuccessDestroyEmail,
      })
      assert.equal(answer.notCreated.s.type, type, JSON.stringify(object))
    }
    assert.equal(world.sent.length, count)
    assert.equal((await call('Email/get', { ids: [emailId] })).list.length, 1)
  })

  it('takes nothing back that is sent, and lets its record be destroyed (§7.5)', async () => {
    const emailId = await makeDraft('undo')
    const { created, newState } = await call('EmailSubmission/set', {
      create: { s: { identityId, emailId } },
    })
    const { id } = created.s
    const undo = await call('EmailSubmission/set', { update: { [id]: { undoStatus: 'canceled' } } })
    assert.equal(undo.notUpdated[id].type, 'cannotUnsend')
    const done = await call('EmailSubmission/set', { destroy: [id, 'nothing'] })
    assert.deepEqual([done.destroyed, done.notDestroyed.nothing.type], [[id], 'notFound'])
    const changes = await call('EmailSubmission/changes', { sinceState: newState })
    assert.deepEqual([changes.created, changes.destroyed], [[], [id]])
  })

  it('tells of each recipient what is known, and no more (§7)', async () => {
    const emailId = await makeDraft('statuses')
    const [here, full, far, gone] = [
      'b@td.example',
      'full@x.example',
      'far@x.example',
      'gone@x.example',
    ]
    const envelope = {
      mailFrom: { email: 'alice@td.example' },
      rcptTo: [here, full, far, gone].map((email) => ({ email })),
    }
    world.waiting.clear()
    const { created } = await call('EmailSubmission/set', {
      create: { s: { identityId, emailId, envelope } },
    })
    const read = async () => (await getOne(created.s.id)).deliveryStatus
    const unknown = { smtpReply: '', delivered: 'unknown', displayed: 'unknown' }
    const queued = { smtpReply: '250 2.0.0 Queued', delivered: 'queued', displayed: 'unknown' }
    const first = {
      [here]: { ...unknown, smtpReply: '250 2.1.5 Delivered', delivered: 'yes' },
      [full]: { ...unknown, smtpReply: '552 5.2.2 Full', delivered: 'no' },
      [far]: queued,
      [gone]: queued,
    }
    assert.deepEqual(await read(), first)
    const [farId = '', goneId = ''] = world.waiting.keys()
    world.waiting.set(farId, { code: 451, enhanced: '4.4.1', text: 'No answer' })
    world.waiting.delete(goneId)
    const smtpReply = '451 4.4.1 No answer'
    const then = { ...first, [far]: { ...queued, smtpReply }, [gone]: unknown }
    assert.deepEqual(await read(), then)
  })

  const later = (parameters: object) => ({
    mailFrom: { email: 'alice@td.example', parameters },
    rcptTo: [{ email: 'b@td.example' }],
  })
  async function hold(subject: string, parameters: object = { HOLDFOR: '30' }) {
    const emailId = await makeDraft(subject)
    const create = { s: { identityId, emailId, envelope: later(parameters) } }
    const { created } = await call('EmailSubmission/set', { create })
    return { emailId, ...created.s }
  }
  const getOne = async (id: string) => (await call('EmailSubmission/get', { ids: [id] })).list[0]

  it('advertises how long mail may wait, and what SMTP calls it (§1.3.2)', async () => {
    const { body } = await world.ask('/jmap/session')
    const { maxDelayedSend, submissionExtensions } =
      body.accounts[accountId].accountCapabilities['urn:ietf:params:jmap:submission']
    assert.equal(submissionExtensions.FUTURERELEASE[0], String(maxDelayedSend))
    const wrong = [
      { HOLDFOR: String(maxDelayedSend + 1) },
      { HOLDFOR: 'soon' },
      { HOLDFOR: '1', HOLDUNTIL: '2030-01-01T00:00:00Z' },
      { HOLDUNTIL: 'tomorrow' },
    ]
    const emailId = await makeDraft('too late')
    for (const parameters of wrong) {
      const create = { s: { identityId, emailId, envelope: later(parameters) } }
      const { notCreated } = await call('EmailSubmission/set', { create })
      assert.deepEqual(notCreated.s.properties, ['envelope'], JSON.stringify(parameters))
    }
  })

  it('holds a message until its time, and sends it then (§7)', async () => {
    const before = world.sent.length
    const made = await hold('in half a minute')
    assert.equal(made.undoStatus, 'pending')
    assert.equal(Date.parse(made.sendAt), Math.floor(world.clock.now() / 1000) * 1000 + 30_000)
    const waiting = await getOne(made.id)
    assert.deepEqual(
      [waiting.undoStatus, waiting.envelope.mailFrom.parameters],
      ['pending', { HOLDFOR: '30' }],
    )
    assert.equal(await world.sendHeldMail(), 0)
    assert.equal(world.sent.length, before)
    const { state } = await call('EmailSubmission/get', { ids: [] })
    world.clock.advance(30_000)
    assert.equal(await world.sendHeldMail(), 1)
    assert.match(world.sent.at(-1)?.message ?? '', /in half a minute/)
    assert.equal((await getOne(made.id)).undoStatus, 'final')
    const changes = await call('EmailSubmission/changes', { sinceState: state })
    assert.deepEqual(changes.updated, [made.id])
  })

  it('takes a waiting message back, and its Email with it (§7.5)', async () => {
    const { id, emailId } = await hold('taken back')
    const responses = await world.calls([
      [
        'EmailSubmission/set',
        {
          accountId,
          update: { [id]: { undoStatus: 'canceled' } },
          onSuccessUpdateEmail: { [id]: { 'keywords/$draft': null } },
        },
      ],
    ])
    assert.deepEqual(
      responses.map(([name, { updated }]) => [name, updated]),
      [
        ['EmailSubmission/set', { [id]: null }],
        ['Email/set', { [emailId]: null }],
      ],
    )
    assert.equal((await getOne(id)).undoStatus, 'canceled')
    const before = world.sent.length
    world.clock.advance(60_000)
    assert.equal(await world.sendHeldMail(), 0)
    assert.equal(world.sent.length, before)
    const again = await call('EmailSubmission/set', { update: { [id]: { undoStatus: 'pending' } } })
    assert.deepEqual(again.notUpdated[id].properties, ['undoStatus'])
  })

  it('says of a waiting message at once what it would say of one that leaves (§7.5)', async () => {
    const { id: emailId } = (
      await call('Email/set', { create: { d: { ...draft('no author'), from: null } } })
    ).created.d
    const envelope = later({ HOLDUNTIL: formatUtcDate(world.clock.now() + 60_000) })
    const { notCreated } = await call('EmailSubmission/set', {
      create: { s: { identityId, emailId, envelope } },
    })
    assert.equal(notCreated.s.type, 'invalidEmail')
  })

  it('sends what waits though its record and its Email are destroyed (§7.5)', async () => {
    const { id, emailId } = await hold('destroyed')
    await call('EmailSubmission/set', { destroy: [id], onSuccessDestroyEmail: [id] })
    assert.deepEqual((await call('Email/get', { ids: [emailId] })).notFound, [emailId])
    world.clock.advance(30_000)
    assert.equal(await world.sendHeldMail(), 1)
    assert.match(world.sent.at(-1)?.message ?? '', /destroyed/)
  })

  it('answers with an error of the method only where nothing was sent, or says so (RFC 8620 §3.6.2)', async () => {
    const emailId = await makeDraft('several')
    const to = (email: string) => ({
      identityId,
      emailId,
      envelope: { mailFrom: { email: 'alice@td.example' }, rcptTo: [{ email }] },
    })
    const [good, busy, bug] = [to('b@td.example'), to('busy@td.example'), to('bug@td.example')]
    const send = (create: object) => call('EmailSubmission/set', { create })
    assert.equal((await send({ busy, good })).type, 'serverUnavailable')
    const { created, notCreated } = await send({ good, busy })
    assert.deepEqual([Object.keys(created), notCreated.busy.type], [['good'], 'serverFail'])
    assert.equal((await send({ bug })).type, 'serverFail')
    assert.equal((await send({ good, bug })).type, 'serverPartialFail')
    assert.deepEqual(
      world.faults.splice(0).map((fault) => fault instanceof Error && fault.message),
      ['a bug', 'a bug'],
    )
  })

  it('finds what was sent by Email, thread, identity and time (§7.3)', async () => {
    const emailId = await makeDraft('found')
    const { created, oldState } = await call('EmailSubmission/set', {
      create: { s: { identityId, emailId } },
    })
    const { id } = created.s
    const query = async (filter: object) => (await call('EmailSubmission/query', { filter })).ids
    assert.deepEqual(await query({ emailIds: [emailId] }), [id])
    assert.deepEqual(await query({ emailIds: [emailId], undoStatus: 'pending' }), [])
    assert.deepEqual(await query({ identityIds: ['other'] }), [])
    const changes = await call('EmailSubmission/changes', { sinceState: oldState })
    assert.deepEqual(changes.created, [id])
    const delta = await call('EmailSubmission/queryChanges', { sinceQueryState: oldState })
    assert.equal(delta.type, 'cannotCalculateChanges')
  })
})
