/** What a verb gets for one call: the parts of the node as this caller may use them. */
import { Refusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import type { AccountId } from '../base/id.ts'
import type { Directory } from '../directory/types.ts'
import type { Act, Reach } from '../access/types.ts'
import type { Actor } from '../directory/write/writing.ts'
import type { AdminParts, AdminPorts } from './ports.ts'
import type { Caller } from './callers.ts'
import type { OnProgress } from './progress.ts'
import { scopeDirectory } from './scoped-directory.ts'
import type { Question } from './verb.ts'

export interface CallFacts {
  readonly caller: Caller
  readonly remoteAddress: string
  /** In his own words, for the audit trail. */
  readonly reason: string | undefined
  readonly ticket: string | undefined
  readonly beforeWriting: (tx: Tx) => Promise<void>
  readonly onHidden: (id: string) => void
  readonly onProgress: OnProgress
}

const nothing: Reach = { isAll: false, departments: new Set(), personId: undefined }

/** Refusal('not-permitted') when the caller may do none of these acts anywhere. */
export function portsOf(parts: AdminParts, question: Question, facts: CallFacts): AdminPorts {
  const { caller, onHidden, onProgress, beforeWriting } = facts
  const { directory, ...shared } = parts
  const actor = actorOf(facts)
  const reach = reachOf(caller, question)
  const writing = { ...parts.writing, actor, requireGrant: caller.requireGrant }
  return {
    ...shared,
    caller,
    actor,
    writing,
    beforeWriting,
    onProgress,
    gate: caller.gate,
    directory: scopeDirectory(directory, reach, onHidden),
    isInCare: (address) => {
      if (reach.isAll) return true
      const found = directory.findAddress(address)
      if (found === undefined) return false
      const { departmentId } = found.kind === 'list' ? found.list : found
      return reach.departments.has(departmentId)
    },
    nameOf: {
      department: (id) => directory.department(id)?.code ?? '',
      person: (id) => directory.person(id)?.address ?? '',
      anything: (id) => addressOf(directory, id),
      account: (address) => accountOf(directory, address),
      anybody: (address) => directory.personByAddress(address.trim())?.id,
    },
    heldPosts: () =>
      caller.personId === undefined
        ? []
        : directory.postsHeldBy(caller.personId, parts.clock.now()),
    credentials: parts.credentials(writing),
  }
}

function addressOf(directory: Directory, id: string): string | undefined {
  const owners = [directory.people(), directory.posts(), directory.sharedMailboxes()].flat()
  const owner = owners.find((one) => one.id === id || one.accountId === id)
  return (owner ?? directory.lists().find((one) => one.id === id))?.address
}

function accountOf(directory: Directory, address: string): AccountId | undefined {
  const destination = directory.findAddress(address.trim())
  return destination?.kind === 'account' ? destination.accountId : undefined
}

function reachOf({ gate }: Caller, question: Question): Reach {
  if (question === 'anyone' || question === 'signed-in') return nothing
  const acts: readonly Act[] = typeof question === 'string' ? [question] : question
  const reaches = acts.map((act) => gate.reachOf(act)).filter((reach) => reach !== undefined)
  if (reaches.length === 0) throw new Refusal('not-permitted', { act: acts[0] })
  return {
    isAll: reaches.some(({ isAll }) => isAll),
    departments: new Set(reaches.flatMap(({ departments }) => [...departments])),
    personId: reaches.find(({ personId }) => personId !== undefined)?.personId,
  }
}

export function actorOf({
  caller,
  remoteAddress,
  reason,
  ticket,
}: Pick<CallFacts, 'caller' | 'remoteAddress' | 'reason' | 'ticket'>): Actor {
  const { principalId, sessionId } = caller
  return {
    ...(principalId === undefined ? {} : { principalId }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(remoteAddress === '' ? {} : { remoteAddress }),
    ...(reason === undefined ? {} : { reason }),
    ...(ticket === undefined ? {} : { ticket }),
  }
}

/** The role in which he looks at something, for its entry; what is written is told by its writer’s gate. */
export function roleIn({ gate }: Pick<AdminPorts, 'gate'>, act: Act): { readonly role?: string } {
  const role = gate.reachOf(act)?.role
  return role === undefined ? {} : { role }
}

/** Of a try that was refused: the roles that he holds, none of which was enough. */
export function rolesOf({ kind, offices }: Pick<Caller, 'kind' | 'offices'>): {
  readonly role?: string
} {
  if (kind === 'operator') return { role: 'central-operator' }
  const held = [...new Set(offices().map(({ role }) => role))].toSorted()
  return { role: held.length === 0 ? 'officer' : held.join(' ') }
}
