/** What the HTTPS door knows of people in a browser: how they come in, and what they have open. */
import type { Millis } from '../../base/clock.ts'
import type { Scope } from '../credentials/content.ts'
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
  /** Until then he may do what is guarded; he says again who he is for more. */
  readonly confirmedUntil: Millis
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

/** What is asked besides a password. */
export type FactorMethod = 'passkey' | 'totp' | 'recovery'

/** What a browser showed, not checked yet. */
export type ShownFactor =
  | { readonly method: 'totp' | 'recovery'; readonly code: string }
  | {
      readonly method: 'passkey'
      readonly ceremony: string
      /** The page it was shown to. */
      readonly origin: string
      readonly response: unknown
    }

/** What the browser is to give to its authenticator, and how the answer is known again. */
export interface PasskeyCeremony {
  readonly ceremony: string
  readonly options: object
}

/** What must come back from an identity provider as it was sent there. */
export interface ProviderStep {
  readonly state: string
  readonly nonce: string
  /** RFC 7636 §4.1 */
  readonly verifier: string
  readonly redirectUri: string
}

/** The government's own; given by the composition root. Refusal('try-again'): it does not answer. */
export interface IdentityProvider {
  /** What people call it. */
  readonly name: string
  begin(redirectUri: string): Promise<{ readonly url: string; readonly step: ProviderStep }>
  /** @returns the address it says is his; undefined: it says nothing that can be believed. */
  finish(answer: string, step: ProviderStep): Promise<string | undefined>
}

/** Kept between two steps, in `steps.ts`. */
export type WebStep =
  | ({ readonly step: 'provider' } & ProviderStep)
  /** His password was right; nobody is signed in by it. */
  | {
      readonly step: 'proved'
      readonly personId: string
      readonly credentialId: string
      readonly version: number
      readonly tries: number
    }
  | {
      readonly step: 'passkey'
      readonly purpose: 'sign-in' | 'second-factor' | 'confirm' | 'add'
      readonly personId?: string | undefined
      readonly challenge: string
    }
  | { readonly step: 'totp'; readonly personId: string; readonly secret: string }

/** `token`: of the step, for minutes. */
export type SignInStep =
  | ({ readonly kind: 'session' } & OpenedWebSession)
  | {
      readonly kind: 'second-factor' | 'add-factor'
      readonly token: string
      readonly methods: readonly FactorMethod[]
    }
  /** Not right; he may try again with another token, as long as there is one. */
  | { readonly kind: 'wrong'; readonly token: string | undefined }

export interface FactorLine {
  readonly id: string
  readonly kind: 'passkey' | 'totp'
  readonly label: string
  readonly createdAt: Millis
  /** To the hour; undefined: never, as far as was written. */
  readonly usedAt: Millis | undefined
}

export interface FactorList {
  readonly factors: readonly FactorLine[]
  readonly recoveryCodesLeft: number
}

/** Who adds a factor: somebody signed in, or who may not be before he has one. */
export type Adding =
  | { readonly session: WebSession }
  | { readonly stepToken: string; readonly from: WebClient }

export type NewFactorShown =
  | {
      readonly kind: 'totp'
      readonly ceremony: string
      readonly label: string
      readonly code: string
    }
  | {
      readonly kind: 'passkey'
      readonly ceremony: string
      readonly label: string
      readonly origin: string
      readonly response: unknown
    }

export interface AddedFactor {
  readonly id: string
  /** With the first one, shown once. */
  readonly recoveryCodes: readonly string[] | undefined
  /** Of who was not signed in before. */
  readonly opened: OpenedWebSession | undefined
}

export interface TotpCeremony {
  readonly ceremony: string
  /** Base32, to type; and for a picture. */
  readonly secret: string
  readonly uri: string
}

export interface AppPasswordLine {
  readonly id: string
  readonly label: string
  readonly scopes: readonly string[]
  readonly createdAt: Millis
  readonly expiresAt: Millis | undefined
  readonly usedAt: Millis | undefined
}

export interface NewWebAppPassword {
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly expiresAt?: Millis | undefined
}

/** Shown once; kept nowhere. */
export interface OpenedOffice {
  readonly token: string
  readonly expiresAt: Millis
}

export interface ChangedPassword {
  /** As it is now, of who has one. */
  readonly present?: string | undefined
  readonly password: string
}

/**
 * Refusals: 'bad-credentials' (not right, or over), 'throttled', 'suspended'; the same for somebody and
 * for nobody. What `isFresh` guards: 'not-permitted' with `what: 'confirm'`.
 */
export interface WebAccess {
  signIn(from: WebClient, address: string, password: string): Promise<SignInStep>
  /** The second step. */
  showFactor(from: WebClient, stepToken: string, shown: ShownFactor): Promise<SignInStep>
  /** Without a password; undefined `stepToken`: whoever it is says so by it. */
  askForPasskey(stepToken: string | undefined): Promise<PasskeyCeremony>
  signInByPasskey(
    from: WebClient,
    shown: Extract<ShownFactor, { method: 'passkey' }>,
  ): Promise<OpenedWebSession>

  /** Undefined: there is none. */
  readonly providerName: string | undefined
  /** Where his browser goes, and what it brings back with it. Refusal('try-again') */
  beginProvider(redirectUri: string): Promise<{ readonly token: string; readonly url: string }>
  /** `answer`: the query that the provider sent him back with. Nobody is made by it. */
  signInByProvider(from: WebClient, token: string, answer: string): Promise<OpenedWebSession>

  /** `isUse` false: a page asks by itself, nobody is there. */
  find(token: string, isUse: boolean): Promise<WebSession>
  sessionsOf(principal: Principal): Promise<readonly WebSessionLine[]>
  /** Ends one of his own, on every node. @returns whether he had it. */
  end(principal: Principal, id: string, remoteAddress: string): Promise<boolean>

  /** He says again who he is: for some minutes he may do what is guarded. */
  confirm(token: string, from: WebClient, shown: ShownConfirmation): Promise<WebSession>
  askToConfirm(session: WebSession): Promise<PasskeyCeremony>

  factorsOf(session: WebSession): Promise<FactorList>
  beginTotp(adding: Adding): Promise<TotpCeremony>
  beginPasskey(adding: Adding): Promise<PasskeyCeremony>
  addFactor(adding: Adding, shown: NewFactorShown): Promise<AddedFactor>
  removeFactor(session: WebSession, id: string, remoteAddress: string): Promise<void>
  makeRecoveryCodes(session: WebSession, remoteAddress: string): Promise<readonly string[]>

  /** All of his but this one. */
  endOthers(principal: Principal, remoteAddress: string): Promise<void>
  /** Refusal('not-permitted') when he said too long ago who he is. */
  requireFresh(session: WebSession): Promise<void>
  /** At the admin API, as long as what he said holds; who said it too long ago: as `requireFresh`. */
  openOffice(session: WebSession, remoteAddress: string): Promise<OpenedOffice>
  /** Every session of his ends; the one that is given goes on in its place. */
  changePassword(
    session: WebSession,
    from: WebClient,
    wanted: ChangedPassword,
  ): Promise<OpenedWebSession>

  appPasswordsOf(session: WebSession): Promise<readonly AppPasswordLine[]>
  createAppPassword(
    session: WebSession,
    wanted: NewWebAppPassword,
    remoteAddress: string,
  ): Promise<{ readonly id: string; readonly appPassword: string }>
  revokeAppPassword(session: WebSession, id: string, remoteAddress: string): Promise<void>
}

/** Of who has a second factor, one of them; of who has none, his password. */
export type ShownConfirmation =
  | ShownFactor
  | { readonly method: 'password'; readonly password: string }
