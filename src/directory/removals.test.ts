/** Primary addresses change, and what is empty can go. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { dayMs } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import { createDirectory } from './directory.ts'
import { rehearse } from './rehearsal.ts'
import { addAlias } from './write/add-alias.ts'
import { addDomain } from './write/add-domain.ts'
import { addListMember } from './write/add-list-member.ts'
import { appoint } from './write/appoint.ts'
import { createList } from './write/create-list.ts'
import { createPost } from './write/create-post.ts'
import { endAppointment } from './write/end-appointment.ts'
import { removeAlias } from './write/remove-alias.ts'
import { removeDomain } from './write/remove-domain.ts'
import { removeList } from './write/remove-list.ts'
import { removeListMember } from './write/remove-list-member.ts'
import { removePost } from './write/remove-post.ts'
import { setDepartmentLimit } from './write/set-department-limit.ts'
import { setPrimaryAddress } from './write/set-primary-address.ts'

const names = { en: 'Licensing', zh: '牌照組' }

async function open() {
  const stack = new AsyncDisposableStack()
  const t = stack.use(await openTestDatabase())
  const r = stack.use(await rehearse(t.database))
  const { keys } = r
  const directory = stack.use(
    await createDirectory({ database: t.database, keys, onAlarm: () => undefined }),
  )
  const departmentId = await r.department()
  return {
    ...r,
    write: <T>(work: (tx: Tx) => Promise<T>) => r.write(work),
    database: t.database,
    directory,
    departmentId,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const says = (words: RegExp) => (error: unknown) =>
  isRefusal(error) && words.test(String(error.facts['message']))

test('an alias becomes the primary address and the one before an alias', async () => {
  await using t = await open()
  const { write, writing, directory } = t
  const id = await t.person(t.departmentId, 'chan')
  const alias = { address: 'chan.tm@td.example', kind: 'person', targetId: id } as const
  await write((tx) => addAlias(tx, writing, alias))
  await write((tx) => setPrimaryAddress(tx, writing, { address: 'Chan.TM@td.example' }))
  await directory.refresh()
  assert.equal(directory.person(id)?.address, 'chan.tm@td.example')
  assert.deepEqual(directory.addressesOf(id).toSorted(), ['chan.tm@td.example', 'chan@td.example'])
  const old = directory.findAddress('chan@td.example')
  assert.ok(old?.kind === 'account' && old.address === 'chan.tm@td.example')
  await write((tx) => removeAlias(tx, writing, { address: 'chan@td.example' }))
  const missing = write((tx) => setPrimaryAddress(tx, writing, { address: 'chan@td.example' }))
  await assert.rejects(missing, says(/Nobody has this address/))
  assert.ok(t.entries.some((e) => e.kind === 'administration' && e.act === 'address.set-primary'))
})

test('a domain goes once no address ends in it', async () => {
  await using t = await open()
  const { write, writing, directory, departmentId } = t
  await write((tx) => addDomain(tx, writing, { departmentId, domain: 'roads.example' }))
  const id = await t.person(departmentId, 'chan')
  const alias = { address: 'chan@roads.example', kind: 'person', targetId: id } as const
  await write((tx) => addAlias(tx, writing, alias))
  const remove = () => write((tx) => removeDomain(tx, writing, { domain: 'roads.example' }))
  await assert.rejects(remove, says(/^1 addresses end in roads\.example/))
  await write((tx) => removeAlias(tx, writing, { address: alias.address }))
  await remove()
  await directory.refresh()
  assert.equal(directory.isInternalDomain('roads.example'), false)
  assert.equal(directory.isInternalDomain('td.example'), true)
  await assert.rejects(remove, says(/nobody’s/))
  await write((tx) => addDomain(tx, writing, { departmentId, domain: 'roads.example' }))
})

test('an empty post and an empty list go; their addresses lead nowhere', async () => {
  await using t = await open()
  const { write, writing, directory, departmentId } = t
  const personId = await t.person(departmentId, 'chan')
  const postId = await write((tx) =>
    createPost(tx, writing, { departmentId, title: 'SEO', names, address: 'seo@td.example' }),
  )
  await write((tx) => appoint(tx, writing, { postId, personId }))
  const removeIt = () => write((tx) => removePost(tx, writing, { postId }))
  await assert.rejects(removeIt, says(/Somebody holds this post/))
  t.clock.advance(dayMs)
  await write((tx) => endAppointment(tx, writing, { postId, personId }))
  await removeIt()
  const listId = await write((tx) =>
    createList(tx, writing, {
      departmentId,
      names,
      address: 'all@td.example',
      posting: 'internal',
      ownerAddress: 'chan@td.example',
    }),
  )
  const member = { listId, address: 'chan@td.example' }
  await write((tx) => addListMember(tx, writing, member))
  const removeAll = () => write((tx) => removeList(tx, writing, { listId }))
  await assert.rejects(removeAll, says(/has 1 members/))
  await write((tx) => removeListMember(tx, writing, member))
  await removeAll()
  await directory.refresh()
  assert.equal(directory.post(postId), undefined)
  assert.deepEqual(directory.lists(), [])
  for (const address of ['seo@td.example', 'all@td.example'])
    assert.equal(directory.findAddress(address), undefined)
  assert.deepEqual(directory.holdingsOf(personId), [])
})

test('the limit of a department changes and ends', async () => {
  await using t = await open()
  const { departmentId, directory } = t
  const set = async (limitOctets: number | undefined, limitMessages: number | undefined) => {
    const limit = { departmentId, limitOctets, limitMessages }
    await t.write((tx) => setDepartmentLimit(tx, t.writing, limit))
    await directory.refresh()
    const found = directory.department(departmentId)
    return [found?.limitOctets, found?.limitMessages]
  }
  assert.deepEqual(await set(1_000_000, 500), [1_000_000, 500])
  assert.deepEqual(await set(undefined, undefined), [undefined, undefined])
  await assert.rejects(set(0, undefined), says(/above zero, or none/))
})
