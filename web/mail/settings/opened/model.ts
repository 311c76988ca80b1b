/** Who opened a mailbox that is his own: the owner's ledger. */
import { Loaded } from '../../../kit/loaded.ts'
import { listOf, numberOf, textOf, type OwnApi } from '../../../kit/own-api.ts'
import { findSomebody, type Somebody } from '../own-mailboxes.ts'

export const deeds = [
  'read',
  'search',
  'change',
  'delete',
  'send',
  'examination-allowed',
  'export',
  'restore',
  'take-over',
  'credential-reset',
  'redirect',
] as const
export type Deed = (typeof deeds)[number]

export const bases = ['delegated', 'member', 'examined', 'taken-over'] as const
export type Basis = (typeof bases)[number]

export interface Opened {
  readonly at: number
  readonly lastAt: number
  /** Undefined: the operator of the machine, or somebody who is not known any more. */
  readonly by: Somebody | undefined
  readonly what: Deed | 'other'
  readonly basis: Basis | 'other'
  readonly messages: number | undefined
  readonly approvedBy: readonly Somebody[]
  readonly delayedUntil: number | undefined
}

export interface Ledger {
  readonly lines: readonly Opened[]
  readonly damaged: number
}

export function ledgerOf(api: OwnApi, mailboxId: string): Loaded<Ledger> {
  return new Loaded(
    () => api.get(`/auth/mailboxes/${encodeURIComponent(mailboxId)}/ledger`),
    (body) => ({
      damaged: numberOf(body['damaged']) ?? 0,
      lines: listOf(body['lines'], (one) => ({
        at: numberOf(one['at']) ?? 0,
        lastAt: numberOf(one['lastAt']) ?? 0,
        by: findSomebody(one['by']),
        what: deeds.find((deed) => deed === textOf(one['what'])) ?? 'other',
        basis: bases.find((basis) => basis === textOf(one['basis'])) ?? 'other',
        messages: numberOf(one['messages']),
        approvedBy: listOf(one['approvedBy'], findSomebody),
        delayedUntil: numberOf(one['delayedUntil']),
      })),
    }),
  )
}
