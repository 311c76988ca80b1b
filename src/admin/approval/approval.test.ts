/** Two people over the API, each with a token of his own, on a founded platform. */
import { Refusal } from '../../base/refusal.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { openTestDatabase } from '../../../test/support/database.ts'
import { mainPassword } from '../../access/rehearsal.ts'
import { createCallers } from '../../app/admin-callers.ts'
import { createCredentials } from '../../app/credentials.ts'
import { newId } from '../../base/id.ts'
import {
  lonelyCertificates,
  lonelyHosts,
  nothingHeld,
  nothingWaits,
  rehearsedBackups,
} from '../rehearsal.ts'
import { rehearseApprovals } from '../../approval/rehearsal.ts'
import { addAlias } from '../../directory/write/add-alias.ts'
import { createPost } from '../../directory/write/create-post.ts'
import { removeAlias } from '../../directory/write/remove-alias.ts'
import { createLog } from '../../telemetry/log.ts'
import type { AdminParts } from '../ports.ts'
import { addAdminRoutes } from '../routes.ts'

interface Line {
  readonly id: string
  readonly act: string
  readonly requester: string
  readonly reason: string
  readonly ticket: string
  readonly lines: readonly { readonly name: string; readonly value: string }[]
}

/** What any of the answers read here may have; the assertions read field by field. */
interface Body {
  readonly id: string
  readonly token: string
  readonly code: string
  readonly detail: string
  readonly approvalId: string
  readonly state: string
  readonly isDone: boolean
  readonly items: readonly Line[]
  readonly outcomes: readonly { readonly isDone: boolean }[]
  readonly approval: string
  readonly matter: string
  readonly messages: number
  readonly firstHalf: string
  readonly facts: Readonly<Record<string, string | number>>
  readonly lines: readonly {
    readonly by: string
    readonly what: string
    readonly approvedBy: readonly string[]
    readonly delayedUntil: number | null
  }[]
}

interface Said {
  readonly status: number
  readonly body: Body
}

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseApprovals(t.database))
  const postId = await r.write((tx) =>
    createPost(tx, r.writing, {
      departmentId: r.departmentId,
      title: 'SEO(A)2',
      names: { en: 'Officer', zh: '' },
      address: 'seo@td.example',
    }),
  )
  for (const [name, role] of [
    ['asker', 'department-administrator'],
    ['second', 'department-administrator'],
    ['chan', undefined],
    ['lee', undefined],
    ['aio', 'access-to-information-officer'],
  ] as const)
    await r.somebody(name, role)
  await r.somebody('security', 'security-officer', r.headquartersId)
  const app = fastify()
  stack.defer(() => app.close())
  addAdminRoutes(app, {
    parts: partsOf(r, t.database),
    log: createLog({ level: 'silent' }),
    version: '1',
    isLocal: false,
  })
  const signIn = async (name: string, password = mainPassword) => {
    const domain = name === 'security' ? 'hq.example' : 'td.example'
    const payload = { address: `${name}@${domain}`, password }
    const answer = await app.inject({ method: 'POST', url: '/admin/v1/sessions', payload })
    const { token } = answer.json<Body>()
    return async (
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      path: string,
      payload?: object,
      headers: Record<string, string> = {},
    ): Promise<Said> => {
      const said = await app.inject({
        method,
        url: `/admin/v1/${path}`,
        headers: { authorization: `Bearer ${token}`, 'if-match': '*', ...headers },
        ...(payload === undefined ? {} : { payload }),
      })
      return { status: said.statusCode, body: said.json<Body>() }
    }
  }
  const stranger = async (path: string, payload: object): Promise<Said> => {
    const said = await app.inject({ method: 'POST', url: `/admin/v1/${path}`, payload })
    return { status: said.statusCode, body: said.json<Body>() }
  }
  const download = async (name: string, path: string) => {
    const payload = { address: `${name}@td.example`, password: mainPassword }
    const { token } = (await stranger('sessions', payload)).body
    const headers = { authorization: `Bearer ${token}` }
    return (await app.inject({ method: 'GET', url: `/admin/v1/${path}`, headers })).body
  }
  return {
    ...r,
    owner: t.owner,
    postId,
    signIn,
    stranger,
    download,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function partsOf(
  r: Awaited<ReturnType<typeof rehearseApprovals>>,
  database: AdminParts['database'],
): AdminParts {
  return {
    nodeId: 'node-1',
    database,
    takeSeat: async () => 'wrong',
    replaceFounder: async () => 'wrong',
    approvals: r.approvals,
    ledger: r.access.ledger,
    restoreMail: async () => ({ mailbox: 'Restored', messages: 1 }),
    exportMail: async function* () {
      yield { mailbox: 'INBOX', receivedAt: 0, octets: Buffer.from('Subject: x\r\n\r\n') }
    },
    directory: r.directory,
    writing: r.writing,
    clock: r.clock,
    audit: r.writing.audit,
    reports: {
      dmarc: async () => ({ items: [], isCut: false }),
      tls: async () => ({ items: [], isCut: false }),
    },
    room: {
      quota: async () => {
        throw new Error('not asked here')
      },
      departmentUse: async () => {
        throw new Error('not asked here')
      },
    },
    search: { rebuildSearch: async () => 0, rebuildAllSearch: async () => 0 },
    backups: rehearsedBackups,
    moderation: nothingWaits,
    heldMail: nothingHeld,
    certificates: lonelyCertificates,
    dkim: { tend: async () => [] },
    explainMail: async () => {
      throw new Refusal('not-found')
    },
    mailHosts: lonelyHosts,
    queue: {
      enqueue: async () => {},
      prepare: async () => async () => {},
      list: async () => [],
      findWaiting: async () => [],
      destinations: async () => [],
      count: async () => ({ waiting: 0, unrouted: 0, held: 0 }),
      hold: async () => 1,
      release: async () => 1,
      retry: async () => 1,
      cancel: async () => 1,
    },
    callers: createCallers(r, undefined),
    credentials: (writing) => createCredentials(database, writing),
    metrics: async () => '',
    status: async () => {
      throw new Error('not asked here')
    },
    verify: async function* () {},
    refresh: () => r.refresh(),
  }
}

const because = { 'tamar-reason': 'posting%20order%2012%2F2026', 'tamar-ticket': 'HR-4711' }

test('one call asks, one call agrees, and it is done; each sees every line', async () => {
  await using t = await open()
  const asker = await t.signIn('asker')
  const second = await t.signIn('second')
  const wanted = { person: 'chan@td.example', to: '2026-06-01' }
  const path = 'posts/seo@td.example/appointments'
  const without = await asker('POST', path, wanted)
  assert.deepEqual([without.status, without.body.code], [403, 'needs-approval'])
  assert.match(without.body.detail, /needs the approval of its owner or holder, a department/)
  assert.deepEqual((await second('GET', 'approvals')).body.items, [], 'no reason, no request')

  const asked = await asker('POST', path, wanted, because)
  assert.equal(asked.status, 202)
  assert.match(asked.body.detail, /^Waiting for approval by .* until 2026-01-12T01:00:00\.000Z/)
  const id = asked.body.approvalId
  const waiting = await second('GET', 'approvals')
  const [line] = waiting.body.items
  assert.equal(line?.id, id)
  assert.deepEqual(
    [line.requester, line.reason, line.ticket],
    ['asker@td.example', 'posting order 12/2026', 'HR-4711'],
  )
  assert.deepEqual(
    line.lines.filter(({ name }) => ['person', 'of', 'to'].includes(name)),
    [
      { name: 'of', value: 'seo@td.example' },
      { name: 'person', value: 'chan@td.example' },
      { name: 'to', value: '2026-06-01T00:00:00.000Z' },
    ],
  )
  assert.deepEqual(
    (await asker('GET', 'approvals')).body.items,
    [],
    'his own does not wait for him',
  )
  const own = await asker('POST', `approvals/${id}/approve`, {})
  assert.equal(own.status, 403)

  const done = await second('POST', `approvals/${id}/approve`, {})
  assert.deepEqual([done.status, done.body.state, done.body.isDone], [200, 'executed', true])
  const holders = t.directory.post(t.postId)?.holdings
  assert.equal(holders?.length, 1)
  assert.equal(holders[0]?.to, Date.UTC(2026, 5, 1), 'the end stands in the appointment itself')
})

test('what does not concern somebody does not exist for him', async () => {
  await using t = await open()
  const asker = await t.signIn('asker')
  const lee = await t.signIn('lee')
  const asked = await asker(
    'POST',
    'posts/seo@td.example/appointments',
    { person: 'chan@td.example' },
    because,
  )
  const id = asked.body.approvalId
  const nobody = await lee('GET', 'approvals/0197f3a0-5b1c-7c2d-8e4f-123456789abc')
  assert.deepEqual(await lee('GET', `approvals/${id}`), nobody)
  assert.equal((await lee('POST', `approvals/${id}/approve`, {})).status, 404)
  assert.equal(
    (await lee('POST', 'posts/seo@td.example/appointments', { person: 'lee@td.example' }, because))
      .status,
    403,
  )
})

test('a holder lets his named successor follow without being asked again', async () => {
  await using t = await open()
  const asker = await t.signIn('asker')
  const second = await t.signIn('second')
  const chan = await t.signIn('chan')
  const path = 'posts/seo@td.example/appointments'
  const { body } = await asker('POST', path, { person: 'chan@td.example' }, because)
  await second('POST', `approvals/${body.approvalId}/approve`, {})
  const given = await chan('POST', 'consents', {
    mailbox: 'seo@td.example',
    delegate: 'lee@td.example',
    to: '2026-03-01',
  })
  assert.equal(given.status, 201)
  const followed = await asker('POST', path, { person: 'lee@td.example' }, because)
  assert.ok([200, 201].includes(followed.status), JSON.stringify(followed.body))
  assert.equal(t.directory.post(t.postId)?.holdings.length, 2)
  const revoked = await chan('DELETE', `consents/${given.body.id}`)
  assert.equal(revoked.status, 200)
})

test('a batch of a joiner’s lines is asked for and agreed to with one call each', async () => {
  await using t = await open()
  const asker = await t.signIn('asker')
  const second = await t.signIn('second')
  const made = await asker('POST', 'lists', {
    address: 'all@td.example',
    department: 'TD',
    name: 'All',
    owner: 'asker@td.example',
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const members = ['chan@td.example', 'lee@td.example', 'second@td.example']
  const asked = await asker('PATCH', 'lists/all@td.example/members', { add: members }, because)
  assert.equal(asked.status, 202, JSON.stringify(asked.body))
  const { items } = (await second('GET', 'approvals')).body
  assert.equal(items.length, 3)
  const approvals = items.map(({ id }) => id)
  const { body } = await second('POST', 'approvals/approve', { approvals })
  assert.deepEqual(
    body.outcomes.map(({ isDone }) => isDone),
    [true, true, true],
  )
  assert.equal(t.directory.lists()[0]?.members.length, 3)
})

test('another’s password is not set by an administrator, with or without a reason', async () => {
  await using t = await open()
  const asker = await t.signIn('asker')
  for (const headers of [{}, because]) {
    const said = await asker('PUT', 'people/chan@td.example/password', {}, headers)
    assert.equal(said.status, 403, JSON.stringify(said.body))
  }
  assert.deepEqual(t.approvals.list(), [])
})

test('a new password is chosen by the person alone, with a half from each of two people', async () => {
  await using t = await open()
  const asker = await t.signIn('asker')
  const second = await t.signIn('second')
  const reset = await asker('POST', 'people/lee@td.example/password-reset', {}, because)
  assert.equal(reset.status, 201, JSON.stringify(reset.body))
  const { approval, firstHalf } = reset.body
  assert.match(firstHalf, /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/)
  const again = await asker('POST', 'people/lee@td.example/password-reset', {}, because)
  assert.equal(again.status, 409, 'a half is shown once')
  const done = await second('POST', `approvals/${approval}/approve`, {})
  assert.equal(done.body.isDone, true, JSON.stringify(done.body))
  const secondHalf = String(done.body.facts['second half of the code'])

  const password = 'chosen by lee alone'
  const redeem = (halves: readonly string[], address = 'lee@td.example') =>
    t.stranger('enrolments', { address, halves, password })
  const wrong = await redeem([firstHalf, firstHalf])
  assert.equal(wrong.status, 401)
  assert.deepEqual(await redeem([secondHalf, secondHalf]), wrong)
  assert.deepEqual(await redeem([firstHalf, secondHalf], 'nobody@td.example'), wrong)
  assert.deepEqual(await redeem([firstHalf, secondHalf], 'chan@td.example'), wrong)
  assert.equal((await redeem([secondHalf.toUpperCase(), firstHalf])).status, 200)
  assert.deepEqual(await redeem([firstHalf, secondHalf]), wrong, 'it was used')
  await t.refresh()
  const lee = await t.signIn('lee', password)
  const { body } = await lee('GET', 'ledger')
  assert.deepEqual(
    body.lines.map(({ by, what, approvedBy }) => [by, what, approvedBy]),
    [['asker@td.example', 'credential-reset', ['second@td.example']]],
  )
})

test('an owner reads who may open his mailbox, later only by an approved act, and nobody else does', async () => {
  await using t = await open()
  const aio = await t.signIn('aio')
  const security = await t.signIn('security')
  const chan = await t.signIn('chan')
  const wanted = { mailbox: 'chan@td.example', delegate: 'lee@td.example', to: '2026-01-10' }
  const agree = async (said: Said) => {
    assert.equal(said.status, 202, JSON.stringify(said.body))
    const agreed = await security('POST', `approvals/${said.body.approvalId}/approve`, {})
    assert.equal(agreed.body.isDone, true, JSON.stringify(agreed.body))
  }
  await agree(await aio('POST', 'ledger-delays', wanted, because))
  await agree(await aio('POST', 'examinations', wanted, because))
  assert.deepEqual((await chan('GET', 'ledger')).body.lines, [])
  t.clock.advance(6 * 86_400_000)
  const later = await t.signIn('chan')
  const { lines } = (await later('GET', 'ledger')).body
  assert.deepEqual(
    lines.map(({ by, what, approvedBy, delayedUntil }) => [by, what, approvedBy, delayedUntil]),
    [['lee@td.example', 'examination-allowed', ['security@hq.example'], Date.UTC(2026, 0, 10)]],
  )
  for (const name of ['aio', 'security', 'lee'] as const) {
    const other = await t.signIn(name)
    assert.equal((await other('GET', 'ledger?mailbox=chan@td.example')).status, 404)
  }
})

test('a copy of a mailbox goes to the person it was approved for, and to nobody else', async () => {
  await using t = await open()
  const aio = await t.signIn('aio')
  const security = await t.signIn('security')
  const wanted = {
    kind: 'export',
    mailbox: 'chan@td.example',
    delegate: 'lee@td.example',
    to: '2026-01-06',
  }
  const asked = await aio('POST', 'examinations', wanted, because)
  const { body } = await security('POST', `approvals/${asked.body.approvalId}/approve`, {})
  const path = `examinations/${body.facts['opened']}/mbox`
  for (const name of ['aio', 'security', 'chan'] as const)
    assert.equal((await (await t.signIn(name))('GET', path)).status, 404)
  assert.match(
    await t.download('lee', path),
    /^From MAILER-DAEMON .*\nX-Mailbox: INBOX\nSubject: x\n/,
  )
  const { lines } = (await (await t.signIn('chan'))('GET', 'ledger')).body
  assert.deepEqual(
    lines.map(({ what }) => what),
    ['export', 'examination-allowed'],
  )
  const lee = await t.signIn('lee')
  const restore = `examinations/${body.facts['opened']}/restore`
  assert.equal((await lee('POST', restore, {})).status, 404, 'a copy is no restoration')
  t.clock.advance(86_400_000)
  assert.equal((await (await t.signIn('lee'))('GET', path)).status, 404, 'its time is over')
})

test('mail leaves the government by a redirect of its owner, whom a security officer lets', async () => {
  await using t = await open()
  const chan = await t.signIn('chan')
  const accountId = t.directory.personByAddress('chan@td.example')?.accountId ?? ''
  const path = 'accounts/me/redirects/chan@home.example'
  const to = '2026-01-20'
  assert.equal((await chan('PUT', path, { to })).status, 403)
  const asked = await chan('PUT', path, { to }, because)
  assert.equal(asked.status, 202, JSON.stringify(asked.body))
  const approve = `approvals/${asked.body.approvalId}/approve`
  assert.notEqual((await chan('POST', approve, {})).status, 200)
  assert.notEqual((await (await t.signIn('second'))('POST', approve, {})).status, 200)
  const done = await (await t.signIn('security'))('POST', approve, {})
  assert.equal(done.body.isDone, true, JSON.stringify(done.body))
  const targets = () =>
    t.directory.redirectsInForce(accountId, t.clock.now()).map(({ target }) => target)
  assert.deepEqual(targets(), ['chan@home.example'])
  // To an address of ours an administrator asks and the owner agrees, and reads it in his ledger.
  const asker = await t.signIn('asker')
  const inside = 'accounts/chan@td.example/redirects/lee@td.example'
  const wanted = await asker('PUT', inside, {}, because)
  assert.equal(wanted.status, 202, JSON.stringify(wanted.body))
  await chan('POST', `approvals/${wanted.body.approvalId}/approve`, {})
  assert.deepEqual(targets(), ['chan@home.example', 'lee@td.example'])
  assert.deepEqual(
    (await chan('GET', 'ledger')).body.lines.map(({ by, what }) => [by, what]),
    [['asker@td.example', 'redirect']],
  )
  assert.equal((await chan('DELETE', path)).status, 200)
  assert.deepEqual(targets(), ['lee@td.example'])
  const lee = await t.signIn('lee')
  assert.equal((await lee('GET', 'accounts/chan@td.example/redirects')).status, 404)
})

test('an address that was another’s is given by two requests, and the second yes does it', async () => {
  await using t = await open()
  const asker = await t.signIn('asker')
  const chan = t.directory.personByAddress('chan@td.example')?.id ?? ''
  const address = 'info@td.example'
  await t.write((tx) => addAlias(tx, t.writing, { address, kind: 'person', targetId: chan }))
  await t.write((tx) => removeAlias(tx, t.writing, { address }))
  await t.refresh()
  const asked = await asker('POST', 'addresses', { address, target: 'lee@td.example' }, because)
  assert.equal(asked.status, 202, JSON.stringify(asked.body))
  const waiting = (await asker('GET', 'approvals?view=mine')).body.items
  assert.deepEqual(waiting.map(({ act }) => act).toSorted(), [
    'address.add-alias',
    'address.reassign',
  ])
  const security = await t.signIn('security')
  const done = []
  for (const { id } of waiting)
    done.push((await security('POST', `approvals/${id}/approve`, {})).body.isDone)
  assert.deepEqual(done, [false, true])
  assert.equal(t.directory.personByAddress(address)?.address, 'lee@td.example')
})

test('one person makes a policy stricter; to make it weaker takes him and two more', async () => {
  await using t = await open()
  await t.somebody('boss', 'central-administrator')
  await t.somebody('deputy', 'central-administrator')
  const [boss, deputy] = [await t.signIn('boss'), await t.signIn('deputy')]
  const path = 'policies/delegation.days-max'
  const raised = await boss('PUT', path, { value: 30 }, because)
  assert.equal(raised.status, 200, JSON.stringify(raised.body))
  const said = await boss('POST', `${path}/explanation`, { value: 60 })
  assert.match(
    JSON.stringify(said.body),
    /from 30 to 60, which is weaker: it needs 2 of a security/,
  )
  const asked = await boss('PUT', path, { value: 60 }, because)
  assert.equal(asked.status, 202, JSON.stringify(asked.body))
  const approve = `approvals/${asked.body.approvalId}/approve`
  assert.equal((await boss('POST', approve, {})).status, 403)
  await deputy('POST', approve, {})
  assert.equal(t.directory.policy('delegation.days-max'), 30, 'one more is missing')
  const { body } = await (await t.signIn('security'))('POST', approve, {})
  assert.equal(body.isDone, true, JSON.stringify(body))
  assert.equal(t.directory.policy('delegation.days-max'), 60)
  const [newest] = t.directory.policyVersions('delegation.days-max')
  assert.deepEqual([newest?.approvalId, newest?.number], [asked.body.approvalId, 2])
  // What was agreed to is the change from what was, not the value.
  const later = await boss('PUT', path, { value: 90 }, because)
  await boss('PUT', path, { value: 10 }, because)
  const approveLater = `approvals/${later.body.approvalId}/approve`
  await deputy('POST', approveLater, {})
  const overtaken = await (await t.signIn('security'))('POST', approveLater, {})
  assert.equal(overtaken.body.isDone, false)
  assert.equal(t.directory.policy('delegation.days-max'), 10)
})

test('a hold is placed by one and released by two, and what another matter holds stays', async () => {
  await using t = await open()
  const chan = t.directory.personByAddress('chan@td.example')?.accountId ?? ''
  await t.owner.transaction(async (tx) => {
    // What is in a message is the store's business; here it is only there.
    await tx.execute({ text: 'SET LOCAL session_replication_role = replica' })
    await tx.execute({
      text: `INSERT INTO account (account_id, department_id, kind, created_at) VALUES ($1, $2, 'person', 0)`,
      values: [chan, t.departmentId],
    })
    for (const receivedAt of [1, 2, 3])
      await tx.execute({
        text: `INSERT INTO message (account_id, message_id, thread_id, octets, received_at,
            content_key, summary, content) VALUES ($1, $2, $2, 1, $3, '', '', '')`,
        values: [chan, newId(t.clock), receivedAt],
      })
  })
  const aio = await t.signIn('aio')
  const mailbox = 'chan@td.example'
  const wanted = { mailbox, words: 'Tunnel fire' }
  assert.equal((await aio('POST', 'holds', wanted)).status, 422, 'a hold has a reason')
  const placed = await aio('POST', 'holds', wanted, because)
  assert.deepEqual([placed.status, placed.body.messages], [201, 3], JSON.stringify(placed.body))
  const { matter } = placed.body
  const part = { mailbox, words: 'A request', receivedBefore: '1970-01-01T00:00:00.003Z' }
  assert.equal((await aio('POST', 'holds', part, because)).body.messages, 2)
  const twice = await aio('POST', 'holds', { mailbox, matter }, because)
  assert.equal(twice.status, 409)
  const strange = await aio('POST', 'holds', { mailbox, matter: newId(t.clock) }, because)
  assert.equal(strange.status, 404)
  const asker = await t.signIn('asker')
  assert.equal((await asker('POST', 'holds', wanted, because)).status, 403)
  const listed = await aio('GET', 'holds')
  assert.equal(listed.body.items.length, 2, JSON.stringify(listed.body))

  const asked = await aio('POST', 'hold-releases', { mailbox, matter }, because)
  assert.equal(asked.status, 202, JSON.stringify(asked.body))
  const held = () => t.owner.rows({ text: 'SELECT message_id FROM hold' })
  assert.equal((await held()).length, 5)
  const security = await t.signIn('security')
  const { body } = await security('POST', `approvals/${asked.body.approvalId}/approve`, {})
  assert.deepEqual([body.isDone, body.facts['released']], [true, 3])
  assert.equal((await held()).length, 2)
  assert.equal((await aio('GET', 'holds')).body.items.length, 1)
  assert.deepEqual(
    t.entries
      .flatMap((entry) => (entry.kind === 'hold' ? [[entry.event, entry.holdId]] : []))
      .at(-1),
    ['release', matter],
  )
})

test('broken glass needs three people, is an hour, loud, and red until somebody else has looked', async () => {
  await using t = await open()
  await t.somebody('boss', 'central-administrator')
  await t.somebody('deputy', 'central-administrator')
  await t.somebody('watch', 'security-officer')
  const [boss, deputy] = [await t.signIn('boss'), await t.signIn('deputy')]
  const security = await t.signIn('security')
  const kind = 'break-glass'
  const wanted = { kind, mailbox: 'chan@td.example', delegate: 'lee@td.example' }
  const late = await boss('POST', 'examinations', { ...wanted, to: '2026-01-05T03:00Z' }, because)
  assert.equal(late.status, 422)
  const to = '2026-01-05T01:50:00Z'
  const asked = await boss('POST', 'examinations', { ...wanted, to }, because)
  assert.equal(asked.status, 202, JSON.stringify(asked.body))
  const approve = `approvals/${asked.body.approvalId}/approve`
  const one = await deputy('POST', approve, {})
  assert.deepEqual([one.body.state, t.approvals.isReviewOverdue()], ['waiting', false])
  const two = await security('POST', approve, {})
  assert.equal(two.body.isDone, true, JSON.stringify(two.body))
  assert.ok(t.entries.some((entry) => entry.kind === 'alarm' && entry.what === 'break-glass'))
  assert.ok(t.approvals.isReviewOverdue())
  const words = { finding: 'in-order', remark: 'a fire in the machine room' }
  const review = `approvals/${asked.body.approvalId}/review`
  assert.equal((await security('POST', review, words)).status, 403, 'he had a part in it')
  const watch = await t.signIn('watch')
  assert.equal((await watch('POST', review, words)).status, 200)
  assert.ok(!t.approvals.isReviewOverdue())
})
