/** Asks the browser to make a passkey; it refuses options that are none. WebAuthn Level 3 §5.1.8 */
export async function makePasskey(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as PublicKeyCredentialCreationOptionsJSON,
  )
  // So that it can seal what is kept on a device (prf): some make it known only when they are made.
  const extensions = { ...publicKey.extensions, prf: {} }
  const credential = await navigator.credentials.create({ publicKey: { ...publicKey, extensions } })
  if (!(credential instanceof PublicKeyCredential)) throw new Error('no passkey')
  return credential.toJSON()
}
