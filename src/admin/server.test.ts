/** The API over its socket, on a real directory. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import type { Act } from '../access/types.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import { createDirectory } from '../directory/directory.ts'
import { rehearse } from '../directory/rehearsal.ts'
import { createLog } from '../telemetry/log.ts'
import type { AdminPorts, AppPasswordView } from './ports.ts'
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
  const r = stack.use(await rehearse(t.database))
  const directory = stack.use(
    await createDirectory({ database: t.database, keys: r.keys, onAlarm: () => undefined }),
  )
  const asked: Act[] = []
  const appPasswords: AppPasswordView[] = []
  let refused: Act | undefined
  const ports: AdminPorts = {
    database: t.database,
    directory,
    writing: r.writing,
    clock: r.clock,
    audit: r.writing.audit,
    gate: {
      permit: (act) => {
        asked.push(act)
        if (act === refused) throw new Refusal('not-permitted')
      },
    },
    // `access` is not under test here; this remembers what it was given.
    credentials: {
      setPassword: async (_tx, _person, password) => password ?? 'made-by-the-platform',
      createAppPassword: async (_tx, { label, scopes, expiresAt }) => {
        const view = { id: 'a1', label, scopes, expiresAt, createdAt: 0, lastUsedAt: undefined }
        appPasswords.push(view)
        return { id: 'a1', password: 'secret' }
      },
      listAppPasswords: async () => appPasswords,
      revokeAppPassword: async () => void appPasswords.pop(),
    },
    queue: {
      enqueue: async () => {},
      list: async () => [],
      count: async () => ({ waiting: 0, held: 0 }),
      remove: async () => {},
    },
    refresh: () => directory.refresh(),
    status: async () => {
      throw new Error('a fault of ours')
    },
    verify: async function* () {
      yield { kind: 'progress', what: 'accounts', done: 1, total: 1, sentence: undefined }
      yield { kind: 'summary', what: 'accounts', done: 1, total: 1, sentence: 'All is well.' }
    },
    importPeople: async (csv) => ({ people: csv.split('\n').length, faults: [], isDone: false }),
  }
  const log = createLog({ level: 'silent' })
  stack.use(await createAdminServer({ dataFolder, ports, log }))
  return {
    ...r,
    dataFolder,
    ports,
    asked,
    directory,
    refuse: (act: Act | undefined) => void (refused = act),
    call: (method: string, path: string, body?: unknown) => call(dataFolder, method, path, body),
    [Symbol.asyncDispose]: async () => {
      await stack.disposeAsync()
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Answer {
  readonly status: number
  readonly text: string
  // What the API answers is read field by field by the assertions.
  readonly body: Record<string, unknown> & readonly Record<string, unknown>[]
}

async function call(folder: string, method: string, path: string, body?: unknown): Promise<Answer> {
  using socket = openSocketPath(folder)
  const answer = Promise.withResolvers<Answer>()
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const options = { socketPath: socket.path, method, path: `/v1/${path}`, headers, agent: false }
  const ask = request(options, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const isLines = response.headers['content-type'] === 'application/jsonl'
      answer.resolve({
        status: response.statusCode ?? 0,
        text,
        body: isLines ? [] : JSON.parse(text),
      })
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
  const post = async (path: string, body: object) => {
    const { status, text } = await t.call('POST', path, body)
    assert.equal(status, 200, `${path}: ${text}`)
  }
  const name = 'Transport'
  await post('department/create', { code: 'td', name, nameZh: '運輸署', domains: ['td.example'] })
  await post('domain/add', { department: 'TD', domain: 'roads.example' })
  await post('person/create', { address: 'chan@td.example', department: 'TD', name: 'Chan' })
  await post('person/create', { address: 'wong@td.example', department: 'TD', name: 'Wong' })
  await post('post/create', {
    address: 'seo@td.example',
    department: 'TD',
    title: 'SEO(A)2',
    name: 'Officer',
  })
  await post('post/appoint', { post: 'seo(a)2', person: 'chan@td.example', isActing: true })
  await post('shared/create', { address: 'works@td.example', department: 'TD', name: 'Works' })
  await post('shared/set-member', { address: 'works@td.example', person: 'wong@td.example' })
  await post('list/create', {
    address: 'all@td.example',
    department: 'TD',
    name: 'All',
    owner: 'chan@td.example',
    members: ['chan@td.example', 'wong@td.example'],
  })
  await post('address/add', { address: 'cwl@roads.example', target: 'chan@td.example' })

  const [department] = (await t.call('GET', 'department/list')).body
  assert.deepEqual([department?.['code'], department?.['people']], ['TD', 2])
  assert.deepEqual(setOf(department?.['domains']), new Set(['td.example', 'roads.example']))
  const [seo] = (await t.call('GET', 'post/list')).body
  assert.deepEqual(seo?.['holders'], [{ address: 'chan@td.example', isActing: true }])
  const [works] = (await t.call('GET', 'shared/list')).body
  assert.deepEqual(works?.['members'], [{ address: 'wong@td.example', rights: 'lrswipkxte' }])
  const [all] = (await t.call('GET', 'list/list')).body
  assert.deepEqual(setOf(all?.['members']), new Set(['chan@td.example', 'wong@td.example']))
  const found = await t.call('GET', 'address/find?address=CWL%40roads.example')
  assert.deepEqual(
    [found.body['kind'], found.body['address'], found.body['department']],
    ['person', 'chan@td.example', 'TD'],
  )
  await post('person/set-state', { address: 'wong@td.example', state: 'suspended' })
  const people = (await t.call('GET', 'person/list?department=td')).body
  assert.deepEqual(
    new Set(people.map((person) => person['state'])),
    new Set(['active', 'suspended']),
  )
})

test('says in plain words what is wrong, and changes nothing', async () => {
  await using t = await open()
  await t.department()
  await t.directory.refresh()
  const unknown = await t.call('POST', 'person/create', {
    address: 'a@td.example',
    department: 'DH',
    name: 'A',
  })
  assert.equal(unknown.status, 404)
  assert.equal(unknown.body['detail'], 'There is no department DH. Known are TD.')
  const outside = await t.call('POST', 'person/create', {
    address: 'a@elsewhere.example',
    department: 'TD',
    name: 'A',
  })
  assert.equal(outside.status, 422)
  assert.match(String(outside.body['detail']), /elsewhere\.example|domain/)
  const missing = await t.call('POST', 'person/create', { department: 'TD' })
  assert.equal(missing.status, 422)
  const sentences = 'The address is missing. The English name (--name) is missing.'
  assert.equal(missing.body['detail'], sentences)
  const twice = await t.call('POST', 'department/create', { code: 'TD', name: 'T' })
  assert.deepEqual([twice.status, twice.body['code']], [409, 'already-exists'])
  assert.deepEqual((await t.call('GET', 'person/list')).body, [])
})

test('asks the gate for every verb, and a refusal stops it', async () => {
  await using t = await open()
  t.refuse('directory.write')
  const refused = await t.call('POST', 'department/create', { code: 'TD', name: 'T' })
  assert.deepEqual([refused.status, refused.body['code']], [403, 'not-permitted'])
  assert.deepEqual(t.asked, ['directory.write'])
  t.refuse('platform.operate')
  assert.equal((await t.call('GET', 'platform/verify')).status, 403)
})

test('hands passwords through once and lists app passwords without them', async () => {
  await using t = await open()
  const departmentId = await t.department()
  await t.person(departmentId, 'chan')
  await t.directory.refresh()
  const person = 'chan@td.example'
  const made = await t.call('POST', 'password/set', { person })
  assert.deepEqual(made.body, { password: 'made-by-the-platform' })
  const given = await t.call('POST', 'password/set', { person, password: 'long enough to be so' })
  assert.deepEqual(given.body, {})
  const short = await t.call('POST', 'password/set', { person, password: 'short' })
  assert.equal(short.status, 422)
  const app = await t.call('POST', 'app-password/create', {
    person,
    label: 'Phone',
    expiresAt: '2027-01-01',
  })
  assert.equal(app.body['password'], 'secret')
  const list = await t.call('GET', 'app-password/list?person=chan%40td.example')
  assert.doesNotMatch(list.text, /secret/)
  assert.equal(list.body[0]?.['expiresAt'], Date.UTC(2027, 0, 1))
})

test('a fault of ours is answered without its cause', async () => {
  await using t = await open()
  const { status, text } = await t.call('GET', 'platform/status')
  assert.equal(status, 500)
  assert.doesNotMatch(text, /fault of ours/)
})

test('streams what verification finds', async () => {
  await using t = await open()
  const { text } = await t.call('GET', 'platform/verify')
  assert.deepEqual(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind),
    ['progress', 'summary'],
  )
})

test('is for its owner only, refuses a second server, and takes over from a dead one', async () => {
  const folder = makeFolder('a'.repeat(90), 'deeper than a socket has room for')
  writeFileSync(join(folder, 'admin.sock'), '')
  await using t = await open(folder)
  assert.equal(statSync(join(folder, 'admin.sock')).mode & 0o777, 0o600)
  assert.equal((await t.call('GET', 'person/list')).status, 200)
  const second = createAdminServer({
    dataFolder: folder,
    ports: t.ports,
    log: createLog({ level: 'silent' }),
  })
  await assert.rejects(second, (error) => isRefusal(error, 'already-exists'))
})
