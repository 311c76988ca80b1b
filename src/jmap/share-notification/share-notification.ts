/** A ShareNotification: others changed what he may in a mailbox. RFC 9670 §3. */
import { createHash } from 'node:crypto'
import type { ShareNotice } from '../../directory/types.ts'
import { accountsOf, type Account } from '../core/account.ts'
import { formatUtcDate } from '../core/arguments.ts'
import { rightsOf } from '../mailbox/rights.ts'
import { nameOf, shownTo } from '../principal/principal.ts'

export const notificationProperties = [
  'id',
  'created',
  'changedBy',
  'objectType',
  'objectAccountId',
  'objectId',
  'oldRights',
  'newRights',
  'name',
] as const

export function noticesOf({ parts, principal }: Account): readonly ShareNotice[] {
  return parts.sharing.noticesOf(principal.id)
}

export function stateOf(account: Account): string {
  const ids = noticesOf(account).map(({ id }) => id)
  return createHash('sha256').update(ids.join()).digest('base64url').slice(0, 22)
}

/** Of a whole account its inbox stands for it. */
export async function presentNotice(account: Account, notice: ShareNotice): Promise<object> {
  const { id, at, by, accountId, mailboxId, oldRights, newRights } = notice
  const object = await objectOf(account, accountId, mailboxId)
  const changer = by === undefined ? undefined : shownTo(account).find(by)
  return {
    id,
    created: formatUtcDate(at),
    changedBy: {
      name: changer === undefined ? '' : nameOf(changer),
      email: changer?.address ?? null,
      principalId: changer?.id ?? null,
    },
    objectType: 'Mailbox',
    objectAccountId: accountId,
    objectId: object.id,
    oldRights: oldRights === '' ? null : rightsOf(oldRights),
    newRights: newRights === '' ? null : rightsOf(newRights),
    name: object.name,
  }
}

/** As it is called now, where he sees it; then by whose it is. */
async function objectOf(
  { parts, principal }: Account,
  accountId: string,
  mailboxId: string | undefined,
): Promise<{ readonly id: string; readonly name: string }> {
  const owner = parts.sharing.book.ownerOf(accountId)
  const of = owner === undefined ? '' : nameOf(owner)
  const reached = accountsOf(parts, principal).find((each) => each.id === accountId)
  const mailboxes = reached === undefined ? [] : (await reached.read()).mailboxes
  const found = mailboxes.find(({ id, role }) =>
    mailboxId === undefined ? role === 'inbox' : id === mailboxId,
  )
  if (found === undefined) return { id: mailboxId ?? accountId, name: of }
  return { id: found.id, name: mailboxId === undefined ? of : `${of}: ${found.name}` }
}
