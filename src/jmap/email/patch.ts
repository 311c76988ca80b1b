/** What an update of an Email asks for. RFC 8620 §5.3 (PatchObject), RFC 8621 §4.6. */
import type { EmailFacts } from '../../store/emails/types.ts'
import type { AccountReading } from '../core/account.ts'
import { isObject, type Json, type JsonObject } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { mailboxesPerEmailMax } from '../limits.ts'
import { isKeyword, keywordsOf, readKeywords } from './keywords.ts'

export interface Wanted {
  readonly mailboxIds: ReadonlySet<string>
  readonly keywords: ReadonlySet<string>
}

type Resolve = (id: string) => string

/** What can be changed of an Email, and the rest of what was given. */
export function splitPatch(patch: JsonObject): {
  readonly moving: JsonObject
  readonly lasting: JsonObject
} {
  const isLasting = (path: string) =>
    !path.includes('/') && path !== 'mailboxIds' && path !== 'keywords'
  const entries = Object.entries(patch)
  return {
    moving: Object.fromEntries(entries.filter(([path]) => !isLasting(path))),
    lasting: Object.fromEntries(entries.filter(([path]) => isLasting(path))),
  }
}

/** The whole of both as the patch leaves them. @throws SetRefusal */
export function applyPatch(
  reading: AccountReading,
  email: EmailFacts,
  patch: JsonObject,
  resolve: Resolve,
): { readonly before: Wanted; readonly after: Wanted } {
  const places = reading.placesOf(email)
  const before = {
    mailboxIds: new Set(places.map(({ mailboxId }) => mailboxId)),
    keywords: new Set(keywordsOf(reading.view, places)),
  }
  const mailboxIds = new Set(before.mailboxIds)
  const keywords = new Set(before.keywords)
  const isWhole = (name: string) => name in patch
  for (const [path, value] of Object.entries(patch)) {
    const [name = '', key, ...rest] = path.split('/').map(unescape)
    if (key === undefined) replaceWhole(name, value, { mailboxIds, keywords, resolve })
    else {
      // RFC 8620 §5.3: a pointer into what is given whole is no patch.
      const isKnown = (name === 'mailboxIds' || name === 'keywords') && rest.length === 0
      if (!isKnown || isWhole(name)) throw new SetRefusal({ type: 'invalidPatch' })
      if (value !== true && value !== null) throw invalidProperties(path)
      const set = name === 'mailboxIds' ? mailboxIds : keywords
      const item = name === 'mailboxIds' ? resolve(key) : key.toLowerCase()
      if (name === 'keywords' && !isKeyword(key)) throw invalidProperties(path)
      if (value === null) set.delete(item)
      else set.add(item)
    }
  }
  checkMailboxes(reading, mailboxIds)
  return { before, after: { mailboxIds, keywords } }
}

/** RFC 6901 §4. */
function unescape(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

function replaceWhole(
  name: string,
  value: Json,
  into: { mailboxIds: Set<string>; keywords: Set<string>; resolve: Resolve },
): void {
  if (name === 'mailboxIds') {
    into.mailboxIds.clear()
    for (const id of readMailboxIds(value, into.resolve)) into.mailboxIds.add(id)
  } else if (name === 'keywords') {
    into.keywords.clear()
    for (const keyword of readKeywords(value)) into.keywords.add(keyword)
  } else throw invalidProperties(name)
}

/** @throws SetRefusal where it is no map of ids to true. */
export function readMailboxIds(value: Json | undefined, resolve: Resolve): ReadonlySet<string> {
  if (!isObject(value)) throw invalidProperties('mailboxIds')
  return new Set(
    Object.entries(value).map(([id, isIn]) => {
      if (isIn !== true) throw invalidProperties('mailboxIds')
      return resolve(id)
    }),
  )
}

/** @throws SetRefusal */
export function checkMailboxes(reading: AccountReading, mailboxIds: ReadonlySet<string>): void {
  if (mailboxIds.size === 0) throw invalidProperties('mailboxIds')
  if (mailboxIds.size > mailboxesPerEmailMax) throw new SetRefusal({ type: 'tooManyMailboxes' })
  const known = new Set(reading.mailboxes.map(({ id }) => id))
  for (const id of mailboxIds) if (!known.has(id)) throw invalidProperties('mailboxIds')
}
