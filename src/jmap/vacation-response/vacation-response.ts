/**
 * What is answered while somebody is away: the one there is of each account, by its owner or present
 * holder alone. RFC 8621 §8; `docs/adr/0041-away.md`.
 */
import type { Account } from '../core/account.ts'
import { formatUtcDate } from '../core/arguments.ts'
import type { MethodCall } from '../core/call.ts'
import { accountOf } from '../core/call.ts'
import { MethodError } from '../core/method-error.ts'

export const singletonId = 'singleton'

export interface VacationResponse {
  readonly id: typeof singletonId
  readonly isEnabled: boolean
  readonly fromDate: string | null
  readonly toDate: string | null
  readonly subject: string | null
  readonly textBody: string | null
  readonly htmlBody: string | null
}

export const vacationProperties = [
  'id',
  'isEnabled',
  'fromDate',
  'toDate',
  'subject',
  'textBody',
  'htmlBody',
] as const

/** Nobody speaks for another's account, nor for a mailbox that nobody owns. */
export function hasVacation(account: Account): boolean {
  return account.may('vacation.read-own')
}

/** @throws MethodError('accountNotFound' | 'accountNotSupportedByMethod') */
export function vacationAccountOf(call: MethodCall): Account {
  const account = accountOf(call)
  if (hasVacation(account)) return account
  throw new MethodError('accountNotSupportedByMethod')
}

export function vacationOf({ parts, id }: Account): VacationResponse {
  const found = parts.vacations.find(id)
  const dateOf = (at: number | undefined) => (at === undefined ? null : formatUtcDate(at))
  return {
    id: singletonId,
    isEnabled: found?.isEnabled ?? false,
    fromDate: dateOf(found?.from),
    toDate: dateOf(found?.to),
    subject: found?.subject ?? null,
    textBody: found?.text ?? null,
    htmlBody: found?.html ?? null,
  }
}

/** Also when it ended because who said it holds the post no more. */
export function stateOf({ parts, id }: Account): string {
  const { version, isEnabled } = parts.vacations.find(id) ?? { version: 0, isEnabled: false }
  return `${version}${isEnabled ? '-on' : ''}`
}
