/** What the HTTPS door knows of people in a browser: how they come in, and what they have open. */
import type { Millis } from '../../base/clock.ts'
import type { Principal } from '../types.ts'

/** From where a browser asks. */
export interface WebClient {
  readonly remoteAddress: string
  /** The browser and its system in a few words, for its owner to know it again. */
  readonly client: string
}

export interface WebPerson {
  readonly id: string
  readonly nameEn: string
  readonly nameZh: string
  readonly address: string
  /** The code of his department. */
  readonly department: string
}

export interface WebSession {
  readonly principal: Principal
  readonly person: WebPerson
  readonly signedInAt: Millis
  /** However much it is used. */
  readonly expiresAt: Millis
  /** Unless it is used before. */
  readonly idleUntil: Millis
  readonly hasSecondFactor: boolean
}

/** A session that was just opened: `token` is the cookie, and is kept nowhere. */
export interface OpenedWebSession {
  readonly token: string
  readonly session: WebSession
}

/** One of the sessions of a person, as he is shown it. */
export interface WebSessionLine {
  readonly id: string
  readonly client: string
  readonly remoteAddress: string
  readonly signedInAt: Millis
  /** To the hour. */
  readonly usedAt: Millis
  readonly expiresAt: Millis
  readonly isCurrent: boolean
}

export interface WebAccess {
  /**
   * Refusal('bad-credentials' | 'throttled' | 'suspended'), the same for somebody and for nobody;
   * 'needs-approval' never. Refusal('not-permitted'): right, and not enough here.
   */
  signIn(from: WebClient, address: string, password: string): Promise<OpenedWebSession>
  /** `isUse` false: a page asks by itself, nobody is there. Refusal('bad-credentials') */
  find(token: string, isUse: boolean): Promise<WebSession>
  sessionsOf(principal: Principal): Promise<readonly WebSessionLine[]>
  /** Ends one of his own, on every node. @returns whether he had it. */
  end(principal: Principal, id: string, remoteAddress: string): Promise<boolean>
}
