/**
 * Whom an identity names: `person@domain`, or `person+post@domain` for a program that shows one
 * account only (architecture D6). The post is named by its title or by the local part of one of its
 * addresses, and opens only to who holds it now.
 */
import type { Millis } from '../base/clock.ts'
import type { AccountId } from '../base/id.ts'
import { findAddressKey, localPartOf } from '../directory/address-key.ts'
import type { Directory, Person } from '../directory/types.ts'
import { identityOctetsMax } from './limits.ts'

export interface Identity {
  /** What failures are counted under: the person's own address, also when it is nobody's. */
  readonly key: string
  readonly person: Person | undefined
  readonly openedAs: AccountId | undefined
}

/** Costs the same for somebody and for nobody: two look-ups in memory. */
export function resolveIdentity(directory: Directory, text: string, now: Millis): Identity {
  const key = Buffer.byteLength(text) > identityOctetsMax ? undefined : findAddressKey(text.trim())
  if (key === undefined) return { key: '', person: undefined, openedAs: undefined }
  const plus = key.indexOf('+')
  const at = key.lastIndexOf('@')
  if (plus <= 0 || plus > at)
    return { key, person: findPresent(directory, key), openedAs: undefined }
  const base = key.slice(0, plus) + key.slice(at)
  const person = findPresent(directory, base)
  const openedAs = person && findHeldPost(directory, person, key.slice(plus + 1, at), now)
  // A post he does not hold is as wrong as a password that is not his.
  return { key: base, person: openedAs === undefined ? undefined : person, openedAs }
}

/** Who has left is nobody. */
function findPresent(directory: Directory, key: string): Person | undefined {
  const person = directory.personByAddress(key)
  return person?.state === 'left' ? undefined : person
}

function findHeldPost(
  directory: Directory,
  person: Person,
  name: string,
  now: Millis,
): AccountId | undefined {
  return directory
    .postsHeldBy(person.id, now)
    .find(
      (post) =>
        post.title.toLowerCase() === name ||
        directory.addressesOf(post.id).some((address) => localPartOf(address) === name),
    )?.accountId
}
