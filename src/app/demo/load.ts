/** Puts the demo government and its mail into an empty platform, through the administrators' verbs. */
import type { Database } from '../../db/types.ts'
import type { Directory } from '../../directory/types.ts'
import { addAlias } from '../../directory/write/add-alias.ts'
import { addListMember } from '../../directory/write/add-list-member.ts'
import { appoint } from '../../directory/write/appoint.ts'
import { createDepartment } from '../../directory/write/create-department.ts'
import { createList } from '../../directory/write/create-list.ts'
import { createPerson } from '../../directory/write/create-person.ts'
import { createPost } from '../../directory/write/create-post.ts'
import { createShared } from '../../directory/write/create-shared.ts'
import { setSharedMember } from '../../directory/write/set-shared-member.ts'
import type { Writing } from '../../directory/write/writing.ts'
import { flagBits, type AppendInput, type Store } from '../../store/types.ts'
import type { DemoGovernment } from './government.ts'
import type { DemoMessage } from './messages.ts'

export interface LoadGovernment {
  readonly database: Database
  readonly directory: Directory
  readonly writing: Writing
  readonly government: DemoGovernment
}

/** @returns the ids of the people by address. */
export async function loadGovernment(load: LoadGovernment): Promise<ReadonlyMap<string, string>> {
  const departments = await loadDepartments(load)
  const departmentOf = (code: string) => departments.get(code) ?? ''
  const people = await loadPeople(load, departmentOf)
  await loadPosts(load, departmentOf, people)
  await loadShared(load, departmentOf, people)
  await loadLists(load, departmentOf)
  await load.directory.refresh()
  return people
}

type Ids = ReadonlyMap<string, string>
type DepartmentOf = (code: string) => string

/** Committed before the rest: people's keys are wrapped under their department's. */
async function loadDepartments({ database, writing, government }: LoadGovernment): Promise<Ids> {
  const ids = new Map<string, string>()
  await database.transaction(async (tx) => {
    for (const department of government.departments)
      ids.set(department.code, await createDepartment(tx, writing, department))
  })
  return ids
}

async function loadPeople(load: LoadGovernment, departmentOf: DepartmentOf): Promise<Ids> {
  const { database, writing, government } = load
  const ids = new Map<string, string>()
  await database.transaction(async (tx) => {
    for (const { department, address, names, aliases } of government.people) {
      const departmentId = departmentOf(department)
      const id = await createPerson(tx, writing, { departmentId, address, names })
      ids.set(address, id)
      for (const alias of aliases)
        await addAlias(tx, writing, { address: alias, kind: 'person', targetId: id })
    }
  })
  return ids
}

async function loadPosts(load: LoadGovernment, departmentOf: DepartmentOf, people: Ids) {
  const { database, writing, government } = load
  await database.transaction(async (tx) => {
    for (const { department, title, names, address, holders } of government.posts) {
      const departmentId = departmentOf(department)
      const postId = await createPost(tx, writing, { departmentId, title, names, address })
      for (const { person, isActing } of holders)
        await appoint(tx, writing, { postId, personId: people.get(person) ?? '', isActing })
    }
  })
}

async function loadShared(load: LoadGovernment, departmentOf: DepartmentOf, people: Ids) {
  const { database, writing, government } = load
  await database.transaction(async (tx) => {
    for (const { department, names, address, members } of government.shared) {
      const departmentId = departmentOf(department)
      const sharedId = await createShared(tx, writing, { departmentId, names, address })
      for (const { person, rights } of members) {
        const personId = people.get(person) ?? ''
        await setSharedMember(tx, writing, { sharedId, personId, rights })
      }
    }
  })
}

async function loadLists(load: LoadGovernment, departmentOf: DepartmentOf): Promise<void> {
  const { database, writing, government } = load
  await database.transaction(async (tx) => {
    const ids = new Map<string, string>()
    // All lists before any member: a list may be a member of one that comes before it.
    for (const { department, names, address, posting, owner } of government.lists) {
      const departmentId = departmentOf(department)
      const list = { departmentId, names, address, posting, ownerAddress: owner }
      ids.set(address, await createList(tx, writing, list))
    }
    for (const { address, members } of government.lists)
      for (const member of members)
        await addListMember(tx, writing, { listId: ids.get(address) ?? '', address: member })
  })
}

/** Messages of one mailbox are appended this many at a time. */
const appendBatch = 50

export async function loadMessages(
  store: Store,
  directory: Directory,
  messages: Iterable<DemoMessage>,
): Promise<number> {
  const byMailbox = new Map<string, DemoMessage[]>()
  for (const message of messages) {
    const key = `${message.accountAddress}\n${message.mailbox}`
    byMailbox.set(key, [...(byMailbox.get(key) ?? []), message])
  }
  let count = 0
  for (const copies of byMailbox.values()) count += await loadMailbox(store, directory, copies)
  return count
}

async function loadMailbox(
  store: Store,
  directory: Directory,
  copies: readonly DemoMessage[],
): Promise<number> {
  const [first] = copies
  const destination = first && directory.findAddress(first.accountAddress)
  if (first === undefined || destination?.kind !== 'account') return 0
  const { accountId } = destination
  const viewer = directory.personByAddress(first.accountAddress)?.id ?? accountId
  const known = (await store.mailboxes(accountId)).find(({ name }) => name === first.mailbox)
  const mailbox = known ?? (await store.createMailbox(accountId, first.mailbox))
  const inputs: readonly AppendInput[] = copies.map(({ octets, receivedAt, flags }) => ({
    octets,
    receivedAt,
    flags: flags.reduce((bits, flag) => bits | flagBits[flag], 0),
    keywords: [],
  }))
  for (let at = 0; at < inputs.length; at += appendBatch)
    await store.append(accountId, mailbox.id, inputs.slice(at, at + appendBatch), viewer)
  return inputs.length
}
