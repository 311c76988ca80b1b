/** Mailbox/set. RFC 8621 §2.5. */
import { isRefusal } from '../../base/refusal.ts'
import type { Mailbox, MailboxRole } from '../../store/types.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { mailCapability, principalsCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { answerSet } from '../core/set.ts'
import { mailboxNameOctetsMax } from '../limits.ts'
import { mailboxProperties, placeOf, presentMailbox, sortOrderOf } from './present.ts'
import { changeSharing, isOfSharing } from './share.ts'

export const mailboxSet: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    account.requireWritable()
    const usesSharing = call.using.has(principalsCapability)
    const removesEmails = call.args.boolean('onDestroyRemoveEmails', false)
    const resolve = (id: string) => call.args.resolveId(id)
    const writing = { account, usesSharing, resolve }
    const verbs = {
      create: (object: JsonObject) => create(writing, object),
      update: (id: string, patch: JsonObject) => update(writing, id, patch),
      destroy: (id: string) => destroy(account, id, removesEmails),
    }
    const stateOf = async () => (await account.read()).state
    return call.turns.run(account.id, () =>
      answerSet(call, { accountId: account.id, stateOf, verbs }),
    )
  },
}

type Resolve = (id: string) => string

const roles: ReadonlySet<unknown> = new Set<MailboxRole>([
  'archive',
  'drafts',
  'flagged',
  'junk',
  'sent',
  'trash',
  'important',
])

interface MailboxWriting {
  readonly account: Account
  readonly usesSharing: boolean
  readonly resolve: Resolve
}

async function create({ account, usesSharing, resolve }: MailboxWriting, object: JsonObject) {
  const settable = ['name', 'parentId', 'role', 'sortOrder', 'isSubscribed']
  const wrong = Object.keys(object).filter((name) => !settable.includes(name))
  if (wrong.length > 0) throw invalidProperties(...wrong)
  const { role = null, isSubscribed = true } = object
  const reading = await account.read()
  const name = nameIn(
    reading,
    parentOf(reading, object['parentId'] ?? null, resolve),
    object['name'],
  )
  if (role !== null && !roles.has(role)) throw invalidProperties('role')
  const sortOrder = sortOrderIn(object)
  if (typeof isSubscribed !== 'boolean') throw invalidProperties('isSubscribed')
  const { store } = account.parts
  const parent = parentOf(reading, object['parentId'] ?? null, resolve)
  account.permit('mail.create', parent?.id)
  await account.recordChange(parent?.id ?? account.id, { what: 'mailbox', event: 'create' })
  // Known roles only are left, and null is none.
  const made = await store.createMailbox(account.id, name, (role ?? undefined) as MailboxRole)
  if (!isSubscribed) await store.setSubscribed(account.id, made.id, false)
  if (sortOrder !== undefined) await store.arrangeMailbox(account.id, made.id, { sortOrder })
  const after = await account.read()
  const shown = presentMailbox(after, { ...made, isSubscribed, sortOrder }, usesSharing)
  const unknown = Object.entries(shown).filter(([key]) => !(key in object) || key === 'id')
  return { id: made.id, ...Object.fromEntries(unknown) }
}

async function update(
  { account, usesSharing, resolve }: MailboxWriting,
  id: string,
  given: JsonObject,
) {
  const reading = await account.read()
  const mailbox = mailboxOf(reading, id)
  const shown: Readonly<Record<string, unknown>> = {
    ...presentMailbox(reading, mailbox, usesSharing),
  }
  const patch = Object.fromEntries(
    Object.entries(given).filter(([path]) => !usesSharing || !isOfSharing(path)),
  )
  const settable = ['name', 'parentId', 'role', 'sortOrder', 'isSubscribed']
  const wrong = Object.entries(patch).filter(([name, value]) => {
    if (!(mailboxProperties as readonly string[]).includes(name)) return true
    // RFC 8620 §5.3: what the server sets may be said again as it is.
    return !settable.includes(name) && JSON.stringify(shown[name]) !== JSON.stringify(value)
  })
  if (wrong.length > 0) throw invalidProperties(...wrong.map(([name]) => name))
  const { store } = account.parts
  const { isSubscribed } = patch
  if (isSubscribed !== undefined && typeof isSubscribed !== 'boolean')
    throw invalidProperties('isSubscribed')
  await rename(account, reading, mailbox, { patch, resolve })
  await arrange(account, mailbox, patch)
  if (isSubscribed !== undefined && isSubscribed !== mailbox.isSubscribed) {
    account.permit('mail.lookup', id)
    await store.setSubscribed(account.id, id, isSubscribed)
  }
  // Last: nobody is let in by a change that is then said to have failed.
  if (usesSharing) await changeSharing(account, mailbox, given)
  return null
}

/** RFC 8621 §2: no two mailboxes have one role; what it is taken from is changed before. */
async function arrange(account: Account, mailbox: Mailbox, patch: JsonObject): Promise<void> {
  const { role = mailbox.role ?? null } = patch
  const sortOrder = sortOrderIn(patch)
  const isOther = role !== (mailbox.role ?? null)
  if (isOther && role !== null && !roles.has(role)) throw invalidProperties('role')
  if (!isOther && (sortOrder === undefined || sortOrder === sortOrderOf(mailbox))) return
  if (mailbox.role === 'recoverable' || (isOther && mailbox.role === 'inbox'))
    throw new SetRefusal({ type: 'forbidden' })
  account.permit('mail.delete-mailbox', mailbox.id)
  await account.recordChange(mailbox.id, { what: 'mailbox', event: 'rename' })
  const arrangement = {
    // Known roles only are left, and null.
    ...(isOther && { role: role as MailboxRole | null }),
    ...(sortOrder !== undefined && { sortOrder }),
  }
  try {
    await account.parts.store.arrangeMailbox(account.id, mailbox.id, arrangement)
  } catch (error) {
    if (isRefusal(error, 'already-exists')) throw invalidProperties('role')
    throw error
  }
}

/** RFC 8621 §2: from 0 up to 2^31 - 1. */
function sortOrderIn({ sortOrder }: JsonObject): number | undefined {
  if (sortOrder === undefined) return undefined
  // RFC 8620 §5.3: null is the default.
  if (sortOrder === null) return 0
  const isRight = typeof sortOrder === 'number' && Number.isInteger(sortOrder)
  if (!isRight || sortOrder < 0 || sortOrder >= 2 ** 31) throw invalidProperties('sortOrder')
  return sortOrder
}

async function rename(
  account: Account,
  reading: AccountReading,
  mailbox: Mailbox,
  { patch, resolve }: { readonly patch: JsonObject; readonly resolve: Resolve },
): Promise<void> {
  if (!('name' in patch) && !('parentId' in patch)) return
  const before = placeOf(reading, mailbox)
  const parent = parentOf(
    reading,
    'parentId' in patch ? (patch['parentId'] ?? null) : before.parentId,
    resolve,
  )
  const isSame =
    (parent?.id ?? null) === before.parentId &&
    (patch['name'] === undefined || patch['name'] === before.name)
  if (isSame) return
  if (mailbox.role === 'inbox') throw new SetRefusal({ type: 'forbidden' })
  const name = nameIn(reading, parent, 'name' in patch ? patch['name'] : before.name)
  if (parent !== undefined && `${parent.name}/`.startsWith(`${mailbox.name}/`))
    throw invalidProperties('parentId')
  account.permit('mail.delete-mailbox', mailbox.id)
  account.permit('mail.create', parent?.id)
  await account.recordChange(mailbox.id, { what: 'mailbox', event: 'rename' })
  await account.parts.store.renameMailbox(account.id, mailbox.id, name)
}

async function destroy(account: Account, id: string, removesEmails: boolean): Promise<void> {
  const mailbox = mailboxOf(await account.read(), id)
  account.permit('mail.delete-mailbox', id)
  if (mailbox.messages > 0 && !removesEmails) throw new SetRefusal({ type: 'mailboxHasEmail' })
  if (mailbox.messages > 0) account.permit('mail.expunge', id)
  await account.recordChange(id, { what: 'mailbox', event: 'delete' })
  await account.parts.store.deleteMailbox(account.id, id)
}

function mailboxOf({ mailboxes }: AccountReading, id: string): Mailbox {
  const mailbox = mailboxes.find((each) => each.id === id)
  if (mailbox === undefined) throw new SetRefusal({ type: 'notFound' })
  return mailbox
}

function parentOf(
  { mailboxes }: AccountReading,
  parentId: Json,
  resolve: Resolve,
): Mailbox | undefined {
  if (parentId === null) return undefined
  const id = typeof parentId === 'string' ? resolve(parentId) : undefined
  const parent = mailboxes.find((each) => each.id === id)
  if (parent === undefined) throw invalidProperties('parentId')
  return parent
}

/** The whole name of a mailbox of this name, which must not be there yet. */
function nameIn(
  { mailboxes }: AccountReading,
  parent: Mailbox | undefined,
  given: Json | undefined,
): string {
  if (typeof given !== 'string' || given.includes('/')) throw invalidProperties('name')
  const name = given.normalize('NFC')
  if (name.trim() === '' || Buffer.byteLength(name) > mailboxNameOctetsMax)
    throw invalidProperties('name')
  const whole = parent === undefined ? name : `${parent.name}/${name}`
  const isTaken = mailboxes.some((each) => each.name === whole)
  if (isTaken || whole.toUpperCase() === 'INBOX') throw invalidProperties('name')
  return whole
}
