/** Accounts whose owners let a person in: all their delegations to him as one grant each. */
import type { Millis } from '../base/clock.ts'
import type { AccountId, MailboxId } from '../base/id.ts'
import { isHeldAt } from '../directory/memory.ts'
import type { DelegatedAccount, Delegation, Directory } from '../directory/types.ts'
import type { AccountGrant } from './types.ts'

export interface LetInto extends DelegatedAccount {
  readonly powers: readonly Delegation[]
}

export function letInto(
  directory: Directory,
  personId: string,
  isHis: (accountId: AccountId) => boolean,
  now: Millis,
): readonly LetInto[] {
  const given = directory
    .delegationsTo(personId)
    .filter((one) => isHeldAt(one, now) && !isHis(one.accountId))
  const byAccount = Map.groupBy(given, ({ accountId }) => accountId)
  return [...byAccount.values()].flatMap((powers) => {
    const owner = powers[0]?.owner
    return owner === undefined ? [] : [{ ...owner, powers }]
  })
}

export function delegatedGrant({ powers, ...owner }: LetInto, name: string): AccountGrant {
  const { accountId, departmentId, kind, address } = owner
  let rights = ''
  const mailboxes = new Map<MailboxId, string>()
  for (const { mailboxId, rights: letters } of powers)
    if (mailboxId === undefined) rights = letters
    else mailboxes.set(mailboxId, letters)
  const grant = {
    accountId,
    departmentId,
    kind,
    name,
    rights,
    address,
    basis: 'delegated',
  } as const
  return mailboxes.size === 0 ? grant : { ...grant, mailboxes }
}
