/** What an account deleted and can have back, as who signed in may see it. ADR 0038, ADR 0011. */
import type { Account } from '../core/account.ts'

/** Whoever may expunge may undo it, given that he may read. */
export function mayRecover(account: Account): boolean {
  const place = recoverableMailboxId(account)
  return account.may('mail.read', place) && account.may('mail.recover', place)
}

/** Refusal('not-permitted') */
export function permitRecover(account: Account): void {
  const place = recoverableMailboxId(account)
  account.permit('mail.read', place)
  account.permit('mail.recover', place)
}

/** The mailbox of recoverable items has the account's own id. */
export function recoverableMailboxId({ id }: Account): string {
  return id
}
