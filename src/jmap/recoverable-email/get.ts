/** RecoverableEmail/get: enough of each to know it again. A method of our own (ADR 0038). */
import { parseMessage } from '../../mime/parse.ts'
import type { Recoverable } from '../../store/types.ts'
import type { Account } from '../core/account.ts'
import { formatUtcDate } from '../core/arguments.ts'
import { recoverableCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'
import { invalidArguments } from '../core/method-error.ts'
import { convenient, readHeader } from '../email/header-property.ts'
import { permitRecover, recoverableMailboxId } from './recoverable-email.ts'

const ofHeader = ['from', 'to', 'subject', 'sentAt'] as const
const known = ['id', 'mailboxId', 'deletedAt', 'recoverableUntil', 'size', ...ofHeader]

export const recoverableEmailGet: Method = {
  capability: recoverableCapability,
  async run(call) {
    const account = accountOf(call)
    const ids = idsOfGet(call.args)
    const properties = propertiesOf(call.args, known)
    call.args.end()
    if (ids === undefined) throw invalidArguments('ids must be an Id[]: a query tells them')
    requireFew(ids.length)
    permitRecover(account)
    const { state } = await account.read()
    const items = await findItems(account, ids)
    await recordRead(account, items)
    const list = (await present(account, items)).map((item) => pick(item, properties))
    const found = new Set(items.map(({ messageId }) => messageId))
    return { accountId: account.id, state, list, notFound: ids.filter((id) => !found.has(id)) }
  },
}

const idForm = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** In the order they were asked for. */
export async function findItems(
  { id, parts }: Account,
  ids: readonly string[],
): Promise<readonly Recoverable[]> {
  const asked = ids.filter((each) => idForm.test(each))
  if (asked.length === 0) return []
  const items = await parts.store.recoverable(id, { ids: asked })
  const byId = new Map(items.map((item) => [item.messageId, item]))
  return asked.flatMap((each) => byId.get(each) ?? [])
}

/** Before anything of somebody else's mail leaves the node. Architecture D11. */
async function recordRead(account: Account, items: readonly Recoverable[]): Promise<void> {
  if (account.grant.basis === 'own' || items.length === 0) return
  const place = { accountId: account.id, mailboxId: recoverableMailboxId(account) }
  const uids = items.map(({ uid }) => uid)
  await account.parts.access.recordRead(account.principal, place, uids)
}

async function present(account: Account, items: readonly Recoverable[]) {
  const uids = items.map(({ uid }) => uid).toSorted((a, b) => a - b)
  const place = recoverableMailboxId(account)
  const headers = new Map<string, object>()
  for await (const batch of account.parts.store.summaries(account.id, place, uids))
    for (const { messageId, header } of batch) headers.set(messageId, headerOf(header))
  const mailboxIds = new Set((await account.read()).mailboxes.map(({ id }) => id))
  return items.map((item) => ({
    id: item.messageId,
    // Where it stood: null where that is gone, or not his to see.
    mailboxId: mailboxIds.has(item.mailboxId) ? item.mailboxId : null,
    deletedAt: formatUtcDate(item.deletedAt),
    recoverableUntil: formatUtcDate(item.until),
    size: item.octets,
    ...headers.get(item.messageId),
  }))
}

function headerOf(octets: Buffer): object {
  const { fields } = parseMessage(octets)
  return Object.fromEntries(
    ofHeader.map((name) => {
      const property = convenient.get(name)
      return [name, property === undefined ? null : readHeader(octets, fields, property)]
    }),
  )
}
