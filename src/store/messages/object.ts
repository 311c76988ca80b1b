/**
 * Large content goes to the object store once, in AEAD frames under a key of its own; each recipient's
 * row keeps that key wrapped for his account. It is durable there before any row names it.
 */
import { newId } from '../../base/id.ts'
import { openRange, sealFrames } from '../../blob/frames.ts'
import type { AccountKeys, ContentKey, Place } from '../../keys/types.ts'
import type { StoreContext } from '../context.ts'
import type { PreparedMessage, StoredObject } from './prepare.ts'

/** Sealed with the message: an object cut short or put in another's place does not open. */
interface Pointer {
  readonly id: string
  readonly octets: number
}

export const pointerOf = (messageId: string): Place => ({
  object: messageId,
  field: 'message.object',
})

export function encodePointer({ id, octets }: Pointer): Buffer {
  return Buffer.from(JSON.stringify({ id, octets } satisfies Pointer))
}

export function decodePointer(pointer: Buffer): Pointer {
  // Written by encodePointer and sealed since.
  return JSON.parse(pointer.toString()) as Pointer
}

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
  object: Pointer,
  key: ContentKey,
): Promise<Buffer> {
  return openRange(object, key, (range) => context.objects.get(object.id, range))
}
