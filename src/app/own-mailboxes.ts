/** What a person sees and decides of his own mailbox and those of his posts, in his browser. */
import type { Directory, Names, Person } from '../directory/types.ts'
import type { AccountId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import { shownLines, type ShownLine } from '../approval/ledger/shown-lines.ts'
import { endDelegation } from '../directory/write/end-delegation.ts'
import { setDelegation } from '../directory/write/set-delegation.ts'
import type {
  Asking,
  DelegationLine,
  LedgerView,
  NewDelegation,
  OwnMailbox,
  OwnMailboxes,
  Somebody,
} from '../http/auth/ports.ts'
import type { Platform } from './platform.ts'

type Parts = Pick<
  Platform,
  'access' | 'directory' | 'approvals' | 'audit' | 'clock' | 'ground' | 'writing'
>

export function createOwnMailboxes(parts: Parts): OwnMailboxes {
  return {
    list: async (asking) => mailboxesOf(parts, asking),
    ledgerOf: (asking, accountId) => ledgerOf(parts, asking, accountId),
    delegationsOf: async (asking, accountId) => delegationsOf(parts, asking, accountId),
    delegate: (asking, accountId, wanted) => delegate(parts, asking, accountId, wanted),
    endDelegation: (asking, accountId, id) => end(parts, asking, accountId, id),
  }
}

/** His own first. */
function mailboxesOf({ access, directory }: Parts, { principal }: Asking): readonly OwnMailbox[] {
  return access
    .accountsOf(principal)
    .filter(({ basis }) => basis === 'own' || basis === 'held')
    .map(({ accountId, address, kind }) => {
      const post = directory.posts().find((one) => one.accountId === accountId)
      const { en, zh } = (post ?? directory.personByAddress(address))?.names ?? { en: '', zh: '' }
      return { id: accountId, address, kind, nameEn: en, nameZh: zh }
    })
}

/** @throws Refusal('not-found'): of another's nothing is said. */
function ownOf(parts: Parts, asking: Asking, accountId: AccountId): AccountId {
  if (mailboxesOf(parts, asking).some(({ id }) => id === accountId)) return accountId
  throw new Refusal('not-found')
}

async function ledgerOf(parts: Parts, asking: Asking, wanted: AccountId): Promise<LedgerView> {
  const { access, approvals, audit, clock, ground, directory } = parts
  const accountId = ownOf(parts, asking, wanted)
  access.permit(asking.principal, 'ledger.read-own', { personId: asking.principal.id })
  const page = await access.ledger.read(ground.database, accountId)
  await audit.recordAlone({ kind: 'ledger-read', accountId, ...actorOf(asking) })
  const shown = shownLines(page.lines, approvals.delays(accountId), clock.now())
  return {
    lines: shown.map((one) => lineOf(directory, one)),
    damaged: page.damaged.length,
  }
}

function lineOf(directory: Directory, one: ShownLine): LedgerView['lines'][number] {
  return {
    at: one.at,
    lastAt: one.lastAt,
    by: somebody(directory.person(one.byId)),
    what: one.what,
    basis: one.basis,
    role: one.role ?? null,
    messages: one.count ?? null,
    until: one.until ?? null,
    approvedBy: (one.approvedBy ?? []).map((by) => somebody(directory.person(by))),
    delayedUntil: one.delayedUntil ?? null,
  }
}

function delegationsOf(parts: Parts, asking: Asking, wanted: AccountId) {
  const { access, directory } = parts
  const accountId = ownOf(parts, asking, wanted)
  access.permit(asking.principal, 'delegation.read', { accountId })
  const delegations = directory
    .delegationsOf(accountId)
    .map(({ id, personId, mailboxId, rights, from, to }): DelegationLine => ({
      id,
      person: somebody(directory.person(personId)),
      mailboxId: mailboxId ?? null,
      rights,
      from,
      to: to ?? null,
    }))
  return { delegations }
}

async function delegate(
  parts: Parts,
  asking: Asking,
  wanted: AccountId,
  { address, rights, to }: NewDelegation,
): Promise<void> {
  const { directory } = parts
  const accountId = ownOf(parts, asking, wanted)
  const person = directory.personByAddress(address.trim())
  if (person === undefined) throw new Refusal('invalid', { field: 'address' })
  await write(parts, asking, (tx, writing) =>
    setDelegation(tx, writing, { accountId, personId: person.id, rights, to }),
  )
}

async function end(parts: Parts, asking: Asking, wanted: AccountId, id: string): Promise<void> {
  const accountId = ownOf(parts, asking, wanted)
  const found = parts.directory.delegationsOf(accountId).find((one) => one.id === id)
  if (found === undefined) throw new Refusal('not-found')
  const { mailboxId, personId } = found
  await write(parts, asking, (tx, writing) =>
    endDelegation(tx, writing, { accountId, mailboxId, personId }),
  )
}

type Write = (
  tx: Parameters<typeof setDelegation>[0],
  writing: Parameters<typeof setDelegation>[1],
) => Promise<void>

/** This node knows it when it resolves; sessions that rest on what ended, end. */
async function write(parts: Parts, asking: Asking, work: Write): Promise<void> {
  const { access, directory, ground, writing } = parts
  const requireGrant = access.gateFor(asking.principal)
  const his = { ...writing, actor: actorOf(asking), requireGrant }
  await ground.database.transaction((tx) => work(tx, his))
  await directory.refresh()
  await access.refresh()
}

function actorOf({ principal, remoteAddress }: Asking) {
  return { principalId: principal.id, sessionId: principal.sessionId, remoteAddress }
}

/** Null: the platform's operator, or somebody who is not known any more. */
function somebody(
  person: (Pick<Person, 'address'> & { readonly names: Names }) | undefined,
): Somebody | null {
  if (person === undefined) return null
  const { address, names } = person
  return { address, nameEn: names.en, nameZh: names.zh }
}
