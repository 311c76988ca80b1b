/** A secret that the passkey alone makes, for this device's salt. WebAuthn Level 3 §10.1.4 (prf). */

export interface SecretAsked {
  readonly rpId: string
  readonly salt: Uint8Array<ArrayBuffer>
  /** Undefined: whichever he chooses. */
  readonly credentialId?: ArrayBuffer
}

export interface DeviceSecret {
  readonly credentialId: ArrayBuffer
  readonly secret: BufferSource
}

/**
 * Nobody but this page hears of it: the challenge is its own, and no server is asked. Undefined: he turned it away, or
 * what he chose makes no secrets.
 */
export async function askDeviceSecret(asked: SecretAsked): Promise<DeviceSecret | undefined> {
  const { rpId, salt, credentialId } = asked
  let credential: Credential | null
  try {
    credential = await navigator.credentials.get({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rpId,
        userVerification: 'required',
        allowCredentials:
          credentialId === undefined ? [] : [{ type: 'public-key', id: credentialId }],
        extensions: { prf: { eval: { first: salt } } },
      },
    })
  } catch {
    // NotAllowedError and its like: the browser does not say more.
    return undefined
  }
  if (!(credential instanceof PublicKeyCredential)) return undefined
  const secret = credential.getClientExtensionResults().prf?.results?.first
  return secret === undefined ? undefined : { credentialId: credential.rawId, secret }
}
