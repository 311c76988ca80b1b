/**
 * Whom somebody is shown of the government: people, posts, shared mailboxes and departments, as the policy
 * `directory.shown-to` of each one's department has it. In memory, gathered once for everybody of a department.
 */
import { createHash } from 'node:crypto'
import type { AccountId, DepartmentId } from '../base/id.ts'
import type { Directory, Names } from '../directory/types.ts'

export interface Entry {
  readonly id: string
  readonly kind: 'person' | 'post' | 'shared' | 'department'
  readonly names: Names
  /** The code of a department, the title of a post; of others the name of their department. */
  readonly about: string
  readonly address: string | undefined
  readonly accountId: AccountId | undefined
}

export interface Shown {
  readonly entries: readonly Entry[]
  find(id: string): Entry | undefined
  /** Another one whenever something of it is another. */
  readonly digest: string
}

export interface PrincipalBook {
  /** To who is of that department. */
  shownTo(departmentId: DepartmentId): Shown
  /** Whose account it is, shown or not. */
  ownerOf(accountId: AccountId): Entry | undefined
}

/** Lives as long as the directory does. */
export function createPrincipalBook(directory: Directory): PrincipalBook {
  const known = new Map<DepartmentId, Shown>()
  let owners: ReadonlyMap<AccountId, Entry> | undefined
  directory.onChange(() => {
    known.clear()
    owners = undefined
  })
  return {
    shownTo(departmentId) {
      let shown = known.get(departmentId)
      if (shown === undefined) {
        shown = gather(directory, departmentId)
        known.set(departmentId, shown)
      }
      return shown
    },
    ownerOf(accountId) {
      owners ??= new Map(
        entriesOf(directory).flatMap(({ entry }) =>
          entry.accountId === undefined ? [] : [[entry.accountId, entry] as const],
        ),
      )
      return owners.get(accountId)
    },
  }
}

interface Placed {
  readonly departmentId: DepartmentId
  /** Who is suspended or has left is nobody's to write to. */
  readonly isActive: boolean
  readonly entry: Entry
}

function gather(directory: Directory, viewer: DepartmentId): Shown {
  const isShown = ({ departmentId, isActive }: Placed) =>
    isActive &&
    (departmentId === viewer ||
      directory.policy('directory.shown-to', departmentId) === 'government')
  const entries = entriesOf(directory)
    .filter(isShown)
    .map(({ entry }) => entry)
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const hash = createHash('sha256')
  for (const entry of entries) hash.update(JSON.stringify(entry))
  const digest = hash.digest('base64url').slice(0, 22)
  return { entries, find: (id) => byId.get(id), digest }
}

/** In order of their English names. */
function entriesOf(directory: Directory): readonly Placed[] {
  const departments = directory.departments()
  const nameOf = new Map(departments.map(({ id, names }) => [id, names.en]))
  const place = (kind: Entry['kind'], of: Of, isActive = true): Placed => {
    const { id, departmentId, names, address, accountId } = of
    const about = of.about ?? nameOf.get(departmentId) ?? ''
    return { departmentId, isActive, entry: { id, kind, names, about, address, accountId } }
  }
  const nothing = { address: undefined, accountId: undefined }
  return [
    ...departments.map(({ id, names, code }) =>
      // A department is known to everybody of it, and to others as its people are.
      place('department', { id, departmentId: id, names, about: code, ...nothing }),
    ),
    ...directory.people().map((person) => place('person', person, person.state === 'active')),
    ...directory.posts().map((post) => place('post', { ...post, about: post.title })),
    ...directory.sharedMailboxes().map((shared) => place('shared', shared)),
  ].toSorted(({ entry: a }, { entry: b }) =>
    a.names.en === b.names.en ? (a.id < b.id ? -1 : 1) : a.names.en < b.names.en ? -1 : 1,
  )
}

interface Of {
  readonly id: string
  readonly departmentId: DepartmentId
  readonly names: Names
  readonly about?: string
  readonly address: string | undefined
  readonly accountId: AccountId | undefined
}
