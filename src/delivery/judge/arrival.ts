/** Facts about mail of another system, gathered side by side; then the policy's word. RFC 8601 §4. */
import { Refusal } from '../../base/refusal.ts'
import { newId, type AccountId } from '../../base/id.ts'
import {
  formatResults,
  isForeignClaim,
  withoutFields,
} from '../../mailauth/verify/results-field.ts'
import { observe } from '../../mailauth/verify/observe.ts'
import type { Authentication } from '../../mailauth/verify/types.ts'
import { decide } from '../../policy/decide.ts'
import { unknownFacts } from '../../policy/facts.ts'
import type { Facts } from '../../policy/types.ts'
import type { Found } from '../accept.ts'
import type { Arriving } from '../deliver.ts'
import { addressesOf, type MessageFacts } from '../facts.ts'
import { findDestination, type Plan, type Target } from '../plan.ts'
import type { DeliveryParts } from '../ports.ts'
import { isAutomatic } from './automatic.ts'
import { gatherContent } from './content.ts'
import type { Encounter } from './greylist.ts'
import { gatherSender } from './sender.ts'
import type { Trust } from './ports.ts'
import { applyVerdicts } from './verdicts.ts'

export interface Judged {
  readonly plan: Plan
  /** With our results at its head, and without what others wrote in our name. */
  readonly message: Buffer
  readonly found: Found | undefined
  /** Undefined: a system of ours brings it, or nobody is judged. */
  readonly authentication: Authentication | undefined
}

export interface Arrived extends Arriving {
  readonly facts: MessageFacts
  readonly plan: Plan
}

/** @throws Refusal by a rule of the policy */
export async function judgeArrival(parts: DeliveryParts, arrived: Arrived): Promise<Judged> {
  const { trust } = parts
  const { plan, message } = arrived
  if (trust === undefined) return { plan, message, found: undefined, authentication: undefined }
  const [gathered, strangers] = await Promise.all([
    gather(parts, trust, arrived),
    findStrangers(parts, trust, arrived),
  ])
  const settings = trust.settings()
  noteDmarc(trust, arrived, gathered)
  /** Of copies that a list or a redirect leads out again: nobody presses a button for them. */
  const onward = { ...gathered.facts, externalRecipients: plan.relays.length }
  const factsFor = (target: Target): Facts =>
    isStranger(target, strangers) ? { ...gathered.facts, isFirstContact: true } : gathered.facts
  const judged = rule(parts, arrived, () =>
    applyVerdicts(plan, {
      verdictFor: (departmentId, target) =>
        decide(target === undefined ? onward : factsFor(target), settings, departmentId),
      senderDepartment: undefined,
      reroute: (target, to) => leadTo(parts, target, to),
    }),
  )
  const { authentication } = gathered
  return { plan: judged, authentication, ...mark(trust, arrived, authentication) }
}

/** Accounts that do not know the author. Mail of a list is the list's: nobody is asked about it. */
async function findStrangers(
  { log }: Pick<DeliveryParts, 'log'>,
  { contacts, isTrustedPeer }: Trust,
  { peer, plan, facts }: Arrived,
): Promise<ReadonlySet<AccountId>> {
  if (contacts === undefined || isTrustedPeer(peer.remoteAddress)) return new Set()
  const readers = plan.targets.filter(({ list }) => list === undefined)
  const accounts = readers.map(({ accountId }) => accountId)
  try {
    return await contacts.strangersAmong(addressesOf(facts, 'from'), accounts)
  } catch (error) {
    // One account that cannot be asked keeps the message from none of the others.
    log.warn({ error }, 'contacts were not asked')
    return new Set()
  }
}

function isStranger({ accountId, list }: Target, strangers: ReadonlySet<AccountId>): boolean {
  return list === undefined && strangers.has(accountId)
}

/** By the platform's rules: what a department adds to them is not the other domain's affair. */
function noteDmarc(
  { noteDmarc: note, settings }: Trust,
  { peer, envelope }: Arrived,
  { facts, authentication }: Gathered,
): void {
  if (note === undefined || authentication === undefined) return
  const { action } = decide(facts, settings())
  // It comes again, and is told then.
  if (action === 'defer') return
  const isHeld = action === 'quarantine' || action === 'hold' || action === 'reroute'
  const disposition = action === 'refuse' ? 'reject' : isHeld ? 'quarantine' : 'none'
  const { remoteAddress } = peer
  const { reversePath } = envelope
  const observed = observe(authentication, { remoteAddress, reversePath, disposition })
  if (observed !== undefined) note(observed)
}

const notAsked = 'not-asked' as const

export interface Gathered {
  readonly facts: Facts
  readonly authentication: Authentication | undefined
}

/** A rehearsal leaves no trace, and tells nothing of who wrote to whom: as if all met for the first time. */
type Gathering = Omit<Arrived, 'plan'> & { readonly isRehearsal?: boolean }

export async function gather(
  parts: Pick<DeliveryParts, 'directory' | 'clock'>,
  trust: Trust,
  { peer, envelope, message, facts, recipients, isRehearsal = false }: Gathering,
): Promise<Gathered> {
  const isPeerTrusted = trust.isTrustedPeer(peer.remoteAddress)
  const { remoteAddress, heloName } = peer
  const { reversePath } = envelope
  const forwardPaths = recipients.map(({ forwardPath }) => forwardPath)
  const [authentication, content, virus, blockLists, spam] = await Promise.all([
    isPeerTrusted
      ? undefined
      : trust.authenticate({
          remoteAddress,
          heloName,
          reversePath,
          message,
          at: parts.clock.now(),
        }),
    gatherContent(message, { countsPersonalData: false, readPdf: trust.pdfs?.fromOutside }),
    trust.virusScanner?.scan(message) ?? notAsked,
    isPeerTrusted ? 0 : (trust.countBlockLists?.(remoteAddress) ?? 0),
    isPeerTrusted
      ? notAsked
      : (trust.spamFilter?.judge({
          message,
          remoteAddress,
          heloName,
          reversePath,
          recipients: forwardPaths,
        }) ?? notAsked),
  ])
  const sender = gatherSender(parts.directory, { envelope, facts, authentication })
  const encounter = {
    remoteAddress,
    reversePath,
    recipients: forwardPaths,
    provenDomain: provenDomainOf(authentication, sender),
  }
  const known = {
    ...unknownFacts,
    direction: 'in',
    isAutomatic: isAutomatic(facts, reversePath),
    isGrey: !isPeerTrusted && (await isGrey(trust, encounter, isRehearsal)),
    isFirstContact: isRehearsal && !isPeerTrusted && trust.contacts !== undefined,
    isPeerTrusted,
    blockLists,
    virus,
    spam,
    ...sender,
    ...content,
  } as const
  return { facts: known, authentication }
}

async function isGrey(
  { greylist }: Trust,
  encounter: Encounter,
  isRehearsal: boolean,
): Promise<boolean> {
  if (greylist === undefined) return false
  return isRehearsal ? greylist.isOn : greylist.meet(encounter)
}

/** The author's, where it is shown to be his; else the envelope's. */
function provenDomainOf(
  authentication: Authentication | undefined,
  { dmarc, isAuthorSigned }: Partial<Facts>,
): string | undefined {
  if (authentication === undefined) return undefined
  const { authorDomains, spf } = authentication
  if (dmarc === 'pass' || isAuthorSigned === true) return authorDomains[0]
  return spf.result === 'pass' ? spf.domain : undefined
}

/** What is refused here was never taken: the mail log says so, and why, for who is asked about it. */
function rule(
  { mailLog, clock, log }: DeliveryParts,
  { peer, envelope, recipients, message }: Arrived,
  apply: () => Plan,
): Plan {
  try {
    return apply()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const reason = String(error.facts['reason'])
    const { remoteAddress } = peer
    const messageId = newId(clock)
    log.info({ messageId, remoteAddress, reason, code: error.code }, 'not taken by policy')
    mailLog.appendSoon({
      at: clock.now(),
      event: 'failed',
      messageId,
      remoteAddress,
      reversePath: envelope.reversePath,
      recipients: [],
      octets: message.length,
      outcomes: recipients.map(({ forwardPath }) => ({
        recipient: forwardPath,
        result: 'failed',
        reason,
      })),
    })
    throw error
  }
}

function leadTo(parts: DeliveryParts, target: Target, to: string): Target | undefined {
  const destination = findDestination(parts, to)
  if (destination?.kind !== 'account' || destination.isSuspended) return undefined
  const { accountId, departmentId, address } = destination
  return { ...target, accountId, departmentId, address, tag: undefined }
}

function mark(
  { authservId }: Trust,
  { peer, envelope, message }: Arrived,
  authentication: Authentication | undefined,
): Pick<Judged, 'message' | 'found'> {
  const cleaned = withoutFields(
    message,
    (field) => field.name.startsWith('tamar-') || isForeignClaim(field, authservId),
  )
  if (authentication === undefined) return { message: cleaned, found: undefined }
  const { remoteAddress, heloName } = peer
  const { reversePath } = envelope
  const results = formatResults(authservId, authentication, {
    remoteAddress,
    heloName,
    reversePath,
  })
  const field = Buffer.from(`Authentication-Results:${results}\r\n`)
  return {
    message: Buffer.concat([field, cleaned]),
    found: {
      results,
      arc: authentication.arc.result,
      isProven: authentication.dmarc.result === 'pass',
    },
  }
}
