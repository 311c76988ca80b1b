/** The Session resource. RFC 8620 §2. */
import { createHash } from 'node:crypto'
import type { AccountGrant, Principal } from '../../access/types.ts'
import { dayMs } from '../../base/clock.ts'
import type { JmapParts } from '../ports.ts'
import { hasVacation } from '../vacation-response/vacation-response.ts'
import { mayRecover } from '../recoverable-email/recoverable-email.ts'
import { accountsOf, type Account } from './account.ts'
import {
  blobCapability,
  blobLimits,
  coreCapability,
  coreLimits,
  directoryCapability,
  directoryLimits,
  mailCapability,
  markingCapability,
  mdnCapability,
  mailLimits,
  ownerCapability,
  principalsCapability,
  quotaCapability,
  recoverableCapability,
  sieveCapability,
  sieveLimits,
  sieveServer,
  submissionCapability,
  submissionLimits,
  vacationCapability,
  vapidCapability,
  webSocketCapability,
} from './capabilities.ts'

export const prefix = '/jmap'
export const sessionPath = `${prefix}/session`
export const webSocketPath = `${prefix}/ws`

/** @param origin `https://host:port`, as the client reached us. */
export function sessionOf(parts: JmapParts, principal: Principal, origin: string): object {
  const { capabilities, ...shared } = sharedOf(parts, principal)
  const url = `${origin.replace(/^https:/, 'wss:')}${webSocketPath}`
  return {
    // RFC 8887 §3.
    capabilities: { ...capabilities, [webSocketCapability]: { url, supportsPush: true } },
    ...shared,
    ...urlsOf(origin),
    state: stateOf(parts, principal),
  }
}

interface KnownState {
  readonly day: number
  readonly principalId: string
  readonly openedAs: string | undefined
  readonly state: string
}

/** Grants are gathered anew whenever the directory or a credential changed: until then he is who he was. */
const known = new WeakMap<readonly AccountGrant[], KnownState>()

/** Changes with whatever the session resource says of him. */
export function stateOf(parts: JmapParts, principal: Principal): string {
  const grants = parts.access.accountsOf(principal)
  const { id: principalId, openedAs } = principal
  // How late mail may leave moves on with each day.
  const day = Math.floor(parts.clock.now() / dayMs)
  const before = known.get(grants)
  // Who has none shares that with others who have none.
  const isHis = before?.principalId === principalId && before.openedAs === openedAs
  if (isHis && before.day === day) return before.state
  const text = JSON.stringify(sharedOf(parts, principal))
  const state = createHash('sha256').update(text).digest('base64url').slice(0, 16)
  known.set(grants, { day, principalId, openedAs, state })
  return state
}

function sharedOf(parts: JmapParts, principal: Principal) {
  const accounts = accountsOf(parts, principal)
  // Who opened a post has that as his only one; otherwise his own comes first.
  const [primary] = accounts
  return {
    capabilities: {
      [coreCapability]: coreLimits(parts.messageOctetsMax),
      [mailCapability]: {},
      [submissionCapability]: {},
      [quotaCapability]: {},
      [sieveCapability]: sieveServer,
      [vacationCapability]: {},
      [blobCapability]: {},
      [mdnCapability]: {},
      [recoverableCapability]: {},
      ...(parts.addressBook === undefined ? {} : { [directoryCapability]: {} }),
      ...(parts.markingsFor && { [markingCapability]: {} }),
      [principalsCapability]: {},
      ...(parts.push && {
        [vapidCapability]: { applicationServerKey: parts.push.applicationServerKey },
      }),
    },
    accounts: Object.fromEntries(accounts.map((each) => [each.id, accountFacts(each)])),
    // For each capability that it has.
    primaryAccounts: Object.fromEntries(
      primary === undefined
        ? []
        : Object.keys(capabilitiesOf(primary)).map((each) => [each, primary.id]),
    ),
    username: principal.address,
  }
}

export function accountFacts(account: Account): object {
  const { grant } = account
  return {
    name: grant.basis === 'own' ? grant.address : grant.name,
    isPersonal: grant.basis === 'own',
    isReadOnly: account.isReadOnly,
    accountCapabilities: { ...capabilitiesOf(account), ...ownerOf(account) },
  }
}

function capabilitiesOf(account: Account): Readonly<Record<string, object>> {
  const { parts } = account
  return {
    [mailCapability]: mailLimits(parts.messageOctetsMax, account.may('mail.create')),
    [submissionCapability]: submissionLimits(parts.clock.now()),
    [quotaCapability]: {},
    [blobCapability]: blobLimits(parts.messageOctetsMax),
    [mdnCapability]: {},
    ...(parts.addressBook === undefined ? {} : { [directoryCapability]: directoryLimits }),
    ...(mayRecover(account) && { [recoverableCapability]: {} }),
    ...markingsOf(account),
    ...(account.may('filter.set-own') && { [sieveCapability]: sieveLimits }),
    ...(hasVacation(account) && { [vacationCapability]: {} }),
    ...(account.grant.basis === 'own' && {
      [principalsCapability]: { currentUserPrincipalId: account.principal.id },
    }),
  }
}

/** By the rules of whoever sends and of where it is kept. */
function markingsOf({ parts, principal, grant }: Account): Readonly<Record<string, object>> {
  const departments = { sender: principal.departmentId, keeper: grant.departmentId }
  const markings = parts.markingsFor?.(departments)
  return markings === undefined ? {} : { [markingCapability]: { markings } }
}

/** RFC 9670 §1.5.2: whose it is, and where he stands among the others. */
function ownerOf({ parts, principal, id }: Account): Readonly<Record<string, object>> {
  const own = accountsOf(parts, principal).find(({ grant }) => grant.basis === 'own')
  const owner = parts.sharing.book.ownerOf(id)
  if (own === undefined || owner === undefined) return {}
  return { [ownerCapability]: { accountIdForPrincipal: own.id, principalId: owner.id } }
}

function urlsOf(origin: string): object {
  return {
    apiUrl: `${origin}${prefix}/api`,
    downloadUrl: `${origin}${prefix}/download/{accountId}/{blobId}/{name}?type={type}`,
    uploadUrl: `${origin}${prefix}/upload/{accountId}`,
    eventSourceUrl: `${origin}${prefix}/events?types={types}&closeafter={closeafter}&ping={ping}`,
  }
}
