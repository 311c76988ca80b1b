/** The API over its socket, on a real directory. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { isRefusal } from '../base/refusal.ts'
import { createLog } from '../telemetry/log.ts'
import { callsMax, strangerCallsMax, strangerRefillMs } from './limits.ts'
import { rehearseAdmin } from './rehearsal.ts'
import { createAdminServer } from './server.ts'
import { openSocketPath } from './socket-path.ts'

const folders: string[] = []

function makeFolder(...inner: string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'tamar-admin-'))
  folders.push(root)
  const folder = join(root, ...inner)
  mkdirSync(folder, { recursive: true })
  return folder
}

async function open(dataFolder = makeFolder()) {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(t.database))
  const log = createLog({ level: 'silent' })
  const { parts } = r
  stack.use(await createAdminServer({ dataFolder, parts, log, version: '1.2.3' }))
  return {
    ...r,
    dataFolder,
    call: (method: string, path: string, body?: unknown, headers?: Headers) =>
      call(dataFolder, { method, path, body, headers }),
    [Symbol.asyncDispose]: async () => {
      await stack.disposeAsync()
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Headers = Readonly<Record<string, string>>

interface Asked {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Headers | undefined
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  // What the API answers is read field by field by the assertions.
  readonly body: Readonly<Record<string, unknown>>
  readonly items: readonly Readonly<Record<string, unknown>>[]
}

async function call(folder: string, asked: Asked): Promise<Answer> {
  using socket = openSocketPath(folder)
  const answer = Promise.withResolvers<Answer>()
  const { method, path, body } = asked
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const headers = { ...type, ...asked.headers }
  const options = { socketPath: socket.path, method, headers, agent: false }
  const ask = request({ ...options, path: `/admin/v1/${path}` }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const isOne = response.headers['content-type']?.includes('json;') === true
      const isProblem = response.headers['content-type'] === 'application/problem+json'
      const read = (isOne || isProblem) && text !== '' ? JSON.parse(text) : {}
      const status = response.statusCode ?? 0
      answer.resolve({ status, headers: response.headers, text, body: read, items: read.items })
    })
  })
  ask.on('error', answer.reject)
  ask.end(body === undefined ? undefined : JSON.stringify(body))
  return answer.promise
}

/** Order is the directory's own business. */
function setOf(value: unknown): Set<unknown> {
  assert.ok(Array.isArray(value))
  return new Set(value)
}

test('builds a department with people, posts, a shared mailbox and a list, and reads it back', async () => {
  await using t = await open()
  const send = async (method: string, path: string, body?: object) => {
    const { status, text } = await t.call(method, path, body)
    assert.ok(status === 200 || status === 201, `${path}: ${text}`)
  }
  const name = 'Transport'
  await send('POST', 'departments', { code: 'td', name, nameZh: '運輸署', domains: ['td.example'] })
  await send('POST', 'departments/TD/domains', { domain: 'roads.example' })
  await send('POST', 'people', { address: 'chan@td.example', department: 'TD', name: 'Chan' })
  await send('POST', 'people', { address: 'wong@td.example', department: 'TD', name: 'Wong' })
  const post = { address: 'seo@td.example', department: 'TD', title: 'SEO(A)2', name: 'Officer' }
  await send('POST', 'posts', post)
  await send('POST', 'posts/seo(a)2/appointments', { person: 'chan@td.example', isActing: true })
  const works = { address: 'works@td.example', department: 'TD', name: 'Works' }
  await send('POST', 'shared-mailboxes', works)
  await send('PUT', 'shared-mailboxes/works@td.example/members/wong@td.example', {})
  await send('POST', 'lists', {
    address: 'all@td.example',
    department: 'TD',
    name: 'All',
    owner: 'chan@td.example',
    members: ['chan@td.example', 'wong@td.example'],
  })
  await send('POST', 'addresses', { address: 'cwl@roads.example', target: 'chan@td.example' })

  const [department] = (await t.call('GET', 'departments')).items
  assert.deepEqual([department?.['code'], department?.['people']], ['TD', 2])
  assert.deepEqual(setOf(department?.['domains']), new Set(['td.example', 'roads.example']))
  const chan = (await t.call('GET', 'people/chan@td.example')).body
  const [seo] = (await t.call('GET', 'posts')).items
  assert.deepEqual(seo?.['holders'], [
    { id: chan['id'], address: 'chan@td.example', isActing: true, from: t.clock.now(), to: null },
  ])
  const shared = (await t.call('GET', 'shared-mailboxes/works@td.example')).body['members']
  assert.match(JSON.stringify(shared), /"address":"wong@td.example","rights":"lrswipkxte"/)
  const [all] = (await t.call('GET', 'lists')).items
  assert.deepEqual(setOf(all?.['members']), new Set(['chan@td.example', 'wong@td.example']))
  const found = (await t.call('GET', 'addresses/CWL%40roads.example')).body
  assert.deepEqual(
    [found['kind'], found['address'], found['department']],
    ['person', 'chan@td.example', 'TD'],
  )
  await send('DELETE', 'posts/seo@td.example/appointments/chan@td.example')
  assert.deepEqual((await t.call('GET', 'posts/SEO(A)2')).body['holders'], [])
})

test('says in plain words what is wrong, and changes nothing', async () => {
  await using t = await open()
  await t.department()
  await t.directory.refresh()
  const unknown = await t.call('POST', 'people', {
    address: 'a@td.example',
    department: 'DH',
    name: 'A',
  })
  assert.equal(unknown.status, 404)
  assert.equal(unknown.body['detail'], 'There is no department DH. Known are TD.')
  const outside = await t.call('POST', 'people', {
    address: 'a@elsewhere.example',
    department: 'TD',
    name: 'A',
  })
  assert.equal(outside.status, 422)
  assert.match(String(outside.body['detail']), /elsewhere\.example|domain/)
  const missing = await t.call('POST', 'people', { department: 'TD', nmae: 'A' })
  assert.equal(missing.status, 422)
  assert.match(String(missing.body['detail']), /The address is missing\..*name.*missing.*"nmae"/)
  const twice = await t.call('POST', 'departments', { code: 'TD', name: 'T' })
  assert.deepEqual([twice.status, twice.body['code']], [409, 'already-exists'])
  assert.deepEqual((await t.call('GET', 'people')).body, { items: [], next: null })
})

test('asks the gate for every verb, and a refusal stops it', async () => {
  await using t = await open()
  t.refuse('department.create')
  const refused = await t.call('POST', 'departments', { code: 'TD', name: 'T' })
  assert.deepEqual([refused.status, refused.body['code']], [403, 'not-permitted'])
  assert.deepEqual(t.asked, ['department.create'])
  t.refuse('platform.verify')
  assert.equal((await t.call('GET', 'verification')).status, 403)
})

test('hands passwords through once and lists app passwords without them', async () => {
  await using t = await open()
  const departmentId = await t.department()
  await t.person(departmentId, 'chan')
  await t.directory.refresh()
  const made = await t.call('PUT', 'people/chan@td.example/password', {})
  assert.deepEqual(made.body, { password: 'made-by-the-platform' })
  const password = 'long enough to be so'
  assert.deepEqual((await t.call('PUT', 'people/chan@td.example/password', { password })).body, {})
  const short = await t.call('PUT', 'people/chan@td.example/password', { password: 'short' })
  assert.equal(short.status, 422)
  const wanted = { label: 'Phone', expiresAt: '2027-01-01' }
  const app = await t.call('POST', 'people/chan@td.example/app-passwords', wanted)
  assert.equal(app.body['password'], 'secret')
  const list = await t.call('GET', 'people/chan@td.example/app-passwords')
  assert.doesNotMatch(list.text, /secret/)
  assert.equal(list.items[0]?.['expiresAt'], Date.UTC(2027, 0, 1))
})

test('one’s own password is set by who knows the present one', async () => {
  await using t = await open()
  const personId = await t.person(await t.department(), 'chan')
  await t.directory.refresh()
  t.people.set('token', { personId, departments: [] })
  const set = async (body: object) =>
    t.call('PUT', 'people/me/password', body, { authorization: 'Bearer token' })
  for (const body of [{}, { present: 'wrong' }]) {
    const { status, body: said } = await set(body)
    assert.deepEqual([status, said['code']], [403, 'not-permitted'])
  }
  assert.equal((await set({ present: 'present', password: 'another good one' })).status, 200)
  assert.deepEqual(t.passwords, ['another good one'])
})

test('a fault of ours is answered without its cause', async () => {
  await using t = await open()
  const { status, text } = await t.call('GET', 'status')
  assert.equal(status, 500)
  assert.doesNotMatch(text, /fault of ours/)
})

test('streams what verification finds', async () => {
  await using t = await open()
  const { text } = await t.call('GET', 'verification')
  const kinds = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).kind)
  assert.deepEqual(kinds, ['progress', 'fault'])
})

test('gives lists in pages whose cursors nobody makes up or carries elsewhere', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const made: string[] = []
  for (const name of ['a', 'b', 'c', 'd', 'e']) made.push(await t.person(departmentId, name))
  await t.directory.refresh()
  const seen: unknown[] = []
  let cursor = ''
  do {
    const page = await t.call('GET', `people?limit=2${cursor}`)
    seen.push(...page.items.map(({ id }) => id))
    const { next } = page.body
    cursor = typeof next === 'string' ? `&cursor=${next}` : ''
    if (seen.length === 2) {
      assert.equal((await t.call('GET', `posts?${cursor}`)).status, 422)
      assert.equal((await t.call('GET', `people?${cursor}x`)).status, 422)
    }
  } while (cursor !== '')
  assert.deepEqual(seen, made.toSorted())
  assert.equal((await t.call('GET', 'people?limit=501')).status, 422)
})

test('a change is a change of what was read, or it is not made', async () => {
  await using t = await open()
  await t.person(await t.department(), 'chan')
  await t.directory.refresh()
  const path = 'people/chan@td.example'
  const { headers } = await t.call('GET', path)
  const etag = headers.etag ?? ''
  assert.equal((await t.call('GET', path, undefined, { 'if-none-match': etag })).status, 304)
  const blind = await t.call('PATCH', path, { name: 'A' })
  assert.deepEqual([blind.status, blind.body['code']], [428, 'condition-missing'])
  assert.equal((await t.call('PATCH', path, { name: 'A' }, { 'if-match': etag })).status, 200)
  const late = await t.call('PATCH', path, { name: 'B' }, { 'if-match': etag })
  assert.deepEqual([late.status, late.body['code']], [412, 'changed'])
  assert.equal((await t.call('GET', path)).body['name'], 'A')
  assert.equal((await t.call('PATCH', path, { name: 'C' }, { 'if-match': '*' })).status, 200)
})

test('of two who change what they both read, one is told', async () => {
  await using t = await open()
  await t.person(await t.department(), 'chan')
  await t.directory.refresh()
  const path = 'people/chan@td.example'
  const condition = { 'if-match': (await t.call('GET', path)).headers.etag ?? '' }
  const answers = await Promise.all(
    ['A', 'B', 'C'].map((name) => t.call('PATCH', path, { name }, condition)),
  )
  assert.deepEqual(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [200, 412, 412],
  )
})

test('many changes under conditions at once are all made, with others between them', async () => {
  await using t = await open()
  const department = await t.department()
  const names = Array.from({ length: 30 }, (_, at) => `person${at}`)
  for (const name of names) await t.person(department, name)
  await t.directory.refresh()
  const answers = await Promise.all(
    names.map(async (name, at) => {
      const path = `people/${name}@td.example`
      const tag = (await t.call('GET', path)).headers.etag ?? ''
      // Every third is blind and waits for nobody.
      const condition = { 'if-match': at % 3 === 0 ? '*' : tag }
      return (await t.call('PATCH', path, { name: 'New' }, condition)).status
    }),
  )
  assert.deepEqual(new Set(answers), new Set([200]))
})

test('the same key and the same call are done once and answered alike', async () => {
  await using t = await open()
  await t.department()
  await t.directory.refresh()
  const key = { 'idempotency-key': 'k1' }
  const body = { address: 'a@td.example', department: 'TD', name: 'A' }
  const first = await t.call('POST', 'people', body, key)
  const again = await t.call('POST', 'people', body, key)
  assert.deepEqual([first.status, again.status], [201, 201])
  assert.deepEqual(first.body, again.body)
  assert.equal((await t.call('GET', 'people')).items.length, 1)
  const other = await t.call('POST', 'people', { ...body, name: 'B' }, key)
  assert.deepEqual([other.status, other.body['code']], [422, 'key-reused'])
  // What failed was not done: the key is free for another try.
  const twice = { 'idempotency-key': 'k2' }
  assert.equal((await t.call('POST', 'people', body, twice)).status, 409)
  const b = { ...body, address: 'b@td.example' }
  assert.equal((await t.call('POST', 'people', b, twice)).status, 201)
})

test('an answer with a secret is not kept for a repetition', async () => {
  await using t = await open()
  await t.person(await t.department(), 'chan')
  await t.directory.refresh()
  const key = { 'idempotency-key': 'k1' }
  const path = 'people/chan@td.example/password'
  assert.equal((await t.call('PUT', path, {}, key)).status, 200)
  const again = await t.call('PUT', path, {}, key)
  assert.deepEqual([again.status, again.body['code']], [409, 'done-before'])
  assert.equal(t.passwords.length, 1)
})

test('who asks more often than the API answers is told to wait', async () => {
  await using t = await open()
  const person = await t.person(await t.department(), 'chan')
  await t.directory.refresh()
  t.people.set('token', { personId: person, departments: [] })
  const ask = async (token: string) =>
    (await t.call('GET', 'me', undefined, { authorization: `Bearer ${token}` })).status
  for (let call = 0; call < callsMax; call++) assert.equal(await ask('token'), 200)
  assert.equal(await ask('token'), 429)
  for (let call = 0; call < strangerCallsMax; call++) assert.equal(await ask('guess'), 401)
  assert.equal(await ask('guess'), 429)
  t.clock.advance(strangerRefillMs)
  assert.deepEqual([await ask('token'), await ask('guess')], [200, 401])
})

test('a known path says which methods it has', async () => {
  await using t = await open()
  const { status, headers } = await t.call('DELETE', 'people')
  assert.deepEqual([status, headers.allow], [405, 'GET, POST, HEAD'])
  assert.equal((await t.call('GET', 'nothing-of-the-kind')).status, 404)
})

test('is for its owner only, refuses a second server, and takes over from a dead one', async () => {
  const folder = makeFolder('a'.repeat(90), 'deeper than a socket has room for')
  writeFileSync(join(folder, 'admin.sock'), '')
  await using t = await open(folder)
  assert.equal(statSync(join(folder, 'admin.sock')).mode & 0o777, 0o600)
  assert.equal((await t.call('GET', 'people')).status, 200)
  const log = createLog({ level: 'silent' })
  const options = { dataFolder: folder, parts: t.parts, log, version: '1.2.3' }
  await assert.rejects(createAdminServer(options), (error) => isRefusal(error, 'already-exists'))
})
