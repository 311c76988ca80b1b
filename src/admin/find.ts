/** From what an administrator types (a code, an address, a title) to the thing meant. */
import { Refusal } from '../base/refusal.ts'
import type {
  Department,
  Directory,
  DistributionList,
  Person,
  Post,
  SharedMailbox,
} from '../directory/types.ts'

function notFound(field: string, message: string): Refusal {
  return new Refusal('not-found', { field, message })
}

export function getDepartment(directory: Directory, code: string): Department {
  const found = directory.departmentByCode(code.trim().toUpperCase())
  if (found !== undefined) return found
  const codes = directory.departments().map((department) => department.code)
  const known = codes.length === 0 ? 'There is none yet.' : `Known are ${codes.join(', ')}.`
  throw notFound('department', `There is no department ${code}. ${known}`)
}

export function getPerson(directory: Directory, address: string): Person {
  const found = directory.personByAddress(address.trim())
  if (found !== undefined) return found
  throw notFound('person', `Nobody has the address ${address}. See: tamar person list`)
}

/** By address, or by title where only one department has it. */
export function getPost(directory: Directory, wanted: string): Post {
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

export function getShared(directory: Directory, address: string): SharedMailbox {
  const found = findByAddress(directory, directory.sharedMailboxes(), address)
  if (found !== undefined) return found
  throw notFound('shared', `There is no shared mailbox ${address}. See: tamar shared list`)
}

export function getList(directory: Directory, address: string): DistributionList {
  const destination = directory.findAddress(address.trim())
  if (destination?.kind === 'list') return destination.list
  throw notFound('list', `There is no distribution list ${address}. See: tamar list list`)
}

export interface Target {
  readonly kind: 'person' | 'post' | 'shared' | 'list'
  readonly id: string
}

/** Whatever has the address. */
export function getTarget(directory: Directory, address: string): Target {
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

function findByAddress<T extends { readonly accountId: string }>(
  directory: Directory,
  all: readonly T[],
  address: string,
): T | undefined {
  const destination = directory.findAddress(address.trim())
  if (destination?.kind !== 'account') return undefined
  return all.find(({ accountId }) => accountId === destination.accountId)
}

/** `TD`, for tables; the directory always knows a department that it names. */
export function codeOf(directory: Directory, departmentId: string): string {
  return directory.department(departmentId)?.code ?? ''
}
