/** The platform's own JMAP, met as a program would: by fetch, with the demo's people and real access. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { ImapPeer } from '../support/imap-peer.ts'
import { openJam } from '../support/jam-client.ts'
import { tokenByOAuth } from '../support/oauth-token.ts'
import { findSubject, readAs, sendAs } from '../support/mail-programs.ts'
import { bootPlatform, type Person, type Platform } from '../support/platform.ts'
import { until } from '../support/until.ts'

const using = [
  'urn:ietf:params:jmap:core',
  'urn:ietf:params:jmap:mail',
  'urn:ietf:params:jmap:submission',
  'urn:ietf:params:jmap:sieve',
  'urn:ietf:params:jmap:vacationresponse',
]

describe('JMAP on the running platform', { timeout: 240_000 }, () => {
  let platform: Platform
  let origin = ''
  const trusted = getCACertificates('default')
  before(async () => {
    platform = await bootPlatform()
    origin = platform.ready.listeners.https
    setDefaultCACertificates([...trusted, platform.ca])
  })
  after(async () => {
    setDefaultCACertificates(trusted)
    await platform[Symbol.asyncDispose]()
  })

  const sign = ({ address, appPassword }: Person) =>
    `Basic ${Buffer.from(`${address}:${appPassword}`).toString('base64')}`
  const ask = (person: Person, path: string, more: RequestInit = {}) =>
    fetch(new URL(path, origin), {
      ...more,
      headers: { authorization: sign(person), 'content-type': 'application/json' },
    })
  async function calls(person: Person, methodCalls: readonly unknown[]) {
    const body = JSON.stringify({ using, methodCalls })
    const response = await ask(person, '/jmap/api', { method: 'POST', body })
    // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
    const answer = (await response.json()) as any
    assert.equal(response.status, 200, JSON.stringify(answer))
    return answer.methodResponses
  }

  it('finds the session from its well-known place, reads a first screen, and hears of changes', async () => {
    const [person] = platform.ready.people
    assert.ok(person)
    const found = await ask(person, '/.well-known/jmap')
    assert.equal(found.status, 200)
    // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
    const session = (await found.json()) as any
    assert.equal(new URL(session.apiUrl).origin, new URL(origin).origin)
    const accountId = session.primaryAccounts[using[1] ?? '']
    assert.equal(session.accounts[accountId].name, person.address)
    const properties = ['subject', 'from', 'preview', 'receivedAt', 'hasAttachment', 'keywords']
    const [mailboxes, query, emails] = await calls(person, [
      ['Mailbox/get', { accountId, ids: null }, 'm'],
      ['Email/query', { accountId, collapseThreads: true, limit: 50 }, 'q'],
      [
        'Email/get',
        { accountId, '#ids': { resultOf: 'q', name: 'Email/query', path: '/ids' }, properties },
        'g',
      ],
    ])
    const inbox = mailboxes[1].list.find((each: { role: string }) => each.role === 'inbox')
    assert.ok(inbox.totalEmails > 0)
    assert.ok(query[1].ids.length > 0)
    assert.equal(emails[1].list.length, query[1].ids.length)

    const events = await ask(person, '/jmap/events?types=Email&closeafter=state&ping=0')
    const id = query[1].ids[0]
    const update = { [id]: { 'keywords/$flagged': true } }
    const [set] = await calls(person, [['Email/set', { accountId, update }, 's']])
    assert.deepEqual(set[1].updated, { [id]: null })
    assert.match(await events.text(), new RegExp(`"${accountId}":\\{"Email":"`))
    const sinceState = emails[1].state
    const [changes] = await calls(person, [['Email/changes', { accountId, sinceState }, 'c']])
    assert.deepEqual(changes[1].updated, [id])
  })

  it('is named to a mail program at IMAP, whose password opens it and shows the same objects', async () => {
    const [person] = platform.ready.people
    assert.ok(person)
    const port = platform.port('imaps')
    await using closing = new AsyncDisposableStack()
    const socket = connect({ host: 'localhost', port, ca: platform.ca })
    closing.defer(() => void socket.destroy())
    const peer = new ImapPeer('imap', socket, socket)
    await peer.greet()
    const signedIn = await peer.command(`LOGIN "${person.address}" "${person.appPassword}"`)
    assert.match(signedIn.line, / JMAPACCESS[ \]]/)
    const { untagged } = await peer.command('GETJMAPACCESS')
    const [[name, url] = []] = untagged
    assert.deepEqual([name, url], ['JMAPACCESS', `=${origin}/jmap/session`])
    await using reader = await readAs(platform, person)
    const response = await fetch(`${origin}/jmap/session`, {
      headers: { authorization: sign(person) },
    })
    // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
    const accountId = ((await response.json()) as any).primaryAccounts[using[1] ?? '']
    const { mailboxId } = await reader.mailboxOpen('INBOX')
    const message = await reader.fetchOne('1', { threadId: true, uid: true })
    assert.ok(message && message.emailId)
    const ids = [message.emailId]
    const [emails] = await calls(person, [
      ['Email/get', { accountId, ids, properties: ['threadId', 'mailboxIds'] }, 'g'],
    ])
    const [email] = emails[1].list
    assert.deepEqual(email.mailboxIds, { [String(mailboxId)]: true })
    assert.equal(email.threadId, message.threadId)
  })

  it('sends a message that arrives, and files it', async () => {
    const [from, to] = platform.ready.people
    assert.ok(from && to)
    const accountOf = async (person: Person) => {
      // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
      const session = (await (await ask(person, '/jmap/session')).json()) as any
      return session.primaryAccounts[using[1] ?? '']
    }
    const [accountId, theirs] = [await accountOf(from), await accountOf(to)]
    const [identities, mailboxes] = await calls(from, [
      ['Identity/get', { accountId, ids: null }, 'i'],
      ['Mailbox/query', { accountId, filter: { role: 'drafts' } }, 'd'],
    ])
    const identity = identities[1].list.find((one: { email: string }) => one.email === from.address)
    const [drafts] = mailboxes[1].ids
    const subject = 'Sent by JMAP 經 JMAP 寄出'
    const draft = {
      mailboxIds: { [drafts]: true },
      from: [{ name: identity.name, email: from.address }],
      to: [{ email: to.address }],
      subject,
      bodyValues: { t: { value: 'It arrives.' } },
      textBody: [{ partId: 't' }],
    }
    const done = await calls(from, [
      ['Email/set', { accountId, create: { d: draft } }, 'd'],
      [
        'EmailSubmission/set',
        {
          accountId,
          create: { s: { identityId: identity.id, emailId: '#d' } },
          onSuccessUpdateEmail: { '#s': { 'keywords/$seen': true } },
        },
        's',
      ],
    ])
    assert.equal(done[1][1].notCreated, null, JSON.stringify(done))
    assert.equal(done[2][0], 'Email/set')
    const arrived = async () => {
      const filter = { subject: '寄出' }
      const [query] = await calls(to, [['Email/query', { accountId: theirs, filter }, 'q']])
      return query[1].ids.length
    }
    assert.equal(await arrived(), 1)
    const [sent] = await calls(from, [
      ['EmailSubmission/get', { accountId, ids: [done[1][1].created.s.id] }, 'g'],
    ])
    const status = { smtpReply: '250 2.1.5 Delivered', delivered: 'yes', displayed: 'unknown' }
    assert.deepEqual(sent[1].list[0].deliveryStatus, { [to.address]: status })
    // Held for a second, it leaves by itself though nobody asks for it again.
    const later = { ...draft, bodyValues: { t: { value: 'It arrives later.' } } }
    const held = await calls(from, [
      ['Email/set', { accountId, create: { l: later } }, 'd'],
      [
        'EmailSubmission/set',
        {
          accountId,
          create: {
            s: {
              identityId: identity.id,
              emailId: '#l',
              envelope: {
                mailFrom: { email: from.address, parameters: { HOLDFOR: '1' } },
                rcptTo: [{ email: to.address }],
              },
            },
          },
        },
        's',
      ],
    ])
    const { id, undoStatus } = held[1][1].created.s
    assert.equal(undoStatus, 'pending')
    await until('what was held is sent', 60_000, async () => {
      const [got] = await calls(from, [['EmailSubmission/get', { accountId, ids: [id] }, 'g']])
      return got[1].list[0].undoStatus === 'final'
    })
    await until('what was held arrives', 60_000, async () => (await arrived()) === 2)
  })

  it('files what arrives by a script that it put in force', async () => {
    const [from, to] = platform.ready.people
    assert.ok(from && to)
    const accountOf = async (person: Person) => {
      // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
      const session = (await (await ask(person, '/jmap/session')).json()) as any
      return session.primaryAccounts[using[1] ?? '']
    }
    const [mine, theirs] = [await accountOf(from), await accountOf(to)]
    const script = 'require ["fileinto", "mailbox"]; fileinto :create "按主題 Sorted";'
    const headers = { authorization: sign(to), 'content-type': 'application/sieve' }
    const at = new URL(`/jmap/upload/${theirs}`, origin)
    const uploaded = await fetch(at, { method: 'POST', body: script, headers })
    const { blobId } = (await uploaded.json()) as { readonly blobId: string }
    const create = { f: { name: 'sorted', blobId } }
    const args = { accountId: theirs, create, onSuccessActivateScript: '#f' }
    const [set] = await calls(to, [['SieveScript/set', args, 's']])
    assert.equal(set[1].created?.f.isActive, true, JSON.stringify(set))
    const [identities, drafts] = await calls(from, [
      ['Identity/get', { accountId: mine, ids: null }, 'i'],
      ['Mailbox/query', { accountId: mine, filter: { role: 'drafts' } }, 'd'],
    ])
    const identity = identities[1].list.find((one: { email: string }) => one.email === from.address)
    const draft = {
      mailboxIds: { [drafts[1].ids[0]]: true },
      from: [{ email: from.address }],
      to: [{ email: to.address }],
      subject: 'To be sorted',
      bodyValues: { t: { value: 'Please file this.' } },
      textBody: [{ partId: 't' }],
    }
    const submission = { identityId: identity.id, emailId: '#d' }
    await calls(from, [
      ['Email/set', { accountId: mine, create: { d: draft } }, 'd'],
      ['EmailSubmission/set', { accountId: mine, create: { s: submission } }, 's'],
    ])
    const [mailboxes] = await calls(to, [['Mailbox/get', { accountId: theirs, ids: null }, 'm']])
    const sorted = mailboxes[1].list.find((one: { name: string }) => one.name === '按主題 Sorted')
    assert.equal(sorted?.totalEmails, 1)
    const [none] = await calls(to, [
      ['SieveScript/set', { accountId: theirs, onSuccessDeactivateScript: true }, 's'],
    ])
    assert.equal(none[1].updated[set[1].created.f.id].isActive, false)
  })

  it('carries a whole day of a client that nobody here wrote', async () => {
    const [person, other] = platform.ready.people.slice(4)
    assert.ok(person && other)
    const open = async (who: Person) =>
      openJam(`${origin}/.well-known/jmap`, await tokenByOAuth(origin, who, 'jmap'))
    const jam = await open(person)
    const accountId = await jam.getPrimaryAccount()
    const [{ list: mailboxes }] = await jam.api.Mailbox.get({ accountId, ids: null })
    const boxOf = (role: string) => {
      const found = mailboxes.find((each: { role: string | null }) => each.role === role)
      assert.ok(found, role)
      return found.id
    }
    const [inbox, drafts, sent, trash] = [
      boxOf('inbox'),
      boxOf('drafts'),
      boxOf('sent'),
      boxOf('trash'),
    ]

    // In the morning she looks at what came, thread by thread, and reads the first.
    const [morning] = await jam.requestMany((t) => {
      const found = t.Email.query({
        accountId,
        filter: { inMailbox: inbox },
        sort: [{ property: 'receivedAt', isAscending: false }],
        collapseThreads: true,
        calculateTotal: true,
        limit: 10,
      })
      const emails = t.Email.get({
        accountId,
        ids: found.$ref('/ids'),
        properties: ['threadId', 'subject', 'from', 'preview', 'keywords'],
      })
      const threads = t.Thread.get({ accountId, ids: emails.$ref('/list/*/threadId') })
      return { found, emails, threads }
    })
    assert.ok(morning['found'].ids.length > 1)
    assert.equal(morning['emails'].list.length, morning['found'].ids.length)
    assert.equal(morning['threads'].list.length, morning['found'].ids.length)
    const [first] = morning['emails'].list
    assert.ok(first?.subject)
    const [read] = await jam.api.Email.get({
      accountId,
      ids: [first.id],
      properties: ['subject', 'bodyValues', 'textBody', 'receivedAt'],
      fetchTextBodyValues: true,
    })
    const [text] = Object.values<{ value: string }>(read.list[0].bodyValues)
    assert.ok((text?.value.trim().length ?? 0) > 10)
    const [seen] = await jam.api.Email.set({
      accountId,
      update: { [first.id]: { 'keywords/$seen': true } },
    })
    assert.deepEqual(seen.updated, { [first.id]: null })

    // She writes with an attachment, takes it back, and sends it then.
    const attached = Buffer.from('編號,地點\r\n1,彌敦道\r\n')
    const blob = await jam.uploadBlob(accountId, new Blob([attached], { type: 'text/csv' }))
    const [{ list: identities }] = await jam.api.Identity.get({ accountId, ids: null })
    const identity = identities.find(({ email }: { email: string }) => email === person.address)
    assert.ok(identity)
    const subject = '診所時間表 Timetable'
    const [made] = await jam.api.Email.set({
      accountId,
      create: {
        draft: {
          mailboxIds: { [drafts]: true },
          keywords: { $draft: true, $seen: true },
          from: [{ name: identity.name, email: identity.email }],
          to: [{ name: null, email: other.address }],
          subject,
          bodyValues: { t: { value: '請看附件。\nPlease see the attachment.' } },
          textBody: [{ partId: 't', type: 'text/plain' }],
          attachments: [{ blobId: blob.blobId, type: 'text/csv', name: '時間表.csv' }],
        },
      },
    })
    const draftId = made.created?.['draft']?.id ?? ''
    const submit = async (parameters: Record<string, string> | null) => {
      const [answer] = await jam.api.EmailSubmission.set({
        accountId,
        create: {
          s: {
            identityId: identity.id,
            emailId: draftId,
            envelope: {
              mailFrom: { email: identity.email, parameters },
              rcptTo: [{ email: other.address, parameters: null }],
            },
          },
        },
        onSuccessUpdateEmail: {
          '#s': {
            [`mailboxIds/${drafts}`]: null,
            [`mailboxIds/${sent}`]: true,
            'keywords/$draft': null,
          },
        },
      })
      const submission = answer.created?.['s']
      assert.ok(submission, JSON.stringify(answer))
      return submission
    }
    const waiting = await submit({ HOLDFOR: '3600' })
    const [undone] = await jam.api.EmailSubmission.set({
      accountId,
      update: { [waiting.id]: { undoStatus: 'canceled' } },
      onSuccessUpdateEmail: {
        [waiting.id]: {
          [`mailboxIds/${sent}`]: null,
          [`mailboxIds/${drafts}`]: true,
          'keywords/$draft': true,
        },
      },
    })
    assert.deepEqual(Object.keys(undone.updated ?? {}), [waiting.id])
    await submit(null)

    // It arrives once, is found by a Chinese word, and its attachment is what was sent.
    const theirs = await open(other)
    const theirId = await theirs.getPrimaryAccount()
    const arrived = await until('the arrival', 60_000, async () => {
      const [answer] = await theirs.api.Email.query({
        accountId: theirId,
        filter: { text: '時間表' },
      })
      return answer.ids.length > 0 && answer.ids
    })
    assert.equal(arrived.length, 1)
    const [got] = await theirs.api.Email.get({
      accountId: theirId,
      ids: arrived,
      properties: ['subject', 'attachments', 'from'],
    })
    const [attachment] = got.list[0]?.attachments ?? []
    assert.deepEqual([got.list[0]?.subject, attachment?.name], [subject, '時間表.csv'])
    const file = await theirs.downloadBlob({
      accountId: theirId,
      blobId: attachment?.blobId ?? '',
      mimeType: 'text/csv',
      fileName: 'a.csv',
    })
    assert.deepEqual(Buffer.from(await file.arrayBuffer()), attached)

    // In the evening she files, deletes, and another device hears exactly what changed.
    const [{ state: sinceState }] = await jam.api.Email.get({ accountId, ids: [] })
    const [{ state: mailboxState }] = await jam.api.Mailbox.get({ accountId, ids: [] })
    const [folder] = await jam.api.Mailbox.set({
      accountId,
      create: { f: { name: '已辦理', parentId: null } },
    })
    const filed = folder.created?.['f']?.id ?? ''
    const [moved, thrown, gone] = morning['found'].ids.slice(-3)
    assert.ok(moved && thrown && gone)
    const [evening] = await jam.api.Email.set({
      accountId,
      update: {
        [moved]: { mailboxIds: { [filed]: true } },
        [thrown]: { mailboxIds: { [trash]: true } },
      },
      destroy: [gone],
    })
    assert.deepEqual(evening.destroyed, [gone])
    const [changes] = await jam.api.Email.changes({ accountId, sinceState })
    assert.deepEqual([changes.created, changes.destroyed], [[], [gone]])
    assert.deepEqual(new Set(changes.updated), new Set([moved, thrown]))
    const [of_] = await jam.api.Mailbox.changes({ accountId, sinceState: mailboxState })
    assert.deepEqual(of_.created, [filed])
    assert.ok(of_.updated.includes(trash) && of_.updated.includes(inbox))
  })

  it('shows posts and shared mailboxes as accounts, and to others nothing', async () => {
    const { people } = platform.ready
    for (const person of people.slice(0, 4)) {
      // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
      const session = (await (await ask(person, '/jmap/session')).json()) as any
      for (const accountId of Object.keys(session.accounts)) {
        const [got] = await calls(person, [['Mailbox/get', { accountId, ids: null }, 'a']])
        assert.equal(got[0], 'Mailbox/get', JSON.stringify(got))
      }
    }
    const [first, second] = people
    assert.ok(first && second)
    // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
    const theirs = (await (await ask(second, '/jmap/session')).json()) as any
    const accountId = theirs.primaryAccounts[using[1] ?? '']
    const [refused] = await calls(first, [['Mailbox/get', { accountId, ids: null }, 'a']])
    assert.equal(refused[1].type, 'accountNotFound')
  })

  it('answers who writes to somebody that is away, once, and not when he is back', async () => {
    const [away, writer] = [platform.person('ch.leung'), platform.person('ml.fung')]
    // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
    const session = (await (await ask(away, '/jmap/session')).json()) as any
    const accountId = session.primaryAccounts['urn:ietf:params:jmap:vacationresponse']
    const set = async (patch: object) => {
      const update = { singleton: patch }
      const [response] = await calls(away, [['VacationResponse/set', { accountId, update }, 's']])
      assert.deepEqual(response[1].updated, { singleton: null }, JSON.stringify(response))
    }
    const sender = sendAs(platform, writer)
    const write = (subject: string) =>
      sender.sendMail({ from: writer.address, to: away.address, subject, text: 'x' })
    await using reader = await readAs(platform, writer)
    const answers = () => findSubject(reader, 'INBOX', 'Away 外出')
    await set({ isEnabled: true, subject: 'Away 外出', textBody: 'Until Monday. 星期一回來。' })
    await write('first')
    await write('second')
    await until('the answer', 20_000, async () => (await answers()).length > 0)
    await set({ subject: 'Away 外出 still' })
    await write('third')
    await until('the other answer', 20_000, async () => (await answers()).length > 1)
    await set({ isEnabled: false })
    await write('fourth')
    await set({ isEnabled: true, subject: 'Away 外出 again' })
    await write('fifth')
    sender.close()
    // What was answered before the last answer is there when it is.
    await until(
      'the last answer',
      20_000,
      async () => (await findSubject(reader, 'INBOX', 'again')).length === 1,
    )
    assert.equal((await answers()).length, 3)
  })

  it('tells over a WebSocket what mail programs cause', async () => {
    const [reader, writer] = [platform.person('ml.fung'), platform.person('ch.leung')]
    // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
    const session = (await (await ask(reader, '/jmap/session')).json()) as any
    const accountId = session.primaryAccounts[using[1] ?? '']
    const { url } = session.capabilities['urn:ietf:params:jmap:websocket']
    const headers = { authorization: sign(reader) }
    const socket = new WebSocket(url, { protocols: ['jmap'], headers })
    // oxlint-disable-next-line typescript/no-explicit-any -- read by assertions alone
    const heard: any[] = []
    socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))))
    await once(socket, 'open')
    socket.send(JSON.stringify({ '@type': 'WebSocketPushEnable', dataTypes: ['EmailDelivery'] }))
    const sender = sendAs(platform, writer)
    const mail = { from: writer.address, to: reader.address, text: 'x' }
    // Which of them is the first after the states it begins with is not known.
    await until('a push', 20_000, async () => {
      await sender.sendMail({ ...mail, subject: 'pushed' })
      return heard.length > 0
    })
    sender.close()
    assert.deepEqual(Object.keys(heard[0].changed[accountId]), ['EmailDelivery'])
    const methodCalls = [['Email/query', { accountId, filter: { subject: 'pushed' } }, 'q']]
    socket.send(JSON.stringify({ '@type': 'Request', id: 'R', using, methodCalls }))
    const answer = await until('an answer', 20_000, () =>
      heard.find((one) => one.requestId === 'R'),
    )
    assert.ok(answer.methodResponses[0][1].ids.length > 0)
    socket.close()
    await once(socket, 'close')
  })

  it('refuses who is not known', async () => {
    const [person] = platform.ready.people
    assert.ok(person)
    const wrong = { ...person, appPassword: 'wrong' }
    assert.equal((await ask(wrong, '/jmap/session')).status, 401)
    assert.equal((await fetch(new URL('/jmap/session', origin))).status, 401)
  })
})
