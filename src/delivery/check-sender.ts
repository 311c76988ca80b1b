/** MAIL on submission: a user sends as himself, his posts and shared mailboxes only. RFC 6409 §6.1. */
import type { Principal } from '../access/types.ts'
import { Refusal } from '../base/refusal.ts'
import type { DeliveryParts } from './ports.ts'

/**
 * The null reverse-path is anybody's: disposition notifications need it (RFC 8098 §3).
 * @throws Refusal('sender-not-yours')
 */
export function checkSender(
  parts: Pick<DeliveryParts, 'access'>,
  principal: Principal,
  reversePath: string,
): void {
  if (reversePath !== '') requireIdentity(parts, principal, reversePath)
}

/** @throws Refusal('sender-not-yours') */
export function requireIdentity(
  { access }: Pick<DeliveryParts, 'access'>,
  principal: Principal,
  address: string,
): void {
  const grant = access.maySendAs(principal, address)
  if (grant === undefined) throw new Refusal('sender-not-yours', { principal: principal.id })
  access.permit(principal, 'mail.submit', { accountId: grant.accountId })
}
