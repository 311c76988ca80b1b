/** How what waits for a moderator goes on: all that its delivery needs, kept sealed as JSON. */
import { z } from 'zod'
import type { Principal } from '../../access/types.ts'
import type { Mark } from '../../policy/types.ts'
import type { Envelope, Peer, RecipientWish } from '../types.ts'

/** Stored sealed: add optional fields only. */
export interface PostFacts {
  readonly messageId: string
  readonly headerId?: string
  /** Base64. */
  readonly sameness: string
  readonly envelope: Envelope
  readonly peer: Peer
  readonly wish: RecipientWish
  readonly receivedAt: number
  /** The user who submitted it, and the domain that signs. */
  readonly submitter?: { readonly principal: Principal; readonly domain: string }
  /** What the policy said of the moderator's copy holds for those of the members. */
  readonly marks: readonly Mark[]
  readonly heldFor?: string
  readonly isDangerous?: true
  /** Who sent it is who he says: he hears how it ended. */
  readonly mayTell: boolean
}

const shape = z.looseObject({ messageId: z.string(), mayTell: z.boolean() })

export function factsOf(kept: unknown): PostFacts {
  // What was kept is what `keep` wrote; the shape says that it is one of those at all.
  return shape.parse(kept) as unknown as PostFacts
}
