/**
 * Whose mail a user sends: his own, his posts' and shared mailboxes', and that of owners who let him
 * send as them or on their behalf. RFC 6409 §6.1, RFC 5322 §3.6.2.
 */
import type { AccountGrant, Principal } from '../access/types.ts'
import { Refusal } from '../base/refusal.ts'
import type { DeliveryParts } from './ports.ts'

type Parts = Pick<DeliveryParts, 'access'>

/** `as`: the account itself speaks; `on-behalf`: he speaks for it, and is named as the sender. */
export interface Identity {
  readonly grant: AccountGrant
  readonly as: 'as' | 'on-behalf'
}

/**
 * The null reverse-path is anybody's: disposition notifications need it (RFC 8098 §3).
 * @throws Refusal('sender-not-yours')
 */
export function checkSender(parts: Parts, principal: Principal, reversePath: string): void {
  if (reversePath !== '') requireAuthorship(parts, principal, reversePath)
}

/** An author's address. @throws Refusal('sender-not-yours') */
export function requireAuthorship(parts: Parts, principal: Principal, address: string): Identity {
  const { access } = parts
  const own = access.maySendAs(principal, address)
  const grant = own ?? access.maySendOnBehalf(principal, address)
  if (grant === undefined) throw new Refusal('sender-not-yours', { principal: principal.id })
  const { accountId } = grant
  access.permit(principal, own ? 'mail.submit' : 'mail.submit-on-behalf', { accountId })
  return { grant, as: own ? 'as' : 'on-behalf' }
}

/** The address of who presses the button: never one he only speaks for. */
export function requireIdentity(parts: Parts, principal: Principal, address: string): void {
  if (requireAuthorship(parts, principal, address).as === 'on-behalf')
    throw new Refusal('sender-not-yours', { principal: principal.id, what: 'sender' })
}
