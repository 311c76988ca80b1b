/** RFC 9007, over HTTPS: one test a sentence. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { core, mdn, openJmapWorld, type JmapWorld } from '../../../test/support/jmap-world.ts'

describe('disposition notifications', { timeout: 120_000 }, () => {
  let world: JmapWorld
  let [accountId, identityId, otherIdentityId] = ['', '', '']
  before(async () => {
    world = await openJmapWorld()
    accountId = world.ids.alice
    const identityOf = async (of: string) =>
      (await world.call('Identity/get', { accountId: of, ids: null })).list[0].id
    identityId = await identityOf(accountId)
    otherIdentityId = await identityOf(world.ids.post)
  })
  after(async () => {
    await world[Symbol.asyncDispose]()
    assert.deepEqual(world.faults, [])
  })

  let count = 0
  const ask = (more = '', wish = 'Disposition-Notification-To: Wong <wong@far.example>\r\n') =>
    world.append(
      accountId,
      'INBOX',
      `Return-Path: <wong@far.example>\r\nFrom: wong@far.example\r\nTo: alice@td.example\r\n` +
        `Subject: =?UTF-8?B?5Y2H6ZmN5qmf?= plan\r\nMessage-ID: <m${(count += 1)}@far.example>\r\n` +
        `${wish}${more}\r\nText 文字\r\n`,
    )
  const disposition = {
    actionMode: 'manual-action',
    sendingMode: 'mdn-sent-manually',
    type: 'displayed',
  }
  const keep = { 'keywords/$mdnsent': true }
  const send = (wish: object, more: object = {}) =>
    world.calls([
      [
        'MDN/send',
        {
          accountId,
          identityId,
          send: { k: { disposition, ...wish } },
          onSuccessUpdateEmail: { '#k': keep },
          ...more,
        },
      ],
    ])
  const errorOf = async (wish: object, more: object = {}) =>
    (await send(wish, more))[0]?.[1].notSent?.k

  it('is advertised (§1.3)', async () => {
    const { body } = await world.ask('/jmap/session')
    assert.deepEqual(body.capabilities[mdn], {})
    assert.deepEqual(body.accounts[accountId].accountCapabilities[mdn], {})
  })

  it('sends who asked what became of his message, and remembers it (§2.1)', async () => {
    const forEmailId = await ask('Original-Recipient: rfc822; old@td.example\r\n')
    const said = {
      forEmailId,
      subject: 'Gelesen 已讀',
      textBody: 'It was shown. 已顯示。',
      reportingUA: 'desk; Tamar',
      includeOriginalMessage: true,
      extensionFields: { 'X-Desk': '7' },
    }
    const [answer, set] = await send(said)
    assert.deepEqual(answer?.[1].notSent, null)
    assert.deepEqual(answer?.[1].sent.k, {
      finalRecipient: 'rfc822; alice@td.example',
      originalRecipient: 'rfc822; old@td.example',
      originalMessageId: `<m${count}@far.example>`,
      mdnGateway: null,
      error: null,
    })
    assert.deepEqual([set?.[0], set?.[1].updated], ['Email/set', { [forEmailId]: null }])
    const { envelope, recipients, message } = world.sent.at(-1) ?? {}
    assert.equal(envelope?.reversePath, '')
    assert.deepEqual(
      recipients?.map(({ forwardPath }) => forwardPath),
      ['wong@far.example'],
    )
    assert.match(message ?? '', /^From: <alice@td.example>\r\nTo: <wong@far.example>\r\n/)
    assert.match(message ?? '', /report-type=disposition-notification/)
    assert.match(message ?? '', /\r\nDisposition: manual-action\/MDN-sent-manually; displayed\r\n/)
    // Whoever gets it, reads it.
    const arrived = await world.append(world.ids.bob, 'INBOX', message ?? '')
    const blobIds = [`M${arrived}`]
    const theirs = { accountId: world.ids.bob, blobIds }
    const { parsed } = await world.call('MDN/parse', theirs, 'bob:secret')
    assert.deepEqual(parsed[`M${arrived}`], {
      ...said,
      forEmailId: null,
      disposition,
      mdnGateway: null,
      originalRecipient: 'rfc822; old@td.example',
      finalRecipient: 'rfc822; alice@td.example',
      originalMessageId: `<m${count}@far.example>`,
      error: null,
    })
    const again = await errorOf({ forEmailId })
    assert.deepEqual(again, { type: 'mdnAlreadySent' })
  })

  it('says all by itself where the client says nothing (§2)', async () => {
    const [answer] = await send({ forEmailId: await ask() })
    const { subject, textBody, includeOriginalMessage, reportingUA } = answer?.[1].sent.k ?? {}
    assert.deepEqual(
      [subject, includeOriginalMessage, reportingUA],
      ['Receipt 回條: 升降機 plan', false, null],
    )
    assert.match(textBody, /was displayed[^]*已向收件人顯示/)
    assert.doesNotMatch(world.sent.at(-1)?.message ?? '', /Reporting-UA|Text 文字/)
  })

  it('sends nothing that would not set the keyword (§2.1)', async () => {
    const before = world.sent.length
    const forEmailId = await ask()
    const wrong = [
      {},
      { '#k': { 'keywords/$seen': true } },
      { '#k': { 'keywords/$mdnsent': null } },
      { '#other': keep },
      { '#k': { keywords: { $MDNSent: true } } },
    ]
    for (const onSuccessUpdateEmail of wrong) {
      const [answer] = await send({ forEmailId }, { onSuccessUpdateEmail })
      assert.equal(answer?.[1].type, 'invalidArguments')
    }
    const whole = { onSuccessUpdateEmail: { '#k': { keywords: { $mdnsent: true } } } }
    const twice = { send: { k: { disposition, forEmailId }, l: { disposition, forEmailId } } }
    const both = { onSuccessUpdateEmail: { ...whole.onSuccessUpdateEmail, '#l': keep } }
    const [answer] = await send({}, { ...twice, ...both })
    assert.deepEqual(Object.keys(answer?.[1].sent), ['k'])
    assert.equal(answer?.[1].notSent.l.type, 'mdnAlreadySent')
    assert.equal(world.sent.length, before + 1)
  })

  it('answers nobody who did not ask, no notification, and no wish it does not know (RFC 8098 §2)', async () => {
    const before = world.sent.length
    assert.equal((await errorOf({ forEmailId: 'nothing' })).type, 'notFound')
    assert.equal((await errorOf({ forEmailId: await ask('', '') })).type, 'notFound')
    const report = 'Content-Type: multipart/report; report-type=Disposition-Notification\r\n'
    assert.equal((await errorOf({ forEmailId: await ask(report) })).type, 'notFound')
    const options = 'Disposition-Notification-Options: pay=required,1\r\n'
    assert.equal((await errorOf({ forEmailId: await ask(options) })).type, 'forbidden')
    const elsewhere = 'Disposition-Notification-To: other@far.example\r\n'
    const alone = { disposition: { ...disposition, sendingMode: 'mdn-sent-automatically' } }
    const quietly = { forEmailId: await ask('', elsewhere), ...alone }
    assert.equal((await errorOf(quietly)).type, 'forbidden')
    assert.equal(world.sent.length, before)
    assert.equal(await errorOf({ forEmailId: await ask(), ...alone }), undefined)
  })

  it('names what is wrong, and lets nobody speak for another (§5)', async () => {
    const forEmailId = await ask()
    const wrong: readonly (readonly [object, readonly string[]])[] = [
      [{ disposition: null }, ['disposition']],
      [{ disposition: { ...disposition, type: 'Displayed' } }, ['disposition']],
      [{ subject: 7, textBody: [] }, ['subject', 'textBody']],
      [{ reportingUA: 'a\r\nBcc: x@y.example' }, ['reportingUA']],
      [{ extensionFields: { Disposition: 'x' } }, ['extensionFields']],
      [{ extensionFields: { 'X-A': 'b\r\nDisposition: x' } }, ['extensionFields']],
      [{ originalMessageId: '<x@y.example>', other: 1 }, ['originalMessageId', 'other']],
    ]
    for (const [more, properties] of wrong)
      assert.deepEqual(await errorOf({ forEmailId, ...more }), {
        type: 'invalidProperties',
        properties,
      })
    const other = { forEmailId, finalRecipient: 'rfc822; boss@td.example' }
    assert.equal((await errorOf(other)).type, 'forbiddenFrom')
    const [noIdentity] = await send({ forEmailId }, { identityId: otherIdentityId })
    assert.equal(noIdentity?.[1].type, 'invalidArguments')
    const body = {
      using: [core, mdn],
      methodCalls: [['MDN/send', { accountId, identityId, send: {} }, 'a']],
    }
    const alone = await world.post(body)
    assert.equal(alone.body.methodResponses[0][1].type, 'unknownMethod')
    const member = { accountId: world.ids.desk, identityId, send: {} }
    const { type } = await world.call('MDN/send', member, 'bob:secret')
    assert.equal(type, 'accountReadOnly')
  })

  const foreign = (id: string) =>
    'From: ho@far.example\r\nTo: alice@td.example\r\nSubject: Return Receipt (displayed)\r\n' +
    `References: <${id}>\r\nMIME-Version: 1.0\r\n` +
    'Content-Type: multipart/report; report-type=disposition-notification;\r\n boundary="x"\r\n\r\n' +
    '--x\r\nContent-Type: text/plain\r\n\r\nShown.\r\n' +
    '--x\r\nContent-Type: message/disposition-notification; name="MDNPart2.txt"\r\n\r\n' +
    'Reporting-UA: far.example; Another Program\r\n  1.0\r\nMDN-Gateway: dns; gate.far.example\r\n' +
    `Final-Recipient: rfc822;ho@far.example\r\nOriginal-Message-ID: <${id}>\r\n` +
    'Disposition: Automatic-Action/MDN-Sent-Automatically; Deleted/error\r\nError: one\r\nError: two\r\n' +
    '\r\n--x\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: old\r\n--x--\r\n'

  it('reads notifications of others, and finds what they are about (§2.2)', async () => {
    const sent =
      'From: alice@td.example\r\nMessage-ID: <sent@td.example>\r\nSubject: old\r\n\r\nx\r\n'
    const forEmailId = await world.append(accountId, 'Sent', sent)
    const id = `M${await world.append(accountId, 'INBOX', foreign('sent@td.example'))}`
    const blobIds = [id, `M${forEmailId}`, 'nothing']
    const { parsed, notParsable, notFound } = await world.call('MDN/parse', { accountId, blobIds })
    assert.deepEqual(parsed[id], {
      forEmailId,
      subject: 'Return Receipt (displayed)',
      textBody: 'Shown.',
      includeOriginalMessage: false,
      reportingUA: 'far.example; Another Program  1.0',
      disposition: {
        actionMode: 'automatic-action',
        sendingMode: 'mdn-sent-automatically',
        type: 'deleted',
      },
      mdnGateway: 'dns; gate.far.example',
      originalRecipient: null,
      finalRecipient: 'rfc822;ho@far.example',
      originalMessageId: '<sent@td.example>',
      error: ['one', 'two'],
      extensionFields: null,
    })
    assert.deepEqual([notParsable, notFound], [[`M${forEmailId}`], ['nothing']])
  })
})
