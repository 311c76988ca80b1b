/** RecoverableEmail/recover: out of the recoverable items, into a mailbox again. Ours (ADR 0038). */
import type { Recoverable } from '../../store/types.ts'
import type { Account } from '../core/account.ts'
import { recoverableCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { orNull } from '../core/set.ts'
import { MethodError, setErrorWithin, SetRefusal, type SetError } from '../core/method-error.ts'
import { objectsInSetMax } from '../limits.ts'
import { findItems } from './get.ts'
import { permitRecover, recoverableMailboxId } from './recoverable-email.ts'

export const recoverableEmailRecover: Method = {
  capability: recoverableCapability,
  async run(call) {
    const account = accountOf(call)
    const ids = [...new Set(call.args.ids('ids'))]
    const mailboxId = call.args.idOrNull('mailboxId')
    call.args.end()
    if (ids.length > objectsInSetMax) throw new MethodError('requestTooLarge')
    account.requireWritable()
    permitRecover(account)
    return call.turns.run(account.id, () => recoverAll(account, ids, mailboxId))
  },
}

async function recoverAll(account: Account, ids: readonly string[], to: string | undefined) {
  const { state: oldState } = await account.read()
  const items = new Map((await findItems(account, ids)).map((item) => [item.messageId, item]))
  const recovered = new Map<string, { readonly mailboxId: string }>()
  const notRecovered = new Map<string, SetError>()
  for (const id of ids) {
    try {
      const item = items.get(id)
      if (item === undefined) throw new SetRefusal({ type: 'notFound' })
      recovered.set(id, { mailboxId: await recoverOne(account, item, to) })
    } catch (error) {
      notRecovered.set(id, setErrorWithin(error, recovered.size > 0))
    }
  }
  const { state: newState } = await account.read()
  return {
    accountId: account.id,
    oldState,
    newState,
    recovered: orNull(recovered),
    notRecovered: orNull(notRecovered),
  }
}

/** @returns the mailbox it stands in again. */
async function recoverOne(
  account: Account,
  item: Recoverable,
  to: string | undefined,
): Promise<string> {
  const toMailboxId = await targetOf(account, item, to)
  account.permit('mail.insert', toMailboxId)
  const change = { what: 'restore', uids: [item.uid], toMailboxId } as const
  await account.recordChange(recoverableMailboxId(account), change)
  await account.parts.store.recover(account.id, item.messageId, toMailboxId)
  return toMailboxId
}

/** Named, or where it stood; the inbox where that is gone or was the trash: nobody wants it back there. */
async function targetOf(
  account: Account,
  item: Recoverable,
  to: string | undefined,
): Promise<string> {
  const { mailboxes } = await account.read()
  if (to !== undefined) {
    if (mailboxes.some(({ id }) => id === to)) return to
    throw new SetRefusal({ type: 'invalidProperties', properties: ['mailboxId'] })
  }
  const before = mailboxes.find(({ id }) => id === item.mailboxId)
  const inbox = mailboxes.find(({ role }) => role === 'inbox')
  const target = before === undefined || before.role === 'trash' ? (inbox ?? before) : before
  if (target === undefined) throw new SetRefusal({ type: 'forbidden' })
  return target.id
}
