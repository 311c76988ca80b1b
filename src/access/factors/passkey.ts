/** The ceremonies of passkeys. WebAuthn Level 3, §7; checked by `@simplewebauthn/server`. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { PasskeyContent } from '../credentials/content.ts'
import type { Passkey } from '../credentials/memory.ts'

/** Who asks: the name is fixed, since no passkey made for one is of use for another. */
export interface RelyingParty {
  readonly id: string
  readonly name: string
}

export interface Owner {
  /** Random to everybody else; what an authenticator gives back when nobody was named. */
  readonly handle: Buffer
  readonly address: string
  readonly name: string
}

/** What a browser gives back, not checked yet. */
export interface Shown {
  readonly challenge: string
  readonly origin: string
  readonly response: unknown
}

/** Ed25519, ECDSA with P-256, RSA: what authenticators have. RFC 9053 §2, RFC 8812 §2. */
const supportedAlgorithmIDs = [-8, -7, -257]

/** Loaded when the first passkey is: it brings a reader of certificates with it. */
const library = () => import('@simplewebauthn/server')

export async function registrationOptions(
  { id: rpID, name: rpName }: RelyingParty,
  owner: Owner,
  existing: readonly Passkey[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpID,
    rpName,
    userName: owner.address,
    userDisplayName: owner.name,
    userID: Uint8Array.from(owner.handle),
    supportedAlgorithmIDs,
    // Which make it is we neither ask nor need.
    attestationType: 'none',
    excludeCredentials: existing.map(descriptorOf),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
}

export type NewPasskey = Omit<PasskeyContent, 'kind' | 'label' | 'createdAt'>

/** Undefined: it is not what was asked for. */
export async function checkRegistration(
  rp: RelyingParty,
  { challenge, origin, response }: Shown,
): Promise<{ readonly passkey: NewPasskey; readonly counter: number } | undefined> {
  const { verifyRegistrationResponse } = await library()
  const checked = await orUndefined(
    verifyRegistrationResponse({
      // Checked by what it is given to.
      response: response as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rp.id,
      requireUserVerification: false,
      supportedAlgorithmIDs,
    }),
  )
  if (checked?.verified !== true) return undefined
  const { credential, credentialDeviceType } = checked.registrationInfo
  const passkey = {
    webauthnId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64'),
    rpId: rp.id,
    transports: credential.transports ?? [],
    isSynced: credentialDeviceType === 'multiDevice',
  }
  return { passkey, counter: credential.counter }
}

/** `allowed` undefined: whoever it is, by a passkey that names him and knows that it is him. */
export async function authenticationOptions(
  { id: rpID }: RelyingParty,
  allowed: readonly Passkey[] | undefined,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await library()
  return generateAuthenticationOptions({
    rpID,
    allowCredentials: allowed?.map(descriptorOf) ?? [],
    userVerification: allowed === undefined ? 'required' : 'preferred',
  })
}

/** @returns its counter; undefined: it is not what was asked for. */
export async function checkAuthentication(
  rp: RelyingParty,
  { challenge, origin, response }: Shown,
  of: { readonly passkey: Passkey; readonly counter: number; readonly isAlone: boolean },
): Promise<number | undefined> {
  const { verifyAuthenticationResponse } = await library()
  const { webauthnId, publicKey } = of.passkey.content
  const checked = await orUndefined(
    verifyAuthenticationResponse({
      // Checked by what it is given to.
      response: response as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rp.id,
      requireUserVerification: of.isAlone,
      credential: {
        id: webauthnId,
        publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64')),
        counter: Math.max(of.counter, 0),
      },
    }),
  )
  return checked?.verified === true ? checked.authenticationInfo.newCounter : undefined
}

/** The library says what is wrong by throwing; whoever sent it hears only that it is. */
async function orUndefined<T>(checking: Promise<T>): Promise<T | undefined> {
  try {
    return await checking
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}

function descriptorOf({ content }: Passkey) {
  // As the browser said them when it was made.
  const transports = content.transports as string[]
  return { id: content.webauthnId, transports }
}
