/** What the HTTPS door and the mail doors know of programs that are let in by OAuth. */
import type { Millis } from '../../base/clock.ts'
import type { Scope } from '../credentials/content.ts'
import type { Attempt, Principal } from '../types.ts'
import type { KnownProgram } from './programs.ts'

/** What a program asks a person for. RFC 6749 §4.1.1, RFC 7636 §4.3. */
export interface AskedProgram {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly Scope[]
  readonly state: string | undefined
  /** By S256 alone. */
  readonly challenge: string
}

export interface TokenAnswer {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresInMs: number
  readonly scopes: readonly Scope[]
}

export interface ProgramLine {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: Millis
  readonly expiresAt: Millis
}

export interface Oauth {
  readonly programs: readonly KnownProgram[]
  findProgram(clientId: string): KnownProgram | undefined
  isRedirectOf(program: KnownProgram, uri: string): boolean
  /** Shown to him as a page; the ticket is in its form. */
  ask(principal: Principal, asked: AskedProgram): Promise<string>
  /** What he was shown and answers now, once. */
  takeConsent(principal: Principal, ticket: string): Promise<AskedProgram | undefined>
  /** He lets it in. @returns the code. */
  allow(principal: Principal, asked: AskedProgram, remoteAddress: string): Promise<string>
  /** Undefined: RFC 6749 §5.2, `invalid_grant`. */
  changeCode(given: {
    readonly code: string
    readonly clientId: string
    readonly redirectUri: string
    readonly verifier: string
  }): Promise<TokenAnswer | undefined>
  changeRefresh(given: {
    readonly token: string
    readonly clientId: string
  }): Promise<TokenAnswer | undefined>
  revoke(token: string): Promise<void>
  programsOf(principal: Principal): readonly ProgramLine[]
  /** Refusal('not-found') */
  end(principal: Principal, id: string, remoteAddress: string): Promise<void>
  /** Refusal('bad-credentials' | 'throttled' | 'suspended'). `identity` empty: whose it is. */
  signIn(
    attempt: Attempt,
    mechanism: string,
    given: { readonly identity: string; readonly token: string },
  ): Promise<Principal>
}
