/** What the JMAP door is given of the platform, and whom a person may send as. RFC 8621 §6. */
import { createPrincipalBook } from '../access/principal-book.ts'
import type { AccountGrant, Principal } from '../access/types.ts'
import { AddressBook } from '../directory/address-book.ts'
import type { Tx } from '../db/types.ts'
import type { Names } from '../directory/types.ts'
import { dismissNotice } from '../directory/write/share-notice.ts'
import type { PowersWriting } from '../directory/write/writing.ts'
import { markingsUnder } from '../delivery/judge/markings.ts'
import { createOwnScripts, type OwnScripts } from '../delivery/sieve/own-scripts.ts'
import { setVacation, type VacationChange } from '../directory/write/set-vacation.ts'
import { PacedAddressBook } from '../jmap/directory/pace.ts'
import type { Actor, JmapParts, SendingIdentity } from '../jmap/ports.ts'
import type { MemoryBudget } from '../net/memory-budget.ts'
import type { Platform } from './platform.ts'
import { keptStore } from './trust.ts'

export function jmapParts(platform: Platform, budget: MemoryBudget): JmapParts {
  const { access, delivery, clock, config, telemetry, directory, queue, push, trust } = platform
  return {
    store: keptStore(platform),
    access,
    delivery,
    queue,
    scripts: ownScriptsOf(platform),
    vacations: {
      find: (accountId) => directory.vacationOf(accountId, clock.now()),
      change: (by, accountId, change) => changeVacation(platform, by, { accountId, change }),
    },
    sharing: {
      book: createPrincipalBook(directory),
      delegations: access.delegations,
      noticesOf: (personId) => directory.shareNoticesOf(personId),
      dismiss: (by, id) => dismiss(platform, by, id),
    },
    onDirectoryChange: (listener) => directory.onChange(listener),
    clock,
    log: telemetry.log,
    budget,
    messageOctetsMax: config.limits.messageOctets,
    recipientsMax: config.limits.recipients,
    findWebSession: async (token, isUse) => (await access.web.find(token, isUse)).principal,
    signInByToken: (token, remoteAddress) => {
      const attempt = { door: 'jmap', remoteAddress, isTls: true } as const
      return access.oauth.signIn(attempt, 'bearer', { identity: '', token })
    },
    addressBook: new PacedAddressBook(new AddressBook(directory), clock),
    markingsFor: (departments) => markingsUnder(trust.settings(), departments),
    ...(push && { push }),
    identitiesOf: (principal) => identitiesOf(platform, principal),
  }
}

/** This node answers with it when it resolves. */
async function writeAs(
  { access, ground, directory, writing }: Platform,
  { principal, remoteAddress }: Actor,
  write: (tx: Tx, writing: PowersWriting) => Promise<void>,
): Promise<void> {
  const actor = { principalId: principal.id, sessionId: principal.sessionId, remoteAddress }
  const his = { ...writing, actor, requireGrant: access.gateFor(principal) }
  await ground.database.transaction((tx) => write(tx, his))
  await directory.refresh()
}

function changeVacation(
  platform: Platform,
  by: Actor,
  wanted: { readonly accountId: string; readonly change: VacationChange },
): Promise<void> {
  return writeAs(platform, by, (tx, writing) => setVacation(tx, writing, wanted))
}

function dismiss(platform: Platform, by: Actor, id: string): Promise<void> {
  const personId = by.principal.id
  return writeAs(platform, by, (tx, writing) => dismissNotice(tx, writing, { id, personId }))
}

export function ownScriptsOf({ access, directory, writing, ground }: Platform): OwnScripts {
  return createOwnScripts({ database: ground.database, directory, access, writing })
}

/** Every address of the accounts whose mail he may send, with the name that belongs to it. */
function identitiesOf(
  { access, directory }: Pick<Platform, 'access' | 'directory'>,
  principal: Principal,
): readonly SendingIdentity[] {
  return access.accountsOf(principal).flatMap((grant) => {
    const { accountId } = grant
    const owner = ownerOf(directory, grant)
    const all = new Set([grant.address, ...(owner ? directory.addressesOf(owner.id) : [])])
    const his = [...all].filter((each) => access.maySendOnBehalf(principal, each) !== undefined)
    return his.map((address) => ({ address, name: owner?.names.en ?? '', accountId }))
  })
}

function ownerOf(
  directory: Platform['directory'],
  { kind, accountId, address }: AccountGrant,
): { readonly id: string; readonly names: Names } | undefined {
  if (kind === 'person') return directory.personByAddress(address)
  const all = kind === 'post' ? directory.posts() : directory.sharedMailboxes()
  return all.find((each) => each.accountId === accountId)
}
