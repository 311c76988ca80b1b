/** The master key in a token, with SoftHSM2 as the token. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { needs } from '../../test/support/needs.ts'
import { masterKeyContract } from './master-key.contract.ts'
import { openModule } from './pkcs11-module.ts'
import { openPkcs11Master } from './pkcs11-master.ts'
import { MissingKey } from './types.ts'

/** Where Debian, Fedora and the sources put it. */
const libraries = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
]
const pin = '738-secret'

async function openToken(t: TestContext) {
  if (!needs(t, 'softhsm2-util')) return undefined
  const library = libraries.find((path) => existsSync(path))
  assert(library !== undefined, 'the library beside softhsm2-util')
  const folder = await mkdtemp(join(tmpdir(), 'tamar-token-'))
  const tokens = join(folder, 'tokens')
  await mkdir(tokens)
  const configuration = join(folder, 'softhsm2.conf')
  await writeFile(configuration, `directories.tokendir = ${tokens}\nlog.level = ERROR\n`)
  // The library reads it when it is initialised, in this process.
  process.env['SOFTHSM2_CONF'] = configuration
  const label = ['--label', 'tamar test']
  const pins = ['--so-pin', '5678-so', '--pin', pin]
  const made = spawnSync('softhsm2-util', ['--init-token', '--free', ...label, ...pins])
  assert.equal(made.status, 0, made.stderr.toString())
  const pinFile = join(folder, 'pin')
  await writeFile(pinFile, `${pin}\n`, { mode: 0o600 })
  const options = { library, tokenLabel: 'tamar test', keyLabel: 'master', pin: { file: pinFile } }
  return {
    options,
    pinFile,
    [Symbol.asyncDispose]: async () => {
      delete process.env['SOFTHSM2_CONF']
      await rm(folder, { recursive: true, force: true })
    },
  }
}

masterKeyContract('PKCS#11 master', async (t) => {
  const token = await openToken(t)
  if (token === undefined) return undefined
  const { options } = token
  return {
    open: () => openPkcs11Master({ ...options, createIfMissing: true }),
    openOther: () => openPkcs11Master({ ...options, keyLabel: 'other', createIfMissing: true }),
    [Symbol.asyncDispose]: () => token[Symbol.asyncDispose](),
  }
})

async function assertMissing(promise: Promise<unknown>, says: RegExp): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert(error instanceof MissingKey)
    assert.match(error.message, says)
    assert(!error.message.includes('\n') && !error.message.includes(pin))
    return true
  })
}

test('a missing token, key, library or right PIN is one clear line', async (t) => {
  await using token = await openToken(t)
  if (token === undefined) return
  const { options, pinFile } = token
  await assertMissing(openPkcs11Master(options), /no AES key "master"/)
  await assertMissing(openPkcs11Master({ ...options, tokenLabel: 'x' }), /no token "x"/)
  await assertMissing(openPkcs11Master({ ...options, library: '/none.so' }), /cannot be loaded/)
  await assertMissing(openPkcs11Master({ ...options, pin: { file: '/none' } }), /no PIN/)
  await chmod(pinFile, 0o644)
  await assertMissing(openPkcs11Master(options), /read by others/)
  await writeFile(pinFile, 'wrong')
  await chmod(pinFile, 0o600)
  await assertMissing(openPkcs11Master(options), /does not take this PIN/)
})

test('the PIN comes from a descriptor too', async (t) => {
  await using token = await openToken(t)
  if (token === undefined) return
  const descriptor = openSync(token.pinFile, 'r')
  await using master = await openPkcs11Master({
    ...token.options,
    pin: { descriptor },
    createIfMissing: true,
  })
  const place = { object: 'k', field: 'f' }
  const secret = Buffer.alloc(32, 1)
  assert.deepEqual(await master.unwrap(place, await master.wrap(place, secret)), secret)
})

test('a session that the token dropped is opened anew', async (t) => {
  await using token = await openToken(t)
  if (token === undefined) return
  await using master = await openPkcs11Master({ ...token.options, createIfMissing: true })
  const place = { object: 'k', field: 'f' }
  const wrapped = await master.wrap(place, Buffer.alloc(32, 1))
  using module = await openModule(token.options.library)
  for (const slot of module.library.C_GetSlotList(true)) module.library.C_CloseAllSessions(slot)
  assert.deepEqual(await master.unwrap(place, wrapped), Buffer.alloc(32, 1))
})

test('a key that can be taken out of the token is refused', async (t) => {
  await using token = await openToken(t)
  if (token === undefined) return
  const { options } = token
  {
    await using made = await openPkcs11Master({ ...options, createIfMissing: true })
    assert.match(made.id, /^pkcs11:[0-9a-f]{16}$/)
    using module = await openModule(options.library)
    const { names, library } = module
    const [slot] = library
      .C_GetSlotList(true)
      .filter((slot) => library.C_GetTokenInfo(slot).label.trimEnd() === options.tokenLabel)
    assert(slot !== undefined)
    const session = library.C_OpenSession(slot, names.CKF_SERIAL_SESSION | names.CKF_RW_SESSION)
    library.C_GenerateKey(session, { mechanism: names.CKM_AES_KEY_GEN }, [
      { type: names.CKA_VALUE_LEN, value: 32 },
      { type: names.CKA_LABEL, value: 'loose' },
      { type: names.CKA_ID, value: Buffer.alloc(8, 1) },
      { type: names.CKA_TOKEN, value: true },
      { type: names.CKA_SENSITIVE, value: false },
      { type: names.CKA_EXTRACTABLE, value: true },
    ])
  }
  await assertMissing(openPkcs11Master({ ...options, keyLabel: 'loose' }), /can be taken out/)
})
