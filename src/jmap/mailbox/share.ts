/** With whom a Mailbox is shared, and its owner who changes that: a delegation as any other. RFC 9670 §4. */
import type { Mailbox } from '../../store/types.ts'
import type { Account } from '../core/account.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { isObject } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { shownTo } from '../principal/principal.ts'
import { lettersIn, rightsOf, type MailboxRights } from './rights.ts'

export interface MailboxSharing {
  readonly mayShare: boolean
  /** By Principal; null where there is nobody, or it is not his to know. */
  readonly shareWith: Readonly<Record<string, MailboxRights>> | null
}

export function sharingOf(account: Account, { id }: Pick<Mailbox, 'id'>): MailboxSharing {
  const mayShare = account.may('mail.administer', id)
  if (!mayShare) return { mayShare, shareWith: null }
  const given = lettersByPrincipal(account, id)
  if (given.size === 0) return { mayShare, shareWith: null }
  const entries = [...given].map(([principalId, letters]) => [principalId, rightsOf(letters)])
  return { mayShare, shareWith: Object.fromEntries(entries) }
}

/** Owners are not among them: theirs are implicit. */
function lettersByPrincipal({ id: accountId, parts }: Account, mailboxId: string) {
  const listed = parts.sharing.delegations.aclOf({ accountId, mailboxId })
  return new Map(
    listed.flatMap(({ personId, rights, isOwner }) =>
      isOwner ? [] : [[personId, rights] as const],
    ),
  )
}

const property = 'shareWith'
export const isOfSharing = (path: string) => path === property || path.startsWith(`${property}/`)

/** Undefined: nothing of it is in the patch. @throws SetRefusal; Refusal('not-permitted') */
export async function changeSharing(
  account: Account,
  mailbox: Mailbox,
  patch: JsonObject,
): Promise<void> {
  const paths = Object.entries(patch).filter(([path]) => isOfSharing(path))
  if (paths.length === 0) return
  const before = lettersByPrincipal(account, mailbox.id)
  const after = wantedOf(before, paths)
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (id) => canonical(before.get(id)) !== canonical(after.get(id)),
  )
  if (changed.length === 0) return
  account.permit('mail.administer', mailbox.id)
  const { delegations } = account.parts.sharing
  const shown = shownTo(account)
  const entries = changed.map((id) => {
    const entry = shown.find(id)
    const isPerson = entry?.kind === 'person' && entry.address !== undefined
    const identifier = isPerson ? entry.address : identifierOf(account, mailbox.id, id)
    if (identifier === undefined) throw invalidProperties(property)
    return { identifier: identifier, rights: letters(before.get(id), after.get(id)) }
  })
  const object = { accountId: account.id, mailboxId: mailbox.id }
  await delegations.setAcls(account.principal, object, entries)
}

/** Who was let in once can be let out, whatever is shown of him now. */
function identifierOf({ id: accountId, parts }: Account, mailboxId: string, personId: string) {
  const listed = parts.sharing.delegations.aclOf({ accountId, mailboxId })
  return listed.find((each) => each.personId === personId)?.identifier
}

/** Sending on behalf has no name here: who may, may still while he has any right. */
function letters(before = '', after = ''): string {
  return after !== '' && before.includes('0') ? `${after}0` : after
}

const canonical = (given = '') => [...new Set(given.replace('0', ''))].toSorted(compare).join('')
const compare = (a: string, b: string) => (a < b ? -1 : 1)

function wantedOf(
  before: ReadonlyMap<string, string>,
  paths: readonly (readonly [path: string, value: Json])[],
): ReadonlyMap<string, string> {
  const [whole] = paths.filter(([path]) => path === property)
  // RFC 8620 §5.3: a pointer into what is given whole is no patch.
  if (whole !== undefined && paths.length > 1) throw new SetRefusal({ type: 'invalidPatch' })
  if (whole !== undefined) return wholeOf(whole[1])
  const after = new Map(before)
  for (const [path, value] of paths) {
    const [, id = '', right, ...rest] = path.split('/')
    if (rest.length > 0) throw new SetRefusal({ type: 'invalidPatch' })
    const given = right === undefined ? value : withOne(after.get(id), right, value)
    if (given === null) after.delete(id)
    else after.set(id, readLetters(given))
  }
  return after
}

function wholeOf(value: Json): ReadonlyMap<string, string> {
  if (value === null) return new Map()
  if (!isObject(value)) throw invalidProperties(property)
  return new Map(Object.entries(value).map(([id, rights]) => [id, readLetters(rights)]))
}

/** RFC 8620 §5.3: all before the last step is there already. */
function withOne(known: string | undefined, right: string, value: Json): Json {
  if (known === undefined) throw new SetRefusal({ type: 'invalidPatch' })
  const is = value ?? false
  // One right of two names.
  const both = right === 'mayRename' || right === 'mayDelete'
  return { ...rightsOf(known), ...(both && { mayRename: is, mayDelete: is }), [right]: is }
}

function readLetters(value: Json): string {
  const read = lettersIn(value)
  if (read === undefined) throw invalidProperties(property)
  return read
}
