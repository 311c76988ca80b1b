/** All names a person can list, over all accounts he may reach, with what LIST says of each. */
import type { AccountGrant } from '../../access/types.ts'
import type { Mailbox } from '../../store/types.ts'
import { postsRoot, sharedRoot, wireNameOf, type Mount } from '../namespace.ts'
import { mayLookUp } from '../recoverable.ts'
import type { Session } from '../session.ts'
import { attributesOf } from './attributes.ts'

export interface Listed {
  /** As in the hierarchy, before encoding. */
  readonly name: string
  /** Undefined: a level of the hierarchy that is no mailbox. */
  readonly mailbox: Mailbox | undefined
  readonly mount: Mount | undefined
  readonly hasChildren: boolean
  readonly isSubscribed: boolean
  /** On the list of subscriptions, or above a name that is, and there is nothing (RFC 5258 §3). */
  readonly isNonExistent: boolean
  /** Special uses. */
  readonly uses: readonly string[]
}

/** By name; superior levels that are no mailboxes are among them. */
export async function gatherNames(session: Session): Promise<readonly Listed[]> {
  const { store } = session.ports
  const mounts = mountsListed(session)
  const lists = await Promise.all(mounts.map((mount) => store.mailboxes(mount.grant.accountId)))
  const found = new Map<string, { mailbox: Mailbox; mount: Mount }>()
  for (const [place, mount] of mounts.entries()) {
    for (const mailbox of lists[place] ?? []) {
      if (!mayLookUp(session, mailbox, mount.grant)) continue
      found.set(wireNameOf(mount, mailbox.name), { mailbox, mount })
    }
  }
  const superiors = superiorsOf(found.keys())
  const names = [...new Set([...found.keys(), ...superiors])].sort(byName)
  return names.map((name) => {
    const here = found.get(name)
    return {
      name,
      mailbox: here?.mailbox,
      mount: here?.mount,
      hasChildren: superiors.has(name),
      isSubscribed: here?.mailbox.isSubscribed ?? false,
      isNonExistent: false,
      // Another account's \Sent is not where this person's program should put his.
      uses: here?.mount.prefix === '' ? attributesOf(here.mailbox.role) : [],
    }
  })
}

/** As `gatherNames`, and the subscribed names that are no mailboxes any more. RFC 9051 §6.3.9. */
export async function gatherWithKept(session: Session): Promise<readonly Listed[]> {
  // Of accounts he sees as a whole: their names are not for who was let into a part.
  const mounts = mountsListed(session).filter(({ grant }) => session.may('mail.lookup', grant))
  const { store } = session.ports
  const [there, ...kept] = await Promise.all([
    gatherNames(session),
    ...mounts.map((mount) => store.keptSubscriptions(mount.grant.accountId)),
  ])
  const known = new Set(there.map(({ name }) => name))
  const subscribed = new Set(
    mounts.flatMap((mount, at) => (kept[at] ?? []).map((name) => wireNameOf(mount, name))),
  )
  const missing = [...new Set([...subscribed, ...superiorsOf(subscribed)])]
    .filter((name) => !known.has(name))
    .map((name) => nothingAt(name, subscribed.has(name)))
  return [...there, ...missing].toSorted((a, b) => byName(a.name, b.name))
}

function nothingAt(name: string, isSubscribed: boolean): Listed {
  return {
    name,
    mailbox: undefined,
    mount: undefined,
    hasChildren: false,
    isSubscribed,
    isNonExistent: true,
    uses: [],
  }
}

function mountsListed(session: Session): readonly Mount[] {
  return session.mounts().filter(({ grant }) => isMounted(session, grant))
}

/** A mailbox of it may be shown; which, each is asked by itself. */
function isMounted(session: Session, grant: AccountGrant): boolean {
  return grant.mailboxes !== undefined || session.may('mail.lookup', grant)
}

function superiorsOf(names: Iterable<string>): ReadonlySet<string> {
  const superiors = new Set<string>()
  for (const name of names) {
    for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
      superiors.add(name.slice(0, at))
    }
  }
  return superiors
}

/** INBOX first, the own mailboxes, then posts, then shared ones. */
function byName(a: string, b: string): number {
  const rankA = rank(a)
  const rankB = rank(b)
  if (rankA !== rankB) return rankA - rankB
  if (a === b) return 0
  return a < b ? -1 : 1
}

function rank(name: string): number {
  const [root] = name.split('/', 1)
  if (root === 'INBOX') return 0
  if (root === postsRoot) return 2
  return root === sharedRoot ? 3 : 1
}
