/** A department administrator's work over HTTPS, and people in what is their own. */
import assert from 'node:assert/strict'
import type { Answer } from '../../support/admin-api.ts'
import type { Person } from '../../support/platform.ts'
import type { Asked, Day } from '../day.ts'
import type { Fact } from '../expected.ts'

export function isDone({ status, body }: Answer): Answer {
  assert.ok(status === 200 || status === 201, `${status} ${JSON.stringify(body)}`)
  return { status, body }
}

const department = 'PIO'
const domain = 'pio.gov.example'

export async function directoryWork(day: Day, administrator: Person, round: number) {
  const by = { principalId: administrator.address, role: 'department-administrator' }
  const done = (act: string, objectId: string): Fact => {
    return { kind: 'administration', ...by, act, objectId, departmentId: department }
  }
  const work = async (act: string, object: string, path: string, asked: Asked) => {
    const call = async () => isDone(await day.call(administrator, path, asked))
    const { body } = await day.act(`${act} ${object}`, call, done(act, object))
    if (body['id'] !== undefined) day.remember(body['id'], object)
  }
  const post = (body: object): Asked => ({ method: 'POST', body: { ...body, department } })
  const patch = (body: object): Asked => ({ method: 'PATCH', body, ifMatch: true })
  const address = (noun: string) => `${noun}${round}@${domain}`

  const person = address('newcomer')
  await work('person.create', person, 'people', post({ address: person, name: 'New Comer' }))
  await work('person.rename', person, `people/${person}`, patch({ name: 'Newer Comer' }))
  await work('person.suspend', person, `people/${person}`, patch({ state: 'suspended' }))
  await work('person.resume', person, `people/${person}`, patch({ state: 'active' }))
  await work('person.leave', person, `people/${person}`, patch({ state: 'left' }))
  const office = address('office')
  const title = `EO ${round}`
  await work('post.create', office, 'posts', post({ address: office, title, name: 'Officer' }))
  await work('post.remove', office, `posts/${office}`, { method: 'DELETE' })
  const box = address('box')
  await work('shared.create', box, 'shared-mailboxes', post({ address: box, name: 'Box' }))
  const list = address('list')
  const owner = administrator.address
  await work('list.create', list, 'lists', post({ address: list, name: 'List', owner }))
  await work('list.set-posting', list, `lists/${list}`, patch({ posting: 'members' }))
  await work('list.remove', list, `lists/${list}`, { method: 'DELETE' })
}

/** Nobody is told of looking at the directory; of looking at traces, at the trail, at a ledger, yes. */
export async function looking(day: Day, people: Looking): Promise<void> {
  const { administrator, auditor, owner } = people
  for (const path of ['me', 'people', 'posts', 'lists'])
    await day.act(`he looks at ${path}`, async () => isDone(await day.call(administrator, path)))
  const trace: Asked = { method: 'POST', body: { recipient: owner.address } }
  const role = 'department-administrator'
  const traced = {
    kind: 'trace',
    principalId: administrator.address,
    role,
    by: 'recipient',
  } as const
  await day.act(
    'he follows messages',
    async () => isDone(await day.call(administrator, 'traces', trace)),
    traced,
  )
  await day.act(
    'the auditor looks at the trail',
    async () => isDone(await day.call(auditor, 'audit/entries?limit=3')),
    { kind: 'audit-read', principalId: auditor.address, role: 'auditor', event: 'list' },
  )
  const { address: accountId } = owner
  await day.act(
    'an owner looks at his ledger',
    async () => isDone(await day.call(owner, 'ledger')),
    { kind: 'ledger-read', principalId: accountId, accountId },
  )
}

export interface Looking {
  readonly administrator: Person
  readonly auditor: Person
  readonly owner: Person
}

/** What somebody asks for without the role, or of another department. */
export async function refusedActs(day: Day, people: Refused): Promise<void> {
  const { administrator, auditor, contractor, stranger } = people
  const roles = new Map([
    [administrator, 'department-administrator'],
    [auditor, 'auditor'],
    [contractor, 'central-operator'],
  ])
  const tries: readonly [Person, string, Asked, string][] = [
    [contractor, 'people', {}, 'directory.read'],
    [contractor, 'traces', { method: 'POST', body: {} }, 'trace.search'],
    [contractor, 'audit/entries', {}, 'audit.read'],
    [auditor, 'people', { method: 'POST', body: {} }, 'person.create'],
    [administrator, 'keys/master/rotation', { method: 'POST', body: {} }, 'key.rotate'],
  ]
  for (const [who, path, asked, act] of tries) {
    const call = async () => assert.equal((await day.call(who, path, asked)).status, 403)
    const { address: principalId } = who
    const role = roles.get(who)
    const fact = { kind: 'refused', principalId, role, act, code: 'not-permitted' } as const
    await day.act(`${principalId} tries ${act}`, call, fact)
  }
  const { address: objectId } = stranger
  const path = `people/${objectId}`
  const { address: principalId } = administrator
  await day.act(
    `${principalId} asks for ${objectId}`,
    async () => assert.equal((await day.call(administrator, path)).status, 404),
    {
      kind: 'refused',
      principalId,
      role: 'department-administrator',
      act: 'directory.read',
      objectId,
    },
  )
}

export interface Refused {
  readonly administrator: Person
  readonly auditor: Person
  readonly contractor: Person
  readonly stranger: Person
}

/** What is one's own: an app password, a delegation. */
export async function ownAffairs(day: Day, owner: Person, delegate: Person): Promise<void> {
  const { address: principalId, department: departmentId } = owner
  const passwords = 'people/me/app-passwords'
  const own = { kind: 'administration', principalId, departmentId } as const
  const { body } = await day.act(
    'he makes an app password',
    async () =>
      isDone(await day.call(owner, passwords, { method: 'POST', body: { label: 'Phone' } })),
    ({ body: made }) => {
      const objectId = day.remember(made['id'], String(made['id']))
      return { ...own, act: 'app-password.create-own', objectId }
    },
  )
  const id = String(body['id'])
  await day.act(
    'he revokes it',
    async () => isDone(await day.call(owner, `${passwords}/${id}`, { method: 'DELETE' })),
    { ...own, act: 'app-password.revoke-own', objectId: id },
  )
  await letIn(day, owner, delegate, 'lr')
}

export async function letIn(day: Day, owner: Person, delegate: Person, rights: string) {
  const { address: accountId } = owner
  const of = { principalId: accountId, accountId, toPrincipalId: delegate.address, rights }
  const path = `accounts/me/delegations/${delegate.address}`
  await day.act(
    `${accountId} lets ${delegate.address} in`,
    async () => isDone(await day.call(owner, path, { method: 'PUT', body: { rights } })),
    { kind: 'delegation', event: 'grant', ...of },
  )
}

export async function shutOut(day: Day, owner: Person, delegate: Person, rights: string) {
  const { address: accountId } = owner
  const of = { principalId: accountId, accountId, toPrincipalId: delegate.address, rights }
  const path = `accounts/me/delegations/${delegate.address}`
  await day.act(
    `${accountId} shuts ${delegate.address} out`,
    async () => isDone(await day.call(owner, path, { method: 'DELETE' })),
    { kind: 'delegation', event: 'revoke', ...of },
  )
}
