/** RFC 8621 §6 and §7: identities, and what is sent. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { until } from '../../support/until.ts'
import { submission, type Client, type Suite } from './client.ts'

const identityOf = async (client: Client) => {
  const { list } = await client.ok('Identity/get', { ids: null })
  return list.find(({ email }: { email: string }) => email === client.address)
}

const draftTo = async (client: Client, to: string, more: object = {}) => {
  const draft = {
    mailboxIds: { [client.inbox]: true },
    keywords: { $draft: true },
    from: [{ email: client.address }],
    to: [{ email: to }],
    subject: `sent ${Math.random()}`,
    bodyValues: { t: { value: 'text' } },
    textBody: [{ partId: 't' }],
    ...more,
  }
  const { created } = await client.ok('Email/set', { create: { d: draft } })
  return { id: created.d.id as string, subject: draft.subject }
}

export function testSending(of: () => Suite): void {
  it('§6: an identity has every property, and those of the directory stay', async () => {
    const { lee } = of()
    const { id, ...identity } = await identityOf(lee)
    assert.deepEqual(
      Object.keys(identity).toSorted(),
      'bcc email htmlSignature mayDelete name replyTo textSignature'.split(' '),
    )
    const { notDestroyed } = await lee.ok('Identity/set', { destroy: [id] })
    assert.deepEqual([identity.mayDelete, notDestroyed[id].type], [false, 'forbidden'])
  })

  it('§6.3: for another’s address there is none; the email of one cannot be changed', async () => {
    const { lee, wong } = of()
    const { notCreated } = await lee.ok('Identity/set', { create: { a: { email: wong.address } } })
    assert.equal(notCreated.a.type, 'forbiddenFrom')
    const { created } = await lee.ok('Identity/set', { create: { a: { email: lee.address } } })
    assert.deepEqual(
      [created.a.name, created.a.replyTo, created.a.textSignature, created.a.mayDelete],
      ['', null, '', true],
    )
    const { id } = created.a
    const { notUpdated } = await lee.ok('Identity/set', {
      update: { [id]: { email: wong.address } },
    })
    assert.equal(notUpdated[id].type, 'invalidProperties')
    assert.deepEqual((await lee.ok('Identity/set', { destroy: [id] })).destroyed, [id])
  })

  it('§7.5: the envelope is of the message where none is given: each address once, Bcc too, which nobody sees', async () => {
    const { lee, wong } = of()
    const identity = await identityOf(lee)
    const more = { cc: [{ email: wong.address }], bcc: [{ email: lee.address }] }
    const { id, subject } = await draftTo(lee, wong.address, more)
    const { created } = await lee.ok('EmailSubmission/set', {
      create: { s: { identityId: identity.id, emailId: id } },
    })
    const { list } = await lee.ok('EmailSubmission/get', { ids: [created.s.id] })
    const [{ envelope, undoStatus, emailId, identityId, threadId }] = list
    assert.deepEqual(envelope.mailFrom, { email: lee.address, parameters: null })
    assert.deepEqual(
      envelope.rcptTo.map(({ email }: { email: string }) => email),
      [wong.address, lee.address],
    )
    assert.deepEqual(
      [undoStatus, emailId, identityId, typeof threadId],
      ['final', id, identity.id, 'string'],
    )
    const arrived = await until('its arrival', 10_000, async () => {
      const { ids } = await wong.ok('Email/query', { filter: { subject } })
      return ids.length === 1 && (ids[0] as string)
    })
    const { bcc } = await wong.email(arrived, ['bcc'])
    assert.equal(bcc, null)
  })

  it('§7.5: what is wrong with a submission is told by its name, and nothing is sent', async () => {
    const { lee, wong } = of()
    const identity = await identityOf(lee)
    const { id } = await draftTo(lee, wong.address)
    const { id: toNobody } = await draftTo(lee, wong.address, { to: null })
    const envelope = (from: string, ...to: string[]) => ({
      mailFrom: { email: from },
      rcptTo: to.map((email) => ({ email })),
    })
    const create = {
      email: { identityId: identity.id, emailId: 'none' },
      identity: { identityId: 'none', emailId: id },
      nobody: { identityId: identity.id, emailId: toNobody },
      from: { identityId: identity.id, emailId: id, envelope: envelope(wong.address, lee.address) },
      unknown: {
        identityId: identity.id,
        emailId: id,
        envelope: envelope(lee.address, 'nobody-at-all@td.gov.example'),
      },
      property: { identityId: identity.id, emailId: id, undoStatus: 'final' },
    }
    const { created, notCreated } = await lee.ok('EmailSubmission/set', { create })
    assert.equal(created, null)
    const types = Object.fromEntries(
      Object.entries<{ type: string }>(notCreated).map(([name, { type }]) => [name, type]),
    )
    assert.deepEqual(types, {
      email: 'invalidProperties',
      identity: 'invalidProperties',
      nobody: 'noRecipients',
      from: 'forbiddenMailFrom',
      unknown: 'invalidRecipients',
      property: 'invalidProperties',
    })
    assert.deepEqual(notCreated.unknown.invalidRecipients, ['nobody-at-all@td.gov.example'])
  })

  it('§7.5: what follows for the Email follows in an implicit Email/set, where it was sent', async () => {
    const { lee, wong } = of()
    const identity = await identityOf(lee)
    const { id } = await draftTo(lee, wong.address)
    const { id: second } = await draftTo(lee, wong.address)
    const create = {
      a: { identityId: identity.id, emailId: id },
      b: { identityId: identity.id, emailId: second },
      c: { identityId: 'none', emailId: id },
    }
    const args = {
      create,
      onSuccessUpdateEmail: { '#a': { 'keywords/$draft': null }, '#c': { 'keywords/never': true } },
      onSuccessDestroyEmail: ['#b'],
    }
    const [sent, set] = await lee.calls([['EmailSubmission/set', args, 'x']])
    assert.deepEqual([sent?.[0], set?.[0], set?.[2]], ['EmailSubmission/set', 'Email/set', 'x'])
    assert.deepEqual([set?.[1].updated, set?.[1].destroyed], [{ [id]: null }, [second]])
    assert.deepEqual((await lee.email(id, ['keywords'])).keywords, {})
  })

  it('§7.5: an argument that is wrong sends nothing', async () => {
    const { lee, wong } = of()
    const identity = await identityOf(lee)
    const { id } = await draftTo(lee, wong.address)
    const before = await lee.state('EmailSubmission')
    const create = { a: { identityId: identity.id, emailId: id } }
    for (const more of [
      { onSuccessUpdateEmail: { '#a': 'x' } },
      { onSuccessDestroyEmail: '#a' },
      { nothing: 1 },
    ])
      assert.equal(await lee.fault('EmailSubmission/set', { create, ...more }), 'invalidArguments')
    assert.equal(await lee.state('EmailSubmission'), before)
  })

  it('§7, §1.3.2: what waits can be taken back, and no other property changed; what is sent cannot', async () => {
    const { lee, wong } = of()
    const { maxDelayedSend, submissionExtensions } =
      lee.session.accounts[lee.accountId].accountCapabilities[submission]
    assert.ok(maxDelayedSend > 0 && 'FUTURERELEASE' in submissionExtensions)
    const identity = await identityOf(lee)
    const { id } = await draftTo(lee, wong.address)
    const held = (seconds: number) => ({
      identityId: identity.id,
      emailId: id,
      envelope: {
        mailFrom: { email: lee.address, parameters: { HOLDFOR: `${seconds}` } },
        rcptTo: [{ email: wong.address }],
      },
    })
    const create = {
      far: held(maxDelayedSend + 1),
      a: held(3_600),
      now: { identityId: identity.id, emailId: id },
    }
    const { created, notCreated } = await lee.ok('EmailSubmission/set', { create })
    assert.equal(notCreated.far.type, 'invalidProperties')
    assert.deepEqual([created.a.undoStatus, created.now.undoStatus], ['pending', 'final'])
    assert.ok(Math.abs(Date.parse(created.a.sendAt) - Date.now() - 3_600_000) < 60_000)
    const { list } = await lee.ok('EmailSubmission/get', { ids: [created.a.id] })
    const why = async (of_: string, patch: object) =>
      (await lee.ok('EmailSubmission/set', { update: { [of_]: patch } })).notUpdated?.[of_].type
    assert.equal(await why(created.a.id, { sendAt: '2030-01-01T00:00:00Z' }), 'invalidProperties')
    assert.equal(await why(created.a.id, { ...list[0], undoStatus: 'canceled' }), undefined)
    assert.equal(
      (await lee.ok('EmailSubmission/get', { ids: [created.a.id] })).list[0].undoStatus,
      'canceled',
    )
    assert.equal(await why(created.now.id, { undoStatus: 'canceled' }), 'cannotUnsend')
  })

  it('§7.3: submissions are found by every condition, and sorted', async () => {
    const { lee } = of()
    const { list } = await lee.ok('EmailSubmission/get', { ids: null })
    const [one] = list
    const found = async (filter: object) => (await lee.ok('EmailSubmission/query', { filter })).ids
    const idsWhere = (is: (each: typeof one) => boolean) =>
      list
        .filter(is)
        .map(({ id }: { id: string }) => id)
        .toSorted()
    assert.deepEqual(
      (await found({ emailIds: [one.emailId] })).toSorted(),
      idsWhere(({ emailId }: typeof one) => emailId === one.emailId),
    )
    assert.deepEqual((await found({ threadIds: [one.threadId] })).includes(one.id), true)
    assert.deepEqual((await found({ identityIds: [one.identityId] })).length, list.length)
    assert.deepEqual(
      (await found({ undoStatus: 'canceled' })).toSorted(),
      idsWhere(({ undoStatus }: typeof one) => undoStatus === 'canceled'),
    )
    assert.deepEqual(await found({ before: '2001-01-01T00:00:00Z' }), [])
    for (const property of ['emailId', 'threadId', 'sentAt']) {
      const { ids } = await lee.ok('EmailSubmission/query', { sort: [{ property }] })
      assert.equal(ids.length, list.length, property)
    }
  })
}
