/** Mailboxes are made, called otherwise, put elsewhere and taken away. RFC 8621 §2.5. */
import type { AccountStore } from '../../../kit/jmap/account-store.ts'
import { MethodError, RequestError } from '../../../kit/jmap/transport.ts'
import type { Mailbox, SetError, SetResponse } from '../../../kit/jmap/types.ts'

/** What the window is open for. */
export type Managing =
  | { readonly kind: 'create'; readonly parentId: string | null }
  | { readonly kind: 'change'; readonly mailbox: Mailbox }
  | { readonly kind: 'colour'; readonly mailbox: Mailbox }

export type MailboxFault = 'nameTaken' | 'nameWrong' | 'refused' | 'unreachable'

export interface Named {
  readonly name: string
  readonly parentId: string | null
}

/** @returns its id, or why there is none */
export async function createMailbox(
  store: AccountStore,
  { name, parentId }: Named,
): Promise<{ readonly id: string } | MailboxFault> {
  const answer = await setMailboxes(store, { create: { m: { name, parentId } } })
  if (typeof answer === 'string') return answer
  const refused = answer.notCreated?.['m']
  if (refused !== undefined) return faultOf(refused, store, { name, parentId })
  return { id: String(answer.created?.['m']?.['id']) }
}

/** @returns why it is as it was */
export async function changeMailbox(
  store: AccountStore,
  id: string,
  named: Named,
): Promise<MailboxFault | undefined> {
  const answer = await setMailboxes(store, { update: { [id]: named } })
  if (typeof answer === 'string') return answer
  const refused = answer.notUpdated?.[id]
  return refused && faultOf(refused, store, named)
}

/** With what is in it, which can be had back for some time. @returns why it is still there */
export async function destroyMailbox(
  store: AccountStore,
  id: string,
): Promise<MailboxFault | undefined> {
  const answer = await setMailboxes(store, { destroy: [id], onDestroyRemoveEmails: true })
  if (typeof answer === 'string') return answer
  return answer.notDestroyed?.[id] && 'refused'
}

async function setMailboxes(
  store: AccountStore,
  args: Readonly<Record<string, unknown>>,
): Promise<SetResponse | MailboxFault> {
  try {
    const answer = await store.call<SetResponse>('Mailbox/set', args)
    await store.sync()
    return answer
  } catch (error) {
    if (error instanceof MethodError) return 'refused'
    if (error instanceof RequestError) return 'unreachable'
    throw error
  }
}

/** The server says that the name is wrong, and not whether another has it. */
function faultOf(
  { type, properties }: SetError,
  { mailboxes }: AccountStore,
  { name, parentId }: Named,
): MailboxFault {
  if (type !== 'invalidProperties' || properties?.includes('name') !== true) return 'refused'
  const isTaken = mailboxes
    .all()
    .some((each) => each.parentId === parentId && each.name === name.normalize('NFC'))
  return isTaken ? 'nameTaken' : 'nameWrong'
}

/** Where it may stand: not within itself, and where one may make mailboxes. */
export function parentsFor(
  all: readonly Mailbox[],
  mailbox: Mailbox | undefined,
): readonly Mailbox[] {
  const byId = new Map(all.map((each) => [each.id, each]))
  const isWithin = (each: Mailbox | undefined): boolean =>
    each !== undefined &&
    (each.id === mailbox?.id || (each.parentId !== null && isWithin(byId.get(each.parentId))))
  return all.filter((each) => each.myRights['mayCreateChild'] === true && !isWithin(each))
}
