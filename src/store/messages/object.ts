/**
 * Large content goes to the object store once, in AEAD frames under a key of its own; each recipient's
 * row keeps that key wrapped for his account. It is durable there before any row names it.
 */
import { newId } from '../../base/id.ts'
import { openRange, sealFrames } from '../../blob/frames.ts'
import type { AccountKeys, ContentKey } from '../../keys/types.ts'
import type { StoreContext } from '../context.ts'
import type { PreparedMessage, StoredObject } from './prepare.ts'

export async function putObject(
  context: StoreContext,
  keys: AccountKeys,
  prepared: PreparedMessage,
): Promise<StoredObject> {
  const id = newId(context.clock)
  const key = keys.newContentKey(id)
  await context.objects.put(id, sealFrames(prepared.packed, key, id))
  return { id, octets: prepared.packed.length, secret: keys.secretOf(key) }
}

/** Objects are opened whole: IMAP's and JMAP's parts need the structure of the whole message. */
export async function getObject(
  context: StoreContext,
  object: { readonly id: string; readonly octets: number },
  key: ContentKey,
): Promise<Buffer> {
  return openRange(object, key, (range) => context.objects.get(object.id, range))
}
