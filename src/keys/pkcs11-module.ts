/**
 * PKCS#11 libraries in this process (OASIS PKCS #11 v2.40 §5.4): a library is initialised once for
 * all who use it and finalised by the last. It stays loaded: unloading one pulls the ground from
 * under threads of its own.
 */
import type * as names from 'pkcs11js'
import { MissingKey } from './types.ts'

export type Pkcs11 = typeof names

export interface Module extends Disposable {
  readonly names: Pkcs11
  readonly library: names.PKCS11
}

interface Loaded {
  readonly library: names.PKCS11
  users: number
}

const loaded = new Map<string, Loaded>()

export async function openModule(path: string): Promise<Module> {
  const names = await importPkcs11()
  const held = loaded.get(path) ?? load(names, path)
  if (held.users === 0) held.library.C_Initialize({ flags: names.CKF_OS_LOCKING_OK })
  held.users++
  return {
    names,
    library: held.library,
    [Symbol.dispose]: () => {
      if (--held.users === 0) held.library.C_Finalize()
    },
  }
}

/** The addon is an optional dependency: who uses a file key need not have it. */
async function importPkcs11(): Promise<Pkcs11> {
  try {
    const imported = await import('pkcs11js')
    // A CommonJS module: its constants are on the default export only.
    return 'default' in imported ? imported.default : imported
  } catch (cause) {
    throw new MissingKey('The optional package pkcs11js is not installed; a token needs it.', {
      cause,
    })
  }
}

function load(names: Pkcs11, path: string): Loaded {
  const library = new names.PKCS11()
  try {
    library.load(path)
  } catch (cause) {
    throw new MissingKey(`The PKCS#11 library ${path} cannot be loaded.`, { cause })
  }
  const entry = { library, users: 0 }
  loaded.set(path, entry)
  return entry
}
