/** The matrix role × act through the admin API: real people with real roles, every verb that is served. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify, type FastifyInstance } from 'fastify'
import { openTestDatabase } from '../../test/support/database.ts'
import { ruleOf, type Act } from '../access/acts.ts'
import { createAccess } from '../access/create-access.ts'
import type { OwnedAccess } from '../access/owned-access.ts'
import { cellOf } from '../access/matrix.ts'
import { allRoles, roles } from '../access/roles.ts'
import type { Role } from '../access/rules.ts'
import { grantRole } from '../access/write/grant-role.ts'
import { setPassword } from '../access/write/set-password.ts'
import { catalogue } from '../admin/catalogue.ts'
import { rehearseAdmin, type AdminRehearsal } from '../admin/rehearsal.ts'
import { addAdminRoutes } from '../admin/routes.ts'
import type { Verb } from '../admin/verb.ts'
import { createLog } from '../telemetry/log.ts'
import { createCallers } from './admin-callers.ts'

const password = 'correct horse battery'

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearseAdmin(t.database))
  const { keys, clock, directory, writing } = r
  const { audit } = writing
  const policy = { allowsMainPassword: () => true }
  const access = stack.use(
    await createAccess({ database: t.database, keys, clock, directory, audit, policy }),
  )
  const departmentId = await r.department()
  const operator = await access.signInOperator({ door: 'admin', remoteAddress: '', isTls: false })
  const callers = createCallers({ access, directory, clock }, operator)
  const routes = async (isLocal: boolean) => {
    const app = fastify()
    // The rate is not what is looked at: an hour passes with every call.
    const later = { now: () => clock.now() + 3_600_000 * calls++ }
    addAdminRoutes(app, {
      parts: { ...r.parts, callers, clock: later },
      log: createLog({ level: 'silent' }),
      version: '1.2.3',
      isLocal,
    })
    stack.defer(() => app.close())
    return app
  }
  let calls = 0
  const [remote, local] = [await routes(false), await routes(true)]
  return {
    r,
    access,
    departmentId,
    callers,
    remote,
    local,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** A token of somebody who holds the role and nothing else. */
async function tokenOf(
  { r, access, departmentId, callers }: Awaited<ReturnType<typeof open>>,
  role: Role | undefined,
): Promise<string> {
  const local = role ?? 'nobody'
  const personId = await r.person(departmentId, local)
  const himself = { ...r.writing, actor: { principalId: personId } }
  await r.write((tx) => setPassword(tx, himself, { personId, password }))
  const isForOne = role !== undefined && roles[role].scope === 'own-department'
  const where = isForOne ? { departmentId } : {}
  if (role !== undefined)
    await r.write((tx) => grantRole(tx, r.writing, { personId, role, ...where }))
  await refresh(r, access)
  const { token } = await callers.signIn(
    { address: `${local}@td.example`, password: password, code: undefined },
    '192.0.2.7',
  )
  return token
}

async function refresh(r: AdminRehearsal, access: OwnedAccess): Promise<void> {
  await r.directory.refresh()
  await access.refresh()
}

async function call(app: FastifyInstance, verb: Verb, token?: string) {
  const answer = await app.inject({
    method: verb.method,
    url: `/admin/v1${verb.path.replaceAll(/\{\w+\}/g, 'x')}`,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), 'if-match': '*' },
    ...(verb.method === 'GET' || verb.method === 'DELETE' ? {} : { payload: {} }),
  })
  const body: unknown = answer.body === '' ? {} : answer.json()
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
  return { status: answer.statusCode, code }
}

function actsOf({ act }: Verb): readonly Act[] {
  if (act === 'anyone' || act === 'signed-in') return []
  // A single act, or several of which one is enough.
  return typeof act === 'string' ? [act] : act
}

/** What every person may ask about what is his own. */
const isPersonal = (act: Act) => !['role', 'right', 'platform'].includes(ruleOf(act).need.kind)

for (const role of [undefined, ...allRoles.filter((one) => roles[one].comesBy.startsWith('role.'))])
  test(`the admin API opens to ${role ?? 'a person without a role'} what the matrix says, and nothing else`, async () => {
    await using t = await open()
    const token = await tokenOf(t, role)
    for (const verb of catalogue) {
      const acts = actsOf(verb)
      if (acts.length === 0 || verb.id.startsWith('keys.')) continue
      const may = acts.some(
        (act) => isPersonal(act) || (role !== undefined && cellOf(role, act) !== 'no'),
      )
      const { status, code } = await call(t.remote, verb, token)
      const isRefused = status === 403 && code === 'not-permitted'
      assert.equal(isRefused, !may, `${role} ${verb.id}: ${status} ${String(code)}`)
      assert.ok(status !== 401, verb.id)
    }
  })

test('the operator at the local socket is the contractor and no more; without a token nothing opens', async () => {
  await using t = await open()
  for (const verb of catalogue) {
    const acts = actsOf(verb)
    if (acts.length === 0) continue
    const may = acts.some((act) => cellOf('central-operator', act) !== 'no')
    const { status, code } = await call(t.local, verb)
    assert.equal(status === 403 && code === 'not-permitted', !may, `${verb.id}: ${status}`)
    assert.equal((await call(t.remote, verb)).status, 401, verb.id)
  }
})
