/**
 * What a credential keeps sealed. Stored data depends on this file: add optional fields, never
 * rename or remove. Octets are base64.
 */
import type { Millis } from '../../base/clock.ts'
import type { Door } from '../types.ts'

/** Doors an app password may be scoped to (architecture D14). */
export type Scope = Extract<Door, 'smtp' | 'imap' | 'jmap' | 'dav' | 'sieve'>
export const scopes = ['smtp', 'imap', 'jmap', 'dav', 'sieve'] as const satisfies readonly Scope[]

/** With its parameters, so that they may be raised while old hashes still verify. */
export interface PasswordHash {
  readonly algorithm: 'argon2id'
  readonly memoryKiB: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: string
  readonly tag: string
}

/** Somebody else knows it, who needed nobody's consent: good while the platform is founded, or a demo. */
export interface Giving {
  readonly isProvisional?: boolean | undefined
}

export interface PasswordContent extends Giving {
  readonly kind: 'password'
  readonly hash: PasswordHash
  readonly changedAt: Millis
}

/** RFC 5802 §3; the salt is the person's own, see `sasl/scram-keys.ts`. */
export interface ScramKeys {
  readonly iterations: number
  readonly storedKey: string
  readonly serverKey: string
}

export interface AppPasswordContent extends Giving {
  readonly kind: 'app-password'
  /** What the owner calls it: "phone". */
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly verifier: string
  readonly scram: ScramKeys
  readonly createdAt: Millis
  readonly expiresAt?: Millis | undefined
}

/** A code of six digits from a shared secret. RFC 6238. */
export interface TotpContent {
  readonly kind: 'totp'
  /** What the owner calls it: "my phone". */
  readonly label: string
  readonly secret: string
  readonly createdAt: Millis
}

/** A key pair whose private half stays in an authenticator. WebAuthn Level 3. */
export interface PasskeyContent {
  readonly kind: 'passkey'
  readonly label: string
  /** As authenticators and browsers name it, base64url. */
  readonly webauthnId: string
  readonly publicKey: string
  /** The name it was made for: under another it is of no use. */
  readonly rpId: string
  readonly transports: readonly string[]
  /** It lives in its owner's cloud, not in one device alone. */
  readonly isSynced: boolean
  readonly createdAt: Millis
}

/** Codes of which each opens once, by their keyed hashes. */
export interface RecoveryContent {
  readonly kind: 'recovery'
  readonly hashes: readonly string[]
  readonly createdAt: Millis
}

/** What is asked besides the password, or instead of it. */
export type FactorContent = TotpContent | PasskeyContent

/** A mail program that its owner let in by OAuth; its tokens rest on it. RFC 6749 §1.3. */
export interface ProgramContent {
  readonly kind: 'program'
  readonly clientId: string
  readonly scopes: readonly Scope[]
  readonly createdAt: Millis
  readonly expiresAt: Millis
}

export type CredentialContent =
  | ProgramContent
  | PasswordContent
  | AppPasswordContent
  | FactorContent
  | RecoveryContent

/** The feed's name: writers announce on it with their commit. */
export const credentialChannel = 'credential'
