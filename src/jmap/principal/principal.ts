/** A Principal as JMAP shows it, and whose directory is asked. RFC 9670 §2. */
import type { Entry, Shown } from '../../access/principal-book.ts'
import type { Account } from '../core/account.ts'
import { accountsOf } from '../core/account.ts'
import { accountOf, type MethodCall } from '../core/call.ts'
import { MethodError } from '../core/method-error.ts'
import { accountFacts } from '../core/session.ts'
import { lookedUpMax } from '../limits.ts'

export const principalProperties = [
  'id',
  'type',
  'name',
  'description',
  'email',
  'timeZone',
  'capabilities',
  'accounts',
] as const

/** Everybody looks people up from his own account. Refusal('not-permitted') */
export function principalsAccountOf(call: MethodCall): Account {
  const account = accountOf(call)
  if (account.grant.basis !== 'own') throw new MethodError('accountNotSupportedByMethod')
  account.permit('directory.look-up')
  return account
}

export function hasPrincipals(account: Account): boolean {
  return account.grant.basis === 'own' && account.may('directory.look-up')
}

/** As fast as he could look them up by typing (ADR 0045). Refusal('too-fast') */
export function takePace({ parts, principal }: MethodCall, count: number): void {
  parts.addressBook?.open(principal.id, Math.max(1, Math.ceil(count / lookedUpMax)))
}

export function shownTo({ parts, principal }: Account): Shown {
  return parts.sharing.book.shownTo(principal.departmentId)
}

/** A state is all of what is shown; what changed since another is not kept. */
export const stateOf = (account: Account): string => shownTo(account).digest

const types = { person: 'individual', post: 'other', shared: 'group', department: 'group' } as const

export const typeOf = ({ kind }: Entry): string => types[kind]

export const nameOf = ({ names }: Entry): string => `${names.en} ${names.zh}`.trim()

export type PrincipalObject = Readonly<
  Record<(typeof principalProperties)[number], unknown> & { readonly id: string }
>

/** With those of their accounts that he reaches. */
export function presentPrincipals(
  account: Account,
  entries: readonly Entry[],
): readonly PrincipalObject[] {
  const reached = new Map(
    accountsOf(account.parts, account.principal).map((each) => [each.id, each]),
  )
  return entries.map((entry) => {
    const of = reached.get(entry.accountId ?? '')
    return {
      id: entry.id,
      type: typeOf(entry),
      name: nameOf(entry),
      description: entry.about === '' ? null : entry.about,
      email: entry.address ?? null,
      timeZone: null,
      capabilities: {},
      accounts: of === undefined ? null : { [of.id]: accountFacts(of) },
    }
  })
}
