/**
 * Every operation of the document, called by an administrator of one department with the ids of
 * another and with nonsense: no fault of ours, and nothing that tells what exists elsewhere.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify, type FastifyInstance } from 'fastify'
import { openTestDatabase } from '../../test/support/database.ts'
import { addListMember } from '../directory/write/add-list-member.ts'
import { createDepartment } from '../directory/write/create-department.ts'
import { createList } from '../directory/write/create-list.ts'
import { createPerson } from '../directory/write/create-person.ts'
import { createPost } from '../directory/write/create-post.ts'
import { createShared } from '../directory/write/create-shared.ts'
import { createLog } from '../telemetry/log.ts'
import { catalogue } from './catalogue.ts'
import { type AdminRehearsal, rehearseAdmin } from './rehearsal.ts'
import { addAdminRoutes } from './routes.ts'
import type { Verb } from './verb.ts'

interface Things {
  readonly department: string
  readonly person: string
  readonly post: string
  readonly shared: string
  readonly list: string
}

/** A department with one of everything. */
async function furnish(r: AdminRehearsal, code: string, domain: string): Promise<Things> {
  const names = { en: `Names of ${code}`, zh: '名稱' }
  return r.write(async (tx) => {
    const department = await createDepartment(tx, r.writing, { code, names, domains: [domain] })
    const at = (local: string) => ({
      departmentId: department,
      address: `${local}@${domain}`,
      names,
    })
    const person = await createPerson(tx, r.writing, at('chan'))
    const post = await createPost(tx, r.writing, { ...at('seo'), title: `SEO ${code}` })
    const shared = await createShared(tx, r.writing, at('works'))
    const owner = { ownerAddress: `chan@${domain}`, posting: 'internal' } as const
    const list = await createList(tx, r.writing, { ...at('all'), ...owner })
    await addListMember(tx, r.writing, { listId: list, address: `chan@${domain}` })
    return { department, person, post, shared, list }
  })
}

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(t.database))
  const [ours, theirs] = [
    await furnish(r, 'TD', 'td.example'),
    await furnish(r, 'DH', 'dh.example'),
  ]
  await r.directory.refresh()
  r.people.set('token', { personId: ours.person, departments: [ours.department] })
  const { status } = { status: async () => aStatus }
  const parts = { ...r.parts, status }
  const app = fastify({ routerOptions: { maxParamLength: 1_024 } })
  // The rate is not what is fuzzed: an hour passes with every call.
  const clock = { now: () => r.clock.now() + 3_600_000 * calls++ }
  let calls = 0
  addAdminRoutes(app, {
    parts: { ...parts, clock },
    log: createLog({ level: 'silent' }),
    version: '1.2.3',
    isLocal: false,
  })
  stack.defer(() => app.close())
  return { r, app, ours, theirs, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const aStatus = {
  version: '1',
  nodeId: 'n',
  startedAt: 0,
  isFounded: true,
  roles: [],
  listeners: {},
  queueMessages: 0,
  unsealedEntries: 0,
  checks: {},
}

interface Said {
  readonly status: number
  readonly body: string
}

async function say(
  app: FastifyInstance,
  verb: Pick<Verb, 'method' | 'path'>,
  fields: Readonly<Record<string, unknown>>,
  method: Verb['method'] = verb.method,
): Promise<Said> {
  const rest = new Map(Object.entries(fields))
  const path = verb.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name) ?? '-'
    rest.delete(name)
    return encodeURIComponent(textOf(value))
  })
  const hasBody = method !== 'GET' && method !== 'DELETE'
  const query = hasBody ? [] : Array.from(rest, ([name, value]) => [name, textOf(value)])
  const answer = await app.inject({
    method,
    url: `/admin/v1${path}?${new URLSearchParams(query).toString()}`,
    headers: { authorization: 'Bearer token', 'if-match': '*' },
    ...(hasBody ? { payload: Object.fromEntries(rest) } : {}),
  })
  return { status: answer.statusCode, body: answer.body }
}

function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value ?? '')).toWellFormed()
}

const madeUp = '0197f3a0-5b1c-7c2d-8e4f-123456789abc'

/** What each field of the API may be given as a name of somebody else's thing. */
const kindOf: Readonly<Record<string, keyof Things>> = {
  department: 'department',
  person: 'person',
  account: 'person',
  delegate: 'person',
  post: 'post',
  shared: 'shared',
  list: 'list',
}

/** Something that fits the rest of the schema, so that the call comes as far as the thing itself. */
const fitting: Readonly<Record<string, unknown>> = {
  name: 'A',
  code: 'XX',
  script: 'keep;',
  address: 'new@td.example',
  target: 'chan@td.example',
  domain: 'new.example',
  title: 'T',
  owner: 'chan@td.example',
  rights: 'lr',
  role: 'help-desk',
  label: 'Phone',
  csv: 'address,nameEn,nameZh,department\n',
  batch: madeUp,
  changes: [{ person: 'chan@td.example', state: 'suspended' }],
  isDryRun: true,
  session: madeUp,
  id: madeUp,
  password: 'long enough to be one',
  passphrase: 'long enough to be one',
  signInName: 'founder1',
  seat: 'auditor',
  nameEn: 'A',
  signers: [],
  holder: 'chan@td.example',
  approval: madeUp,
  approvals: [madeUp],
  consent: madeUp,
  matter: madeUp,
  task: madeUp,
  backup: '1.tamar',
  chain: 'none',
  since: '2026-01-01',
  waiting: madeUp,
  node: 'node-2',
  words: 'Tunnel fire',
  opened: madeUp,
  halves: ['a', 'b'],
  mailbox: 'chan@td.example',
  to: '2026-02-01',
  reason: 'no posting order',
  finding: 'in-order',
  remark: 'as it was asked',
  policy: 'delegation.days-max',
  value: 180,
  limitOctets: 1_000,
  limitMessages: null,
}

function fieldsOf(verb: Verb, ours: Things): Record<string, unknown> {
  const names = Object.keys(verb.input.shape)
  const isNeeded = (name: string) =>
    verb.path.includes(`{${name}}`) || !verb.input.shape[name]?.safeParse(undefined).success
  return Object.fromEntries(
    names.filter(isNeeded).map((name) => {
      const kind = kindOf[name]
      return [name, kind === undefined ? fitting[name] : ours[kind]]
    }),
  )
}

test('what is another department’s is answered like what does not exist', async () => {
  await using t = await open()
  let compared = 0
  for (const verb of catalogue)
    for (const name of Object.keys(verb.input.shape)) {
      const kind = kindOf[name]
      // Anybody may be let into one's own mailbox: whether he exists is in the address book.
      if (kind === undefined || name === 'delegate') continue
      const fields = fieldsOf(verb, t.ours)
      const foreign = await say(t.app, verb, { ...fields, [name]: t.theirs[kind] })
      const nobody = await say(t.app, verb, { ...fields, [name]: madeUp })
      assert.deepEqual(foreign, nobody, `${verb.id} ${name}`)
      assert.ok([403, 404].includes(foreign.status), `${verb.id} ${name}: ${foreign.body}`)
      compared += 1
    }
  assert.ok(compared > 30, `${compared} compared`)
})

test('an address of another department is answered like one that nobody has', async () => {
  await using t = await open()
  const paths = [
    '/people/{a}',
    '/posts/{a}',
    '/shared-mailboxes/{a}',
    '/lists/{a}',
    '/addresses/{a}',
  ]
  for (const path of paths)
    for (const local of ['chan', 'seo', 'works', 'all']) {
      const verb = { method: 'GET', path } as const
      const foreign = await say(t.app, verb, { a: `${local}@dh.example` })
      const nobody = await say(t.app, verb, { a: `nobody-${local}@dh.example` })
      assert.equal(foreign.status, 404, path)
      assert.equal(foreign.body, nobody.body.replaceAll('nobody-', ''))
    }
  const codes = await say(t.app, { method: 'GET', path: '/departments/{a}' }, { a: 'DH' })
  assert.doesNotMatch(codes.body.replace('department DH', ''), /DH/)
})

test('lists show one’s own department alone', async () => {
  await using t = await open()
  for (const verb of catalogue.filter(({ path, isPaged }) => isPaged && !path.includes('{'))) {
    const { status, body } = await say(t.app, verb, {})
    assert.equal(status, 200, `${verb.id}: ${body}`)
    assert.doesNotMatch(body, /dh\.example|"DH"/, verb.id)
  }
})

test('the try is in the audit trail, the made-up one is not', async () => {
  await using t = await open()
  const verb = { method: 'GET', path: '/people/{person}' } as const
  await say(t.app, verb, { person: madeUp })
  await say(t.app, verb, { person: t.theirs.person })
  await new Promise((resolve) => setImmediate(resolve))
  const refused = t.r.entries.filter(({ kind }) => kind === 'refused')
  assert.equal(refused.length, 1)
  assert.match(JSON.stringify(refused), new RegExp(t.theirs.person))
})

test('takes no longer for what exists elsewhere than for what does not', async () => {
  await using t = await open()
  const verb = { method: 'GET', path: '/people/{person}' } as const
  const times: { foreign: number[]; nobody: number[] } = { foreign: [], nobody: [] }
  for (let round = 0; round < 400; round++)
    for (const [name, person] of [
      ['foreign', t.theirs.person],
      ['nobody', madeUp],
    ] as const) {
      const from = performance.now()
      await say(t.app, verb, { person })
      times[name].push(performance.now() - from)
    }
  const medianOf = (ms: number[]) => ms.sort((a, b) => a - b)[ms.length >> 1] ?? 0
  const apartMs = Math.abs(medianOf(times.foreign) - medianOf(times.nobody))
  // A network's own noise is a hundred times as much.
  assert.ok(apartMs < 0.25, `${apartMs} ms apart`)
})

/** What nobody means: other types, other sizes, other alphabets, and what hurts elsewhere. */
const nonsense: readonly unknown[] = [
  null,
  '',
  ' ',
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  true,
  [],
  {},
  [[[[[[]]]]]],
  ['a', 1, null],
  { $ne: null },
  'x'.repeat(5_000),
  '\0',
  'a\r\nb: c',
  '😀\uD800',
  '../../etc/passwd',
  "' OR 1=1 --",
  '%',
  '@',
  'a@',
  '@td.example',
  `${'a'.repeat(300)}@td.example`,
  '0000-99-99',
  '9999-12-31T23:59:59+23:59',
  madeUp.toUpperCase(),
  'me',
]

test('nonsense in any field is refused, never a fault', async () => {
  await using t = await open()
  for (const verb of catalogue) {
    const fields = fieldsOf(verb, t.ours)
    for (const name of [...Object.keys(verb.input.shape), 'unknown'])
      for (const value of nonsense) {
        const { status, body } = await say(t.app, verb, { ...fields, [name]: value })
        assert.ok(status < 500, `${verb.id} ${name}=${JSON.stringify(value)}: ${status} ${body}`)
      }
  }
})

test('missing fields, other bodies and other methods are refused, never a fault', async () => {
  await using t = await open()
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
  for (const verb of catalogue) {
    const fields = fieldsOf(verb, t.ours)
    for (const name of Object.keys(fields)) {
      const { [name]: _, ...others } = fields
      const { status, body } = await say(t.app, verb, others)
      assert.ok(status < 500, `${verb.id} without ${name}: ${status} ${body}`)
    }
    for (const method of methods) {
      const { status } = await say(t.app, verb, fields, method)
      assert.ok(status < 500, `${method} ${verb.path}: ${status}`)
    }
    for (const payload of ['', 'null', '[]', '"a"', '{', '{"__proto__":{"a":1}}', '1']) {
      const { statusCode } = await t.app.inject({
        method: verb.method,
        url: `/admin/v1${verb.path.replaceAll(/\{\w+\}/g, 'x')}`,
        headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
        payload,
      })
      assert.ok(statusCode < 500, `${verb.id} ${payload}: ${statusCode}`)
    }
  }
})

test('without a token, or with one that is none, nothing but the sign-in answers', async () => {
  await using t = await open()
  for (const verb of catalogue)
    for (const headers of [{}, { authorization: 'Bearer x' }, { authorization: 'Basic eA==' }]) {
      const url = `/admin/v1${verb.path.replaceAll(/\{\w+\}/g, madeUp)}`
      const { statusCode } = await t.app.inject({ method: verb.method, url, headers })
      const isSignIn = verb.act === 'anyone' && !('authorization' in headers)
      assert.equal(statusCode, isSignIn ? 422 : 401, `${verb.id} ${JSON.stringify(headers)}`)
    }
})
