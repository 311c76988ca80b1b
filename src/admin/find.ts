/**
 * From what an administrator names (an id, a code, an address, a title) to the thing meant. What is
 * not in his directory is told like what does not exist: in the same words, which never show an id.
 */
import type { AccountId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import type {
  Department,
  DistributionList,
  Person,
  Post,
  SharedMailbox,
} from '../directory/types.ts'
import type { AdminDirectory, AdminPorts } from './ports.ts'

/** RFC 9562 §4, as PostgreSQL takes it. */
const idShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function isId(text: string): boolean {
  return idShape.test(text)
}

export function notFound(field: string, message: string): Refusal {
  return new Refusal('not-found', { field, message })
}

export function getDepartment(directory: AdminDirectory, code: string): Department {
  const found = isId(code)
    ? directory.department(code.toLowerCase())
    : directory.departmentByCode(code.trim().toUpperCase())
  if (found !== undefined) return found
  if (isId(code)) throw notFound('department', 'There is no such department.')
  const codes = directory.departments().map((department) => department.code)
  const known = codes.length === 0 ? 'There is none yet.' : `Known are ${codes.join(', ')}.`
  throw notFound('department', `There is no department ${code}. ${known}`)
}

export function getPerson(directory: AdminDirectory, address: string): Person {
  const found = isId(address)
    ? directory.person(address.toLowerCase())
    : directory.personByAddress(address.trim())
  if (found !== undefined) return found
  if (isId(address)) throw notFound('person', 'There is no such person.')
  throw notFound('person', `Nobody has the address ${address}. See: tamar person list`)
}

/** By address, or by title where only one department has it. */
export function getPost(directory: AdminDirectory, wanted: string): Post {
  if (isId(wanted)) return byId('post', directory.post(wanted.toLowerCase()))
  const posts = directory.posts()
  const byAddress = findByAddress(directory, posts, wanted)
  if (byAddress !== undefined) return byAddress
  const byTitle = posts.filter(({ title }) => title.toLowerCase() === wanted.trim().toLowerCase())
  const [first] = byTitle
  if (first === undefined)
    throw notFound('post', `There is no post ${wanted}. See: tamar post list`)
  if (byTitle.length === 1) return first
  const addresses = byTitle.map(({ address }) => address).join(', ')
  throw notFound('post', `Several departments have ${wanted}: name it by address (${addresses}).`)
}

export function getShared(directory: AdminDirectory, address: string): SharedMailbox {
  if (isId(address))
    return byId('shared mailbox', withId(directory.sharedMailboxes(), address.toLowerCase()))
  const found = findByAddress(directory, directory.sharedMailboxes(), address)
  if (found !== undefined) return found
  throw notFound('shared', `There is no shared mailbox ${address}. See: tamar shared list`)
}

export function getList(directory: AdminDirectory, address: string): DistributionList {
  if (isId(address))
    return byId('distribution list', withId(directory.lists(), address.toLowerCase()))
  const destination = directory.findAddress(address.trim())
  if (destination?.kind === 'list') return destination.list
  throw notFound('list', `There is no distribution list ${address}. See: tamar list list`)
}

export interface Target {
  readonly kind: 'person' | 'post' | 'shared' | 'list'
  readonly id: string
}

/** Whatever has the address. */
export function getTarget(directory: AdminDirectory, address: string): Target {
  const destination = directory.findAddress(address.trim())
  if (destination === undefined)
    throw notFound('target', `Nobody and nothing has the address ${address}.`)
  if (destination.kind === 'list') return { kind: 'list', id: destination.list.id }
  const { accountKind: kind, accountId } = destination
  const nouns = {
    person: () => directory.people(),
    post: () => directory.posts(),
    shared: () => directory.sharedMailboxes(),
  } as const
  const owner = nouns[kind]().find((one) => one.accountId === accountId)
  if (owner === undefined) throw notFound('target', `The account of ${address} has no owner.`)
  return { kind, id: owner.id }
}

/** His own, one of a post he holds, or one of those in his care. */
export function ownOrInCare({ directory, heldPosts }: AdminPorts, wanted: string) {
  const isWanted = (one: { readonly id: string; readonly address: string }) =>
    one.id === wanted || one.address.toLowerCase() === wanted.trim().toLowerCase()
  const found =
    (isId(wanted) ? directory.person(wanted) : directory.personByAddress(wanted)) ??
    heldPosts().find(isWanted) ??
    directory.posts().find(isWanted) ??
    directory.sharedMailboxes().find(isWanted)
  if (found !== undefined) return found
  throw notFound('account', 'There is no such account.')
}

/** Only what the caller may see: another department’s mailbox is told like one that is not there. */
export function getMailbox(directory: AdminDirectory, mailbox: string): AccountId {
  const found = directory.findAddress(mailbox.trim())
  if (found?.kind === 'account') return found.accountId
  // Who has left has no address that mail goes to, and is a person all the same.
  const person = directory.personByAddress(mailbox.trim())
  if (person !== undefined) return person.accountId
  throw notFound('mailbox', `There is no mailbox ${mailbox}.`)
}

function findByAddress<T extends { readonly accountId: string }>(
  directory: AdminDirectory,
  all: readonly T[],
  address: string,
): T | undefined {
  const destination = directory.findAddress(address.trim())
  if (destination?.kind !== 'account') return undefined
  return all.find(({ accountId }) => accountId === destination.accountId)
}

function withId<T extends { readonly id: string }>(all: readonly T[], id: string): T | undefined {
  return all.find((one) => one.id === id)
}

function byId<T>(what: string, found: T | undefined): T {
  if (found !== undefined) return found
  throw notFound(what, `There is no such ${what}.`)
}

/** `TD`, for tables; the directory always knows a department that it names. */
export function codeOf(ports: AdminPorts, departmentId: string): string {
  return ports.nameOf.department(departmentId)
}
