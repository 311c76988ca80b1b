/**
 * Who gets a message in the end: recipients resolved, lists expanded, everybody once. A direct
 * recipient is preferred to one by a list, so that his copy has the sender's reverse-path.
 */
import { Refusal } from '../base/refusal.ts'
import type { RefusalCode } from '../base/refusal.ts'
import type { Millis } from '../base/clock.ts'
import type { AccountId, DepartmentId } from '../base/id.ts'
import type { Destination, DistributionList } from '../directory/types.ts'
import type { Mark } from '../policy/types.ts'
import { domainOf, hasControl, remoteKey } from './address.ts'
import { decideRecipient } from './decide.ts'
import type { Poster, RecipientFacts, Verdict } from './decide.ts'
import { expandList, isMember } from './expand-list.ts'
import type { MessageFacts } from './facts.ts'
import { listIdOf } from './list-headers.ts'
import type { DirectoryPort, ReportIntakePort, ReportKind } from './ports.ts'
import { sendOn } from './redirect.ts'
import type { RecipientWish } from './types.ts'

/** What the policy said about one copy. */
export interface Filing {
  readonly marks: readonly Mark[]
  /** Why it waits in the queue until somebody lets it go. */
  readonly heldFor?: string
  /** The virus scanner knows what is in it. */
  readonly isDangerous?: true
}

/** A copy for one account. */
export interface Target {
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  /** Primary address of the account. */
  readonly address: string
  readonly tag: string | undefined
  readonly wish: RecipientWish
  readonly reversePath: string
  /** The list it came by. */
  readonly list: DistributionList | undefined
  /** Whose redirects led it here, the first one first. */
  readonly redirectedBy?: readonly RedirectingAccount[]
  readonly filing?: Filing
  /** Moderated lists whose post this is the moderator's copy of. */
  readonly moderates?: readonly DistributionList[]
  /** He gets it as their moderator alone. */
  readonly isForModeration?: boolean
}

/** A post that its list's moderator is to let through. */
export interface Moderated {
  readonly wish: RecipientWish
  readonly list: DistributionList
  readonly moderatorId: AccountId
}

/** A copy for another system. */
export interface Relay {
  readonly wish: RecipientWish
  readonly reversePath: string
  readonly list: DistributionList | undefined
  readonly filing?: Filing
  readonly redirectedBy?: readonly RedirectingAccount[]
}

/** An account whose mail is sent on as well. */
export interface RedirectingAccount {
  readonly address: string
  readonly departmentId: DepartmentId
}

type AccountDestination = Extract<Destination, { readonly kind: 'account' }>

export interface Refused {
  readonly wish: RecipientWish
  readonly code: RefusalCode
  readonly reason: string
  /** Who hears of it: the sender, or the owner of the list. */
  readonly reversePath: string
}

/** A copy that is read as a report and kept by nobody. */
export interface ReportCopy {
  readonly wish: RecipientWish
  readonly kind: ReportKind
  /** Why it was not taken. */
  readonly refused?: RefusalCode
}

export interface Plan {
  readonly targets: readonly Target[]
  readonly relays: readonly Relay[]
  readonly refused: readonly Refused[]
  /** Lists that took the message: delivered, as far as its sender is concerned (RFC 3461 §5.2.7). */
  readonly lists: readonly RecipientWish[]
  /** What waits for a moderator, who is among the targets. */
  readonly moderated: readonly Moderated[]
  readonly reports: readonly ReportCopy[]
}

export interface PlanInput {
  readonly directory: DirectoryPort
  readonly postmaster: string | undefined
  /** Primary addresses of who answers for a domain, or for the platform. */
  readonly postmasters: (domain: string | undefined) => readonly string[]
  readonly reversePath: string
  /** Undefined: no address is for reports. */
  readonly reports: Pick<ReportIntakePort, 'kindAt'> | undefined
  /** An authenticated user sends: other systems are fine. */
  readonly isUser: boolean
  /** Undefined before DATA. */
  readonly facts: MessageFacts | undefined
  /** What From says; empty before DATA. */
  readonly authors: readonly string[]
  readonly now: Millis
}

export function planRecipients(input: PlanInput, recipients: readonly RecipientWish[]): Plan {
  if (hasControl(input.reversePath)) throw new Refusal('invalid', { what: 'reverse-path' })
  const builder = new PlanBuilder(input)
  for (const wish of recipients) {
    if (hasControl(wish.forwardPath)) throw new Refusal('invalid', { what: 'forward-path' })
    builder.add(wish)
  }
  return builder.finish()
}

/** What a moderator let through: to the members, whoever may post. */
export function planLetThrough(
  input: PlanInput,
  { wish, list }: Omit<Moderated, 'moderatorId'>,
): Plan {
  const builder = new PlanBuilder(input)
  builder.expand(wish, list)
  return builder.finish()
}

class PlanBuilder {
  readonly #input: PlanInput
  readonly #targets = new Map<AccountId, Target>()
  readonly #relays = new Map<string, Relay>()
  readonly #refused: Refused[] = []
  readonly #lists: { readonly wish: RecipientWish; readonly list: DistributionList }[] = []
  readonly #moderated: Moderated[] = []
  readonly #reports: ReportCopy[] = []

  constructor(input: PlanInput) {
    this.#input = input
  }

  add(wish: RecipientWish): void {
    const kind = reportKindOf(this.#input, wish.forwardPath)
    if (kind !== undefined) {
      this.#reports.push({ wish, kind })
      return
    }
    for (const destination of findDestinations(this.#input, wish.forwardPath))
      this.#addTo(wish, destination)
  }

  expand(wish: RecipientWish, list: DistributionList): void {
    this.#lists.push({ wish, list })
  }

  #addTo(wish: RecipientWish, destination: Destination | undefined): void {
    const { directory, reversePath } = this.#input
    const verdict = decideFor(this.#input, wish, destination)
    if (verdict.action === 'refuse') this.#refuse(wish, verdict)
    else if (verdict.action === 'relay') this.#relay({ wish, reversePath, list: undefined })
    else if (destination?.kind === 'account') this.#target(wish, destination)
    else if (destination?.kind === 'list') {
      const { list } = destination
      if (verdict.action === 'expand') this.expand(wish, list)
      else {
        const owner = directory.findAddress(list.ownerAddress)
        if (owner?.kind === 'account') this.#moderate(wish, list, owner)
      }
    }
  }

  finish(): Plan {
    for (const { wish, list } of this.#lists) this.#expand(wish, list)
    this.#redirect()
    return {
      targets: [...this.#targets.values()],
      relays: [...this.#relays.values()],
      refused: this.#refused,
      lists: this.#lists.map(({ wish }) => wish),
      moderated: this.#moderated,
      reports: this.#reports,
    }
  }

  /** It waits; its moderator has a copy to read, in a mailbox of its own if he gets none otherwise. */
  #moderate(wish: RecipientWish, list: DistributionList, moderator: AccountDestination): void {
    const { accountId } = moderator
    this.#moderated.push({ wish, list, moderatorId: accountId })
    const before = this.#targets.get(accountId)
    if (before === undefined) this.#target(wish, moderator)
    const target = this.#targets.get(accountId)
    if (target === undefined) return
    const moderates = [...(target.moderates ?? []), list]
    const isForModeration = before?.isForModeration ?? before === undefined
    this.#targets.set(accountId, { ...target, moderates, isForModeration })
  }

  #target(wish: RecipientWish, destination: AccountDestination): void {
    const { accountId, departmentId, address, tag } = destination
    const before = this.#targets.get(accountId)
    if (before !== undefined && before.isForModeration !== true) return
    const { reversePath } = this.#input
    const list = undefined
    const { moderates } = before ?? {}
    const target = { accountId, departmentId, address, tag, wish, reversePath, list }
    this.#targets.set(accountId, moderates === undefined ? target : { ...target, moderates })
  }

  #relay(relay: Relay): void {
    const key = remoteKey(relay.wish.forwardPath)
    if (!this.#relays.has(key)) this.#relays.set(key, relay)
  }

  #refuse(wish: RecipientWish, verdict: Extract<Verdict, { action: 'refuse' }>): void {
    const { code, reason } = verdict
    this.#refused.push({ wish, code, reason, reversePath: this.#input.reversePath })
  }

  /** Members report to the owner, never to who posted: RFC 5321 §3.9.2. */
  #expand(wish: RecipientWish, list: DistributionList): void {
    const members = expandList(this.#input.directory, list)
    const reversePath = list.ownerAddress
    for (const { accountId, departmentId, address, tag, isSuspended } of members.accounts) {
      const own: RecipientWish = { forwardPath: address }
      if (this.#targets.has(accountId)) continue
      if (isSuspended)
        this.#refused.push({
          wish: own,
          code: 'suspended',
          reason: 'member-suspended',
          reversePath,
        })
      else {
        const target = { accountId, departmentId, address, tag, wish: own, reversePath, list }
        this.#targets.set(accountId, target)
      }
    }
    for (const forwardPath of members.external)
      this.#relay({ wish: { forwardPath }, reversePath, list })
    for (const forwardPath of members.unknown)
      this.#refused.push({
        wish: { forwardPath, ...(wish.notify === undefined ? {} : { notify: wish.notify }) },
        code: 'no-such-address',
        reason: 'member-unknown',
        reversePath,
      })
  }

  /** Whoever has a copy may have said that his mail is sent on: `redirect.ts` says how. */
  #redirect(): void {
    const { directory, facts, now } = this.#input
    for (let wave = [...this.#targets.values()]; wave.length > 0;) {
      const next: Target[] = []
      for (const target of wave) {
        const { targets, relays } = sendOn({ directory, facts, now }, target)
        for (const one of targets)
          if (!this.#targets.has(one.accountId)) {
            this.#targets.set(one.accountId, one)
            next.push(one)
          }
        for (const relay of relays) this.#relay(relay)
      }
      wave = next
    }
  }
}

/** Of whose redirects led a copy to where it goes. */
export function addressesIn({
  redirectedBy = [],
}: Pick<Target, 'redirectedBy'>): readonly string[] {
  return redirectedBy.map(({ address }) => address)
}

/** @throws Refusal when nobody can have it: the first reason is the answer. */
export function requireTakers({ targets, relays, reports, refused }: Plan): void {
  const [first] = refused
  if (targets.length + relays.length + reports.length === 0 && first !== undefined)
    throw new Refusal(first.code, { reason: first.reason })
}

/**
 * RFC 5321 §4.5.1: mail for `postmaster`, with a domain of ours or without one, goes to somebody: to whom
 * the configuration says, or to those who answer for it. Undefined: nobody has the address.
 */
export function findDestinations(
  {
    directory,
    postmaster,
    postmasters,
  }: Pick<PlanInput, 'directory' | 'postmaster' | 'postmasters'>,
  forwardPath: string,
): readonly (Destination | undefined)[] {
  const found = directory.findAddress(forwardPath)
  const local = forwardPath.slice(0, 11).toLowerCase()
  if (found !== undefined || (local !== 'postmaster' && local !== 'postmaster@')) return [found]
  const domain = local === 'postmaster' ? undefined : domainOf(forwardPath)
  if (domain !== undefined && !directory.isInternalDomain(domain)) return [undefined]
  const addresses =
    domain === undefined && postmaster !== undefined ? [postmaster] : postmasters(domain)
  const destinations = addresses.flatMap((address) => directory.findAddress(address) ?? [])
  return destinations.length > 0 ? destinations : [undefined]
}

/** What other systems report there. Whoever has the address has its mail; our own users report nothing. */
export function reportKindOf(
  input: Pick<PlanInput, 'directory' | 'postmaster' | 'postmasters' | 'reports' | 'isUser'>,
  forwardPath: string,
): ReportKind | undefined {
  const { directory, reports, isUser } = input
  if (reports === undefined || isUser || !directory.isInternalDomain(domainOf(forwardPath)))
    return undefined
  const kind = reports.kindAt(forwardPath)
  return findDestination(input, forwardPath) === undefined ? kind : undefined
}

/** Of several who stand in for one another, the first. */
export function findDestination(
  input: Pick<PlanInput, 'directory' | 'postmaster' | 'postmasters'>,
  forwardPath: string,
): Destination | undefined {
  return findDestinations(input, forwardPath)[0]
}

export function decideFor(
  input: PlanInput,
  wish: RecipientWish,
  destination: Destination | undefined,
): Verdict {
  return decideRecipient(recipientFacts(input, wish, destination))
}

function recipientFacts(
  input: PlanInput,
  wish: RecipientWish,
  destination: Destination | undefined,
): RecipientFacts {
  const { directory, facts, isUser } = input
  if (destination === undefined) {
    const domain = domainOf(wish.forwardPath)
    const isInternalDomain = domain === '' || directory.isInternalDomain(domain)
    return { kind: 'nobody', isInternalDomain, isUser }
  }
  if (destination.kind === 'account') {
    const hasBeenHere = facts?.deliveredTo.has(destination.address.toLowerCase()) ?? false
    return { kind: 'account', isSuspended: destination.isSuspended, hasBeenHere }
  }
  const { list } = destination
  const hasBeenHere = facts?.listIds.has(listIdOf(list)) ?? false
  return { kind: 'list', posting: list.posting, poster: posterFacts(input, list), hasBeenHere }
}

function posterFacts(input: PlanInput, list: DistributionList): Poster {
  const { directory, reversePath, authors } = input
  const identities = [reversePath, ...authors]
  const owner = directory.findAddress(list.ownerAddress)
  const ownerId = owner?.kind === 'account' && !owner.isSuspended ? owner.accountId : undefined
  const isShared = owner?.kind === 'account' && owner.accountKind === 'shared'
  return {
    isNull: reversePath === '',
    isInternal: identities.every((address) => directory.isInternalDomain(domainOf(address))),
    isMember:
      list.posting === 'members' &&
      identities.every((address) => isMember(directory, list, address)),
    isOwner:
      ownerId !== undefined &&
      identities.every((address) => {
        const identity = directory.findAddress(address)
        return identity?.kind === 'account' && identity.accountId === ownerId
      }),
    // Nobody owns a shared mailbox: there is nobody whose word it would be.
    hasModerator: ownerId !== undefined && !isShared,
  }
}
