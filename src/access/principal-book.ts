/**
 * Whom somebody is shown of the government: people, posts, shared mailboxes and departments, as the policy
 * `directory.shown-to` of each one's department has it. In memory, gathered once for everybody of a department.
 */
import { createHash } from 'node:crypto'
import { secondMs } from '../base/clock.ts'
import type { AccountId, DepartmentId } from '../base/id.ts'
import { isShownTo } from '../directory/shown-to.ts'
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
  /** Of who is shown to it, as somebody was last told: up to date some seconds after a change. */
  digestFor(departmentId: DepartmentId): string
  /** One that was told is another now. */
  onMoved(listener: () => void): Disposable
  /** Whose account it is, shown or not. */
  ownerOf(accountId: AccountId): Entry | undefined
}

/** The directory of a whole government is gathered anew for that: not with each change of many. */
const lookAgainMs = 2 * secondMs
/** Of the time, at most, for looking again. */
const lookingShare = 1 / 20

/** Lives as long as the directory does. */
export function createPrincipalBook(directory: Directory): PrincipalBook {
  const known = new Map<DepartmentId, Shown>()
  const told = new Map<DepartmentId, string>()
  const listeners = new Set<() => void>()
  let everybody: Everybody | undefined
  let owners: ReadonlyMap<AccountId, Entry> | undefined
  let timer: NodeJS.Timeout | undefined
  let waitMs: number = lookAgainMs
  let isMoved = false
  directory.onChange(() => {
    known.clear()
    everybody = undefined
    owners = undefined
    if (told.size > 0) timer ??= setTimeout(look, waitMs).unref()
  })
  const gathered = () => (everybody ??= gatherEverybody(directory))
  const shownTo = (departmentId: DepartmentId) => {
    let shown = known.get(departmentId)
    if (shown === undefined) {
      shown = gather(directory, departmentId, gathered())
      known.set(departmentId, shown)
      const before = told.get(departmentId)
      if (before !== undefined && before !== shown.digest) isMoved = true
      told.set(departmentId, shown.digest)
    }
    return shown
  }
  const look = () => {
    timer = undefined
    const from = performance.now()
    for (const departmentId of told.keys()) shownTo(departmentId)
    waitMs = Math.max(lookAgainMs, (performance.now() - from) / lookingShare)
    if (!isMoved) return
    isMoved = false
    for (const listener of listeners) listener()
  }
  return {
    shownTo,
    digestFor: (departmentId) => told.get(departmentId) ?? shownTo(departmentId).digest,
    onMoved(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    ownerOf(accountId) {
      owners ??= new Map(
        gathered().all.flatMap(({ entry }) =>
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

/** Whoever looks is shown some departments whole, and of the others nothing. */
interface Everybody {
  readonly all: readonly Placed[]
  readonly digests: ReadonlyMap<DepartmentId, string>
}

function gatherEverybody(directory: Directory): Everybody {
  const all = entriesOf(directory)
  const active = all.filter(({ isActive }) => isActive)
  const byDepartment = Map.groupBy(active, ({ departmentId }) => departmentId)
  const digests = [...byDepartment].map(([departmentId, placed]) => {
    const hash = createHash('sha256')
    for (const { entry } of placed) hash.update(JSON.stringify(entry))
    return [departmentId, hash.digest('base64url')] as const
  })
  return { all, digests: new Map(digests) }
}

function gather(directory: Directory, viewer: DepartmentId, { all, digests }: Everybody): Shown {
  const shown = [...digests].filter(([of]) => isShownTo(directory, of, viewer))
  const departments = new Set(shown.map(([departmentId]) => departmentId))
  const entries = all
    .filter(({ departmentId, isActive }) => isActive && departments.has(departmentId))
    .map(({ entry }) => entry)
  let byId: ReadonlyMap<string, Entry> | undefined
  const find = (id: string) => {
    byId ??= new Map(entries.map((entry) => [entry.id, entry]))
    return byId.get(id)
  }
  const states = shown.map(([departmentId, digest]) => `${departmentId} ${digest}`).toSorted()
  const digest = createHash('sha256').update(states.join()).digest('base64url').slice(0, 22)
  return { entries, find, digest }
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
