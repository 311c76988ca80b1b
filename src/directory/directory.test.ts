/** The directory on a real database: what is written is found, on this node and on another. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDatabase } from '../../test/support/database.ts'
import { dayMs } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import { createDirectory } from './directory.ts'
import { rehearse } from './rehearsal.ts'
import type { Alarm, Directory } from './types.ts'
import { addAlias } from './write/add-alias.ts'
import { addListMember } from './write/add-list-member.ts'
import { appoint } from './write/appoint.ts'
import { createList } from './write/create-list.ts'
import { createPerson } from './write/create-person.ts'
import { createPost } from './write/create-post.ts'
import { createShared } from './write/create-shared.ts'
import { endAppointment } from './write/end-appointment.ts'
import { movePerson } from './write/move-person.ts'
import { createDepartment } from './write/create-department.ts'
import { removeAlias } from './write/remove-alias.ts'
import { rename } from './write/rename.ts'
import { setPersonState } from './write/set-person-state.ts'
import { setSharedMember } from './write/set-shared-member.ts'
import type { Writing } from './write/writing.ts'

async function open() {
  const t = await openTestDatabase()
  const r = await rehearse(t.database)
  const alarms: Alarm[] = []
  const openNode = () =>
    createDirectory({
      database: t.database,
      keys: r.keys,
      onAlarm: (alarm) => alarms.push(alarm),
    })
  const directory = await openNode()
  return {
    ...t,
    ...r,
    alarms,
    openNode,
    directory,
    async [Symbol.asyncDispose]() {
      await directory[Symbol.asyncDispose]()
      await r[Symbol.asyncDispose]()
      await t[Symbol.asyncDispose]()
    },
  }
}

const names = { en: 'Licensing', zh: '牌照組' }

test('a person is found under his address in any case, with and without a tag', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const id = await t.person(departmentId, 'chan')
  await t.directory.refresh()
  const person = t.directory.person(id)
  assert.equal(person?.address, 'chan@td.example')
  assert.equal(t.directory.personByAddress('CHAN@TD.example')?.id, id)
  const plain = t.directory.findAddress('Chan@td.example')
  assert.ok(plain?.kind === 'account')
  assert.deepEqual(
    [plain.accountId, plain.accountKind, plain.tag, plain.isSuspended],
    [person?.accountId, 'person', undefined, false],
  )
  const tagged = t.directory.findAddress('chan+News@td.example')
  assert.ok(tagged?.kind === 'account')
  assert.equal(tagged.tag, 'News')
  assert.equal(t.directory.findAddress('nobody@td.example'), undefined)
  assert.equal(t.directory.isInternalDomain('TD.example'), true)
  assert.equal(t.directory.isInternalDomain('sub.td.example'), false)
  assert.equal(t.directory.departmentByCode('td')?.id, departmentId)
  assert.deepEqual(t.accounts, [{ accountId: person?.accountId, departmentId, kind: 'person' }])
})

test('another node learns of a change by notice', async () => {
  await using t = await open()
  const departmentId = await t.department()
  await using other = await t.openNode()
  const found = whenChanged(other, () => other.findAddress('chan@td.example') !== undefined)
  await t.person(departmentId, 'chan')
  await found
})

test('an address is given once, and again after its alias was removed', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const chan = await t.person(departmentId, 'chan')
  const wong = await t.person(departmentId, 'wong')
  const give = (targetId: string) =>
    t.write((tx) =>
      addAlias(tx, t.writing, { address: 'info@td.example', kind: 'person', targetId }),
    )
  await give(chan)
  await assert.rejects(give(wong), (error) => isRefusal(error, 'already-exists'))
  await t.write((tx) => removeAlias(tx, t.writing, { address: 'info@td.example' }))
  await give(wong)
  await t.directory.refresh()
  assert.equal(t.directory.personByAddress('info@td.example')?.id, wong)
  assert.deepEqual(t.directory.addressesOf(wong), ['wong@td.example', 'info@td.example'])
  await assert.rejects(
    t.write((tx) => removeAlias(tx, t.writing, { address: 'wong@td.example' })),
    (error) => isRefusal(error, 'invalid'),
  )
})

test('an address that was another’s is asked about, one’s own back is not, and meanwhile it leads nowhere', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const chan = await t.person(departmentId, 'chan')
  const wong = await t.person(departmentId, 'wong')
  const asked: string[] = []
  const requireGrant: Writing['requireGrant'] = async (_, { act }) => {
    if (act !== 'address.remove-alias') asked.push(act)
    return {}
  }
  const writing = { ...t.writing, requireGrant }
  const address = 'info@td.example'
  const give = (targetId: string) =>
    t.write((tx) => addAlias(tx, writing, { address, kind: 'person', targetId }))
  await give(chan)
  const remove = () => t.write((tx) => removeAlias(tx, writing, { address }))
  await remove()
  await t.directory.refresh()
  assert.equal(t.directory.findAddress(address), undefined)
  await assert.rejects(remove(), (error) => isRefusal(error, 'not-found'))
  await give(chan)
  await remove()
  assert.deepEqual(asked, ['address.add-alias', 'address.add-alias'])
  await give(wong)
  assert.deepEqual(asked.slice(2), ['address.add-alias', 'address.reassign'])
  await remove()
  const person = { departmentId, address, names }
  await t.write((tx) => createPerson(tx, writing, person))
  assert.deepEqual(asked.slice(4), ['person.create', 'address.reassign'])
})

test('an address outside the domains of the department is refused', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const elsewhere = t.write((tx) =>
    createPost(tx, t.writing, {
      departmentId,
      title: 'SEO(A)2',
      names,
      address: 'seo@dh.example',
    }),
  )
  await assert.rejects(elsewhere, (error) => isRefusal(error, 'invalid'))
  assert.deepEqual(t.accounts, [])
})

test('a post is held from a date to a date', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const chan = await t.person(departmentId, 'chan')
  const postId = await t.write((tx) =>
    createPost(tx, t.writing, { departmentId, title: 'SEO(A)2', names, address: 'seo@td.example' }),
  )
  const from = t.clock.now()
  const to = from + 10 * dayMs
  const acting = { postId, personId: chan, from, to, isActing: true }
  await t.write((tx) => appoint(tx, t.writing, acting))
  await assert.rejects(
    t.write((tx) => appoint(tx, t.writing, { postId, personId: chan })),
    (error) => isRefusal(error, 'already-exists'),
  )
  await t.directory.refresh()
  const held = (at: number) => t.directory.postsHeldBy(chan, at).map((post) => post.title)
  assert.deepEqual(
    [held(from - 1), held(from), held(to - 1), held(to)],
    [[], ['SEO(A)2'], ['SEO(A)2'], []],
  )
  await t.write((tx) => endAppointment(tx, t.writing, { postId, personId: chan }))
  await t.directory.refresh()
  assert.deepEqual(held(from), [])
})

test('a shared mailbox and its members with rights', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const personId = await t.person(departmentId, 'chan')
  const sharedId = await t.write((tx) =>
    createShared(tx, t.writing, { departmentId, names, address: 'licensing@td.example' }),
  )
  const set = (rights: string) =>
    t.write((tx) => setSharedMember(tx, t.writing, { sharedId, personId, rights }))
  await set('rsl')
  await set('lrswi')
  await assert.rejects(set('q'), (error) => isRefusal(error, 'invalid'))
  await t.directory.refresh()
  assert.deepEqual(
    t.directory.sharedWith(personId).map((shared) => [shared.address, shared.rights]),
    [['licensing@td.example', 'lrswi']],
  )
})

test('lists nest, take external members, and never contain themselves', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const make = (address: string) =>
    t.write((tx) =>
      createList(tx, t.writing, {
        departmentId,
        names,
        address,
        posting: 'members',
        ownerAddress: 'chan@td.example',
      }),
    )
  const all = await make('all@td.example')
  const some = await make('some@td.example')
  const add = (listId: string, address: string) =>
    t.write((tx) => addListMember(tx, t.writing, { listId, address }))
  await add(all, 'some@td.example')
  await add(all, 'Reporter@news.example')
  await assert.rejects(add(some, 'ALL@td.example'), (error) => isRefusal(error, 'invalid'))
  await assert.rejects(add(some, 'some@td.example'), (error) => isRefusal(error, 'invalid'))
  await t.directory.refresh()
  const found = t.directory.findAddress('all@td.example')
  assert.ok(found?.kind === 'list')
  assert.deepEqual(found.list.members, ['reporter@news.example', 'some@td.example'])
})

test('suspended is suspended, left is nobody, and both come back', async () => {
  await using t = await open()
  const personId = await t.person(await t.department(), 'chan')
  const set = async (state: 'active' | 'suspended' | 'left') => {
    await t.write((tx) => setPersonState(tx, t.writing, { personId, state }))
    await t.directory.refresh()
    const found = t.directory.findAddress('chan@td.example')
    return found?.kind === 'account' ? found.isSuspended : undefined
  }
  assert.deepEqual(
    [await set('suspended'), await set('left'), await set('active')],
    [true, undefined, false],
  )
})

test('a person moves and is renamed; every act leaves an entry without values', async () => {
  await using t = await open()
  const personId = await t.person(await t.department(), 'chan')
  const health = await t.write((tx) =>
    createDepartment(tx, t.writing, { code: 'dh', names, domains: ['dh.example'] }),
  )
  await t.write((tx) => movePerson(tx, t.writing, { personId, departmentId: health }))
  const renaming = {
    noun: 'person',
    id: personId,
    names: { en: 'Chan Tai-man', zh: '陳大文' },
  } as const
  await t.write((tx) => rename(tx, t.writing, renaming))
  await t.directory.refresh()
  const person = t.directory.person(personId)
  assert.deepEqual([person?.departmentId, person?.names.zh], [health, '陳大文'])
  assert.deepEqual(
    t.entries.map((entry) => entry.kind === 'administration' && entry.act),
    [
      'department.create',
      'domain.add',
      'person.create',
      'department.create',
      'domain.add',
      'person.move',
      'person.rename',
    ],
  )
  assert.doesNotMatch(JSON.stringify(t.entries), /陳大文|chan|td\.example/)
})

test('an administrator hears in plain words what is wrong', async () => {
  await using t = await open()
  const departmentId = await t.department()
  for (const code of ['', 'T D', 'x'.repeat(17)])
    await assert.rejects(
      t.write((tx) => createDepartment(tx, t.writing, { code, names })),
      (error) => isRefusal(error, 'invalid') && typeof error.facts['message'] === 'string',
    )
  await assert.rejects(
    t.write((tx) => createDepartment(tx, t.writing, { code: 'td', names })),
    (error) => isRefusal(error, 'already-exists'),
  )
  await assert.rejects(t.person(departmentId, ''), (error) => isRefusal(error, 'invalid'))
})

test('nothing personal stands in the database in clear', async () => {
  await using t = await open()
  const departmentId = await t.department()
  await t.person(departmentId, 'canary')
  for (const table of ['department', 'domain', 'person', 'address']) {
    const rows = await t.owner.rows({ text: `SELECT t::text AS text, sealed FROM ${table} t` })
    const dump = rows.map((row) => `${String(row['text'])} ${String(row['sealed'])}`).join()
    assert.ok(rows.length > 0)
    assert.doesNotMatch(dump, /canary|td\.example|Transport/)
  }
})

test('a row changed, moved or taken from an old version by raw SQL is ignored and alarmed', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const chan = await t.person(departmentId, 'chan')
  const wong = await t.person(departmentId, 'wong')
  const old = await t.owner.row<{ mac: Buffer; sealed: Buffer }>({
    text: 'SELECT mac, sealed FROM person WHERE id = $1',
    values: [chan],
  })
  await t.write((tx) => setPersonState(tx, t.writing, { personId: chan, state: 'suspended' }))
  const forgeries = [
    { text: `UPDATE person SET state = 'active' WHERE id = $1`, values: [chan] },
    {
      text: `UPDATE person SET state = 'active', mac = $2, sealed = $3 WHERE id = $1`,
      values: [chan, old?.mac, old?.sealed],
    },
    { text: 'UPDATE address SET parent_id = $2 WHERE parent_id = $1', values: [chan, wong] },
  ]
  for (const forgery of forgeries) {
    await t.owner.single(forgery)
    t.alarms.length = 0
    await using fresh = await t.openNode()
    assert.equal(fresh.personByAddress('chan@td.example'), undefined)
    assert.equal(fresh.personByAddress('wong@td.example')?.id, wong)
    assert.ok(t.alarms.length > 0)
  }
})

test('an altered row is ignored and the rest believed; with another put back nothing is', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const chan = await t.person(departmentId, 'chan')
  await t.person(departmentId, 'wong')
  await t.owner.single({ text: `UPDATE person SET sealed = '\\x00' WHERE id = $1`, values: [chan] })
  await using altered = await t.openNode()
  assert.ok(altered.isBelievable)
  assert.equal(altered.person(chan), undefined)
  await t.owner.single({ text: 'DELETE FROM address WHERE parent_id = $1', values: [chan] })
  await using robbed = await t.openNode()
  assert.ok(!robbed.isBelievable)
})

test('a forged high version does not blind a node to what comes after', async () => {
  await using t = await open()
  const departmentId = await t.department()
  const chan = await t.person(departmentId, 'chan')
  await t.directory.refresh()
  await t.owner.single({
    text: 'UPDATE person SET version = 1000000 WHERE id = $1',
    values: [chan],
  })
  const wong = await t.person(departmentId, 'wong')
  await t.directory.refresh()
  assert.equal(t.directory.person(wong)?.id, wong)
  assert.equal(t.directory.person(chan), undefined)
  await t.directory.refresh()
  assert.equal(t.alarms.length, 1)
})

test('a row taken away or put back whole is alarmed by a node that starts', async () => {
  await using t = await open()
  const departmentId = await t.department()
  await t.person(departmentId, 'chan')
  await using untouched = await t.openNode()
  assert.equal(untouched.people().length, 1)
  assert.deepEqual(t.alarms, [])
  assert.ok(untouched.isBelievable)
  await t.owner.single({ text: 'DELETE FROM address' })
  await using fresh = await t.openNode()
  assert.ok(!fresh.isBelievable)
  assert.equal(fresh.personByAddress('chan@td.example'), undefined)
  assert.deepEqual(t.alarms, [
    { what: 'feed-does-not-add-up', table: 'reference_head', rowId: 'directory' },
  ])
})

test('a change put back before a running node has read it is alarmed there', async () => {
  await using t = await open()
  const chan = await t.person(await t.department(), 'chan')
  await t.directory.refresh()
  await t.owner.transaction(async (tx) => {
    // In one transaction, so that no notice comes between the change and its undoing.
    const columns = 'state, version, lookup, sealed, mac'
    await tx.execute({ text: `CREATE TEMP TABLE before AS SELECT id, ${columns} FROM person` })
    await setPersonState(tx, t.writing, { personId: chan, state: 'suspended' })
    await tx.execute({
      text: `UPDATE person p SET (${columns}) = (SELECT ${columns} FROM before b WHERE b.id = p.id)`,
    })
  })
  await t.directory.refresh()
  await t.directory.refresh()
  assert.deepEqual(
    t.alarms.map((alarm) => alarm.what),
    ['feed-does-not-add-up'],
  )
})

function whenChanged(directory: Directory, isThere: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = () => void (isThere() && resolve())
  const listening = directory.onChange(look)
  look()
  return promise.finally(() => listening[Symbol.dispose]())
}
