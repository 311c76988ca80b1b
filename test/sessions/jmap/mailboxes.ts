/** RFC 8621 §2 and §3: Mailboxes and Threads. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { mail, plain, type Client, type Suite } from './client.ts'

const refused = async (client: Client, object: object) => {
  const { notCreated } = await client.ok('Mailbox/set', { create: { a: object } })
  return notCreated?.a
}

/** All of the thread under this Message-ID. */
const reply = (to: string) => `In-Reply-To: <${to}>\nReferences: <${to}>\n`

export function testMailboxes(of: () => Suite): void {
  it('§1.3.1: the account tells every limit of mail, and they are kept', async () => {
    const { lee } = of()
    const limits = lee.session.accounts[lee.accountId].accountCapabilities[mail]
    for (const name of [
      'maxMailboxesPerEmail',
      'maxMailboxDepth',
      'maxSizeMailboxName',
      'maxSizeAttachmentsPerEmail',
    ])
      assert.ok(Number.isSafeInteger(limits[name]), name)
    assert.equal(limits.mayCreateTopLevelMailbox, true)
    assert.ok(limits.emailQuerySortOptions.includes('receivedAt'))
    const create: Record<string, object> = { d1: { name: 'Deep' } }
    for (let depth = 2; depth <= limits.maxMailboxDepth + 1; depth += 1)
      create[`d${depth}`] = { name: 'd', parentId: `#d${depth - 1}` }
    const { created, notCreated } = await lee.ok('Mailbox/set', { create })
    assert.equal(Object.keys(created).length, limits.maxMailboxDepth)
    assert.equal(notCreated[`d${limits.maxMailboxDepth + 1}`].type, 'invalidProperties')
    const name = '字'.repeat(Math.floor(limits.maxSizeMailboxName / 3))
    assert.equal(await refused(lee, { name }), undefined)
    assert.equal((await refused(lee, { name: `${name}字` })).type, 'invalidProperties')
    assert.ok(limits.maxSizeMailboxName >= 100)
  })

  it('§2: every property is there, each right of its own', async () => {
    const { lee } = of()
    const { list } = await lee.ok('Mailbox/get', { ids: null })
    for (const mailbox of list) {
      for (const name of [
        'sortOrder',
        'totalEmails',
        'unreadEmails',
        'totalThreads',
        'unreadThreads',
      ])
        assert.ok(Number.isSafeInteger(mailbox[name]) && mailbox[name] >= 0, name)
      assert.equal(typeof mailbox.isSubscribed, 'boolean')
      const rights = [
        'mayReadItems',
        'mayAddItems',
        'mayRemoveItems',
        'maySetSeen',
        'maySetKeywords',
        'mayCreateChild',
        'mayRename',
        'mayDelete',
        'maySubmit',
      ]
      for (const right of rights) assert.equal(typeof mailbox.myRights[right], 'boolean', right)
    }
    const roles = list
      .map(({ role }: { role: string | null }) => role)
      .filter((role: string | null) => role !== null)
    assert.equal(new Set(roles).size, roles.length, 'no two have one role')
    assert.equal(roles.includes('recoverable'), false)
  })

  it('§2: a name has a character at least, no slash or control character, and no sibling of its own', async () => {
    const { lee } = of()
    for (const name of ['', ' ', 'a/b', 'a\u0001b', 'a\nb', 5, undefined, 'inbox'])
      assert.equal((await refused(lee, { name })).type, 'invalidProperties', String(name))
    await lee.mailbox('Cafe\u0301')
    assert.equal((await refused(lee, { name: 'Café' })).type, 'invalidProperties')
    const { ids } = await lee.ok('Mailbox/query', { filter: { name: 'Café' } })
    const { list } = await lee.ok('Mailbox/get', { ids })
    assert.equal(list[0].name, 'Café', 'Net-Unicode is NFC')
    assert.equal(await refused(lee, { name: 'Café', parentId: ids[0] }), undefined)
  })

  it('§2: there is no loop', async () => {
    const { lee } = of()
    const a = await lee.mailbox('Loop')
    const b = await lee.mailbox('inner', { parentId: a })
    for (const [id, parentId] of [
      [a, b],
      [a, a],
    ] as const) {
      const { notUpdated } = await lee.ok('Mailbox/set', { update: { [id]: { parentId } } })
      assert.equal(notUpdated[id].type, 'invalidProperties')
    }
    assert.equal((await refused(lee, { name: 'x', parentId: 'none' })).type, 'invalidProperties')
  })

  it('§2: a role is one that is registered, and has one mailbox at most', async () => {
    const { lee } = of()
    for (const role of ['nobody', 'inbox', 'sent', 'Archive'])
      assert.equal(
        (await refused(lee, { name: `Role ${role}`, role })).type,
        'invalidProperties',
        role,
      )
  })

  it('§2: a new Mailbox has the sortOrder 0 unless it is given another', async () => {
    const { lee } = of()
    const create = { plain: { name: 'No order' }, role: { name: 'Important', role: 'important' } }
    const { created } = await lee.ok('Mailbox/set', { create })
    assert.deepEqual([created.plain.sortOrder, created.role.sortOrder], [0, 0])
    await lee.ok('Mailbox/set', { destroy: [created.plain.id, created.role.id] })
  })

  it('§2: a sortOrder is an integer from 0 up to 2^31 - 1', async () => {
    const { lee } = of()
    for (const sortOrder of [-1, 0.5, 2 ** 31, '1'])
      assert.equal(
        (await refused(lee, { name: `Order ${sortOrder}`, sortOrder })).type,
        'invalidProperties',
      )
    const id = await lee.mailbox('Order', { sortOrder: 2 ** 31 - 1 })
    assert.equal((await lee.ok('Mailbox/get', { ids: [id] })).list[0].sortOrder, 2 ** 31 - 1)
  })

  it('§2: counts are of Emails and Threads; neither the read nor drafts are unread; trash is apart', async () => {
    const { lee } = of()
    const id = await lee.mailbox('Counted')
    const mailboxIds = { [id]: true }
    const [first = ''] = await lee.put([plain('counted', 'x', 'Message-ID: <c1@e.example>\n')], {
      mailboxIds,
    })
    await lee.put([plain('Re: counted', 'y', reply('c1@e.example'))], {
      mailboxIds,
      keywords: { $seen: true },
    })
    await lee.put([plain('draft')], { mailboxIds, keywords: { $draft: true } })
    const counts = async (of_: string) => {
      const { list } = await lee.ok('Mailbox/get', {
        ids: [of_],
        properties: ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'],
      })
      const { totalEmails, unreadEmails, totalThreads, unreadThreads } = list[0]
      return [totalEmails, unreadEmails, totalThreads, unreadThreads]
    }
    assert.deepEqual(await counts(id), [3, 1, 2, 1])
    const trash = (await lee.ok('Mailbox/query', { filter: { role: 'trash' } })).ids[0]
    const [, , , before = 0] = await counts(trash)
    await lee.ok('Email/set', { update: { [first]: { mailboxIds: { [trash]: true } } } })
    assert.deepEqual(await counts(id), [2, 0, 2, 0])
    assert.equal((await counts(trash))[3], before + 1)
  })

  it('§2.2: updatedProperties are the counts where nothing else changed, and null otherwise', async () => {
    const { lee } = of()
    const countNames = ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads']
    const sinceState = await lee.state('Mailbox')
    await lee.put([plain('counts only')])
    const { updated, updatedProperties } = await lee.ok('Mailbox/changes', { sinceState })
    assert.deepEqual([updated, updatedProperties.toSorted()], [[lee.inbox], countNames.toSorted()])
    const id = await lee.mailbox('Other name')
    const since = await lee.state('Mailbox')
    await lee.ok('Mailbox/set', { update: { [id]: { name: 'Another name' } } })
    assert.equal((await lee.ok('Mailbox/changes', { sinceState: since })).updatedProperties, null)
  })

  it('§2.3: sorted as a tree, parents stand before what is beneath them', async () => {
    const { lee } = of()
    const z = await lee.mailbox('Ztree')
    const a = await lee.mailbox('Atree', { parentId: z })
    const m = await lee.mailbox('Mtree')
    const filter = { name: 'tree' }
    const { ids } = await lee.ok('Mailbox/query', {
      filter,
      sort: [{ property: 'name' }],
      sortAsTree: true,
    })
    assert.deepEqual(ids, [m, z, a])
    const flat = await lee.ok('Mailbox/query', { filter, sort: [{ property: 'name' }] })
    assert.deepEqual(flat.ids, [a, m, z])
    const only = await lee.ok('Mailbox/query', { filter: { name: 'Atree' }, filterAsTree: true })
    assert.deepEqual(only.ids, [])
  })

  it('§2.3: every condition of its own', async () => {
    const { lee } = of()
    const parent = await lee.mailbox('Conditions')
    const child = await lee.mailbox('within', { parentId: parent, isSubscribed: false })
    const ids = async (filter: object) => (await lee.ok('Mailbox/query', { filter })).ids
    assert.deepEqual(await ids({ parentId: parent }), [child])
    assert.ok((await ids({ parentId: null })).includes(parent))
    assert.deepEqual(await ids({ role: 'inbox' }), [lee.inbox])
    assert.equal((await ids({ hasAnyRole: true })).includes(parent), false)
    assert.ok((await ids({ isSubscribed: false })).includes(child))
    const sort = [{ property: 'sortOrder' }, { property: 'name' }]
    const sorted = await lee.ok('Mailbox/query', { sort })
    const { list } = await lee.ok('Mailbox/get', { ids: sorted.ids, properties: ['sortOrder'] })
    const orders = list.map(({ sortOrder }: { sortOrder: number }) => sortOrder)
    assert.deepEqual(
      orders,
      orders.toSorted((one: number, two: number) => one - two),
    )
  })

  it('§2.5: what has a child, or Emails, is kept; with onDestroyRemoveEmails what is elsewhere stays', async () => {
    const { lee } = of()
    const id = await lee.mailbox('To destroy')
    const child = await lee.mailbox('child', { parentId: id })
    const [alone = '', both = ''] = await lee.put([plain('alone'), plain('both')], {
      mailboxIds: { [child]: true },
    })
    await lee.ok('Email/set', { update: { [both]: { [`mailboxIds/${lee.inbox}`]: true } } })
    const why = async (of_: string) =>
      (await lee.ok('Mailbox/set', { destroy: [of_] })).notDestroyed[of_].type
    assert.deepEqual([await why(id), await why(child)], ['mailboxHasChild', 'mailboxHasEmail'])
    const { destroyed } = await lee.ok('Mailbox/set', {
      destroy: [child, id],
      onDestroyRemoveEmails: true,
    })
    assert.deepEqual(destroyed, [child, id])
    const { list, notFound } = await lee.ok('Email/get', {
      ids: [alone, both],
      properties: ['mailboxIds'],
    })
    assert.deepEqual([list, notFound], [[{ id: both, mailboxIds: { [lee.inbox]: true } }], [alone]])
  })

  it('§3: every Email is in a Thread, and they are sorted by when they were received', async () => {
    const { lee } = of()
    const [second = ''] = await lee.put([plain('Re: t', 'x', reply('t1@e.example'))], {
      receivedAt: '2020-02-02T00:00:00Z',
    })
    const [first = ''] = await lee.put([plain('t', 'x', 'Message-ID: <t1@e.example>\n')], {
      receivedAt: '2020-01-01T00:00:00Z',
    })
    const { list } = await lee.ok('Email/get', { ids: [first, second], properties: ['threadId'] })
    const threads = [...new Set(list.map(({ threadId }: { threadId: string }) => threadId))]
    const found = await lee.ok('Thread/get', { ids: threads })
    for (const { emailIds } of found.list) assert.ok(emailIds.length > 0)
    assert.deepEqual(
      found.list.flatMap(({ emailIds }: { emailIds: string[] }) => emailIds).toSorted(),
      [first, second].toSorted(),
    )
    const [third = ''] = await lee.put([plain('Re: t', 'z', reply('t1@e.example'))], {
      receivedAt: '2019-01-01T00:00:00Z',
    })
    const { threadId } = await lee.email(third, ['threadId'])
    const {
      list: [thread],
    } = await lee.ok('Thread/get', { ids: [threadId] })
    assert.equal(thread.emailIds[0], third)
  })

  it('§3: a thread of an Email never changes, whatever comes later', async () => {
    const { lee } = of()
    const [a = '', b = ''] = await lee.put([
      plain('merge', 'x', 'Message-ID: <m1@e.example>\n'),
      plain('merge', 'x', 'Message-ID: <m2@e.example>\n'),
    ])
    const threadsOf = async () =>
      (await lee.ok('Email/get', { ids: [a, b], properties: ['threadId'] })).list
    const before = await threadsOf()
    await lee.put([plain('merge', 'x', 'References: <m1@e.example> <m2@e.example>\n')])
    assert.deepEqual(await threadsOf(), before)
  })
}
