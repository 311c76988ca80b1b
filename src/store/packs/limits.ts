/** Every number of the packs of mailboxes, with its reason. */
import { secondMs } from '../../base/clock.ts'

/** Messages of a pack: opening one takes about a millisecond, and so long others wait. */
export const packMessagesMax = 256
/** So long a mailbox that is being filled has to be at rest before it is packed. */
export const restMs = 2 * secondMs
/** Octets of headers in a pack, before it is compressed: it ends early rather than become large. */
export const packOctetsMax = 4 * 1024 * 1024
/** With fewer messages wanted of a pack, their own rows cost less than the pack. */
export const packWantedMin = 12
/** Summaries read and opened at once while packing: a slice of the event loop. */
export const packSlice = 32
/** Packs read at once, while those before them are written to the client. */
export const packsAhead = 4
/** Opened parts of packs a node remembers. */
export const cachedPackOctetsMax = 64 * 1024 * 1024
