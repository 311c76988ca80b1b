/** One logged-in session with a token and the AES key in it. OASIS PKCS #11 v2.40. */
import type { Handle, PKCS11, Template } from 'pkcs11js'
import { keyIdOctets, keyOctets } from './limits.ts'
import type { Module, Pkcs11 } from './pkcs11-module.ts'
import { randomOctets } from './random.ts'
import { MissingKey } from './types.ts'

export interface TokenWish {
  readonly tokenLabel: string
  readonly keyLabel: string
  readonly createIfMissing: boolean
}

export interface TokenKey {
  readonly session: Handle
  readonly key: Handle
  /** CKA_ID: 8 random octets given when the key was made. */
  readonly id: Buffer
}

/** PKCS #11 v2.40 §3.2: labels are padded with blanks. */
export function openTokenKey(module: Module, pin: string, wish: TokenWish): TokenKey {
  const { names, library } = module
  const slot = findSlot(library, wish.tokenLabel)
  const flags = names.CKF_SERIAL_SESSION | (wish.createIfMissing ? names.CKF_RW_SESSION : 0)
  const session = library.C_OpenSession(slot, flags)
  try {
    logIn(module, session, pin)
    const key =
      findKey(module, session, wish) ??
      (wish.createIfMissing ? makeKey : noKey)(module, session, wish)
    return { session, key, id: idOf(names, library, session, key, wish) }
  } catch (error) {
    library.C_CloseSession(session)
    throw error
  }
}

/** The code of a PKCS#11 return value; undefined for any other error. */
export function returnValueOf(names: Pkcs11, error: unknown): number | undefined {
  return error instanceof names.Pkcs11Error ? error.code : undefined
}

function findSlot(library: PKCS11, tokenLabel: string): Handle {
  const slots = library
    .C_GetSlotList(true)
    .filter((slot) => library.C_GetTokenInfo(slot).label.trimEnd() === tokenLabel)
  const [slot] = slots
  if (slot === undefined) throw new MissingKey(`There is no token "${tokenLabel}".`)
  if (slots.length > 1) throw new MissingKey(`There is more than one token "${tokenLabel}".`)
  return slot
}

/** A login is the whole process's: a second session of ours finds it done. */
function logIn({ names, library }: Module, session: Handle, pin: string): void {
  try {
    library.C_Login(session, names.CKU_USER, pin)
  } catch (cause) {
    const code = returnValueOf(names, cause)
    if (code === names.CKR_USER_ALREADY_LOGGED_IN) return
    if (code === names.CKR_PIN_INCORRECT || code === names.CKR_PIN_LEN_RANGE)
      throw new MissingKey('The token does not take this PIN.', { cause })
    if (code === names.CKR_PIN_LOCKED)
      throw new MissingKey('The token is locked after too many wrong PINs.', { cause })
    throw cause
  }
}

function findKey(
  { names, library }: Module,
  session: Handle,
  { keyLabel }: TokenWish,
): Handle | undefined {
  library.C_FindObjectsInit(session, [
    { type: names.CKA_CLASS, value: names.CKO_SECRET_KEY },
    { type: names.CKA_KEY_TYPE, value: names.CKK_AES },
    { type: names.CKA_LABEL, value: keyLabel },
  ])
  const keys = library.C_FindObjects(session, 2)
  library.C_FindObjectsFinal(session)
  if (keys.length > 1)
    throw new MissingKey(`There is more than one AES key "${keyLabel}" in the token.`)
  return keys[0]
}

/** It never leaves the token: not in clear, not wrapped. */
function makeKey({ names, library }: Module, session: Handle, { keyLabel }: TokenWish): Handle {
  const template: Template = [
    { type: names.CKA_CLASS, value: names.CKO_SECRET_KEY },
    { type: names.CKA_KEY_TYPE, value: names.CKK_AES },
    { type: names.CKA_VALUE_LEN, value: keyOctets },
    { type: names.CKA_LABEL, value: keyLabel },
    { type: names.CKA_ID, value: randomOctets(keyIdOctets) },
    { type: names.CKA_TOKEN, value: true },
    { type: names.CKA_PRIVATE, value: true },
    { type: names.CKA_SENSITIVE, value: true },
    { type: names.CKA_EXTRACTABLE, value: false },
    { type: names.CKA_MODIFIABLE, value: false },
    { type: names.CKA_ENCRYPT, value: true },
    { type: names.CKA_DECRYPT, value: true },
    { type: names.CKA_WRAP, value: false },
    { type: names.CKA_UNWRAP, value: false },
  ]
  return library.C_GenerateKey(session, { mechanism: names.CKM_AES_KEY_GEN }, template)
}

function noKey(_module: Module, _session: Handle, { keyLabel }: TokenWish): never {
  throw new MissingKey(`There is no AES key "${keyLabel}" in the token.`)
}

function idOf(
  names: Pkcs11,
  library: PKCS11,
  session: Handle,
  key: Handle,
  { keyLabel }: TokenWish,
): Buffer {
  const attributes = library.C_GetAttributeValue(session, key, [
    { type: names.CKA_ID },
    { type: names.CKA_EXTRACTABLE },
    { type: names.CKA_SENSITIVE },
  ])
  const [id, extractable, sensitive] = attributes.map((each) => Buffer.from(each.value))
  if (extractable?.[0] !== 0 || sensitive?.[0] !== 1)
    throw new MissingKey(`The AES key "${keyLabel}" can be taken out of the token.`)
  if (id?.length !== keyIdOctets)
    throw new MissingKey(`The AES key "${keyLabel}" must have an id (CKA_ID) of 8 octets.`)
  return id
}
