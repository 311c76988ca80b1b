/** A message comes into an account: created, imported or copied. RFC 8621 §4.6 to §4.8. */
import { emailBlobId } from '../blob/blob.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { parseUtcDate } from '../core/arguments.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { readKeywords, splitKeywords } from './keywords.ts'
import { checkMailboxes, readMailboxIds } from './patch.ts'

export interface PutPlace {
  readonly mailboxIds: ReadonlySet<string>
  readonly keywords: ReadonlySet<string>
  readonly receivedAt: number
}

/** @throws SetRefusal, Refusal('not-permitted') */
export function readPlace(
  account: Account,
  reading: AccountReading,
  object: JsonObject,
  resolve: (id: string) => string,
): PutPlace {
  const mailboxIds = readMailboxIds(object['mailboxIds'], resolve)
  checkMailboxes(reading, mailboxIds)
  const keywords = readKeywords(object['keywords'])
  const receivedAt = receivedAtOf(object['receivedAt'], account.parts.clock.now())
  for (const id of mailboxIds) {
    account.permit('mail.insert', id)
    if (keywords.has('$seen')) account.permit('mail.seen', id)
    if ([...keywords].some((name) => name !== '$seen')) account.permit('mail.write', id)
  }
  return { mailboxIds, keywords, receivedAt }
}

function receivedAtOf(value: Json | undefined, now: number): number {
  if (value === undefined || value === null) return now
  const at = parseUtcDate(value)
  if (at === undefined) throw invalidProperties('receivedAt')
  return at
}

export interface Put {
  readonly id: string
  readonly blobId: string
  readonly threadId: string
  readonly size: number
}

export async function putMessage(account: Account, octets: Buffer, place: PutPlace): Promise<Put> {
  const { parts, id: accountId, principal } = account
  if (octets.length > parts.messageOctetsMax)
    throw new SetRefusal({ type: 'tooLarge', maxSize: parts.messageOctetsMax })
  const { flags, names } = splitKeywords(place.keywords)
  const [first = '', ...others] = place.mailboxIds
  for (const id of place.mailboxIds) await account.recordChange(id, { what: 'append' })
  const input = { octets, flags, keywords: names, receivedAt: place.receivedAt }
  const [appended] = await parts.store.append(accountId, first, [input], principal.id)
  if (appended === undefined) throw new Error('an append of one message gave none')
  const { messageId: id } = appended
  if (others.length > 0)
    await parts.store.changeEmail(accountId, principal.id, {
      id,
      addTo: others,
      removeFrom: [],
      setFlags: 0,
      clearFlags: 0,
      setKeywords: [],
      clearKeywords: [],
    })
  const view = await parts.store.emails(accountId, principal.id)
  const email = view.find(id)
  return { id, blobId: emailBlobId(id), threadId: email?.threadId ?? '', size: octets.length }
}
