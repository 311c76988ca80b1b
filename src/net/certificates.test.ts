import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../test/support/needs.ts'
import { ManualClock, dayMs } from '../base/clock.ts'
import { ensureCertificates } from './certificates.ts'
import { tlsaOf } from './tlsa.ts'

async function openFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'tamar-certificates-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

test('the first start makes a CA and a server certificate that a verifier accepts', async () => {
  await using folder = await openFolder()
  const clock = new ManualClock()
  const files = await ensureCertificates({ folder: folder.path, clock })

  const ca = new X509Certificate(await readFile(files.caPath))
  const server = new X509Certificate(await readFile(files.certificatePath))
  assert.equal(ca.ca, true)
  assert.equal(server.ca, false)
  assert.ok(server.checkIssued(ca))
  assert.ok(server.verify(ca.publicKey))
  assert.equal(server.checkHost('localhost'), 'localhost')
  assert.equal(server.checkIP('127.0.0.1'), '127.0.0.1')
  assert.ok(server.subjectAltName?.includes('IP Address:0:0:0:0:0:0:0:1'))
  assert.ok(server.validToDate.getTime() - clock.now() <= 397 * dayMs)
  assert.ok(ca.validToDate.getTime() - clock.now() > 3649 * dayMs - dayMs)
})

test('openssl verifies the chain as a TLS server for its names', async (t) => {
  if (!needs(t, 'openssl')) return
  await using folder = await openFolder()
  const clock = new ManualClock()
  const files = await ensureCertificates({ folder: folder.path, clock })
  const at = String(Math.floor(clock.now() / 1000))
  const args = ['verify', '-x509_strict', '-purpose', 'sslserver', '-attime', at]
  const said = execFileSync(
    'openssl',
    [...args, '-verify_hostname', 'localhost', '-CAfile', files.caPath, files.certificatePath],
    { encoding: 'utf8' },
  )
  assert.match(said, /OK/)
})

test('keys are for their owner alone and nothing else is left in the folder', async () => {
  await using folder = await openFolder()
  const files = await ensureCertificates({ folder: folder.path, clock: new ManualClock() })
  assert.equal((await stat(files.keyPath)).mode & 0o777, 0o600)
  assert.equal((await stat(files.caKeyPath)).mode & 0o777, 0o600)
  assert.equal((await stat(files.nextKeyPath)).mode & 0o777, 0o600)
  const names = await readdir(folder.path)
  assert.deepEqual(names.sort(), [
    'ca-key.pem',
    'ca.pem',
    'next-key.pem',
    'server-key.pem',
    'server.pem',
  ])
})

test('a second start keeps both, the last month renews the server certificate alone', async () => {
  await using folder = await openFolder()
  const clock = new ManualClock()
  const files = await ensureCertificates({ folder: folder.path, clock })
  const ca = await readFile(files.caPath, 'latin1')
  const first = await readFile(files.certificatePath, 'latin1')

  clock.advance(366 * dayMs)
  await ensureCertificates({ folder: folder.path, clock })
  assert.equal(await readFile(files.certificatePath, 'latin1'), first)

  clock.advance(2 * dayMs)
  await ensureCertificates({ folder: folder.path, clock })
  assert.notEqual(await readFile(files.certificatePath, 'latin1'), first)
  assert.equal(await readFile(files.caPath, 'latin1'), ca)
})

test('the next certificate has the key that was named before it, and there is another one to name', async () => {
  await using folder = await openFolder()
  const clock = new ManualClock()
  const files = await ensureCertificates({ folder: folder.path, clock })
  const read = (path: string) => readFile(path, 'utf8')
  const announced = tlsaOf(await read(files.nextKeyPath))
  assert.notEqual(announced, tlsaOf(await read(files.certificatePath)))
  clock.advance(380 * dayMs)
  await ensureCertificates({ folder: folder.path, clock })
  assert.equal(tlsaOf(await read(files.certificatePath)), announced)
  assert.equal(tlsaOf(await read(files.keyPath)), announced)
  assert.notEqual(tlsaOf(await read(files.nextKeyPath)), announced)
})

test('a name that is missing in the certificate renews it', async () => {
  await using folder = await openFolder()
  const clock = new ManualClock()
  await ensureCertificates({ folder: folder.path, clock })
  const names = ['mail.gov.example', '::1', '2001:db8::25']
  const files = await ensureCertificates({ folder: folder.path, clock, names })
  const server = new X509Certificate(await readFile(files.certificatePath))
  assert.equal(server.checkHost('mail.gov.example'), 'mail.gov.example')
  const before = await readFile(files.certificatePath, 'latin1')
  await ensureCertificates({ folder: folder.path, clock, names })
  assert.equal(await readFile(files.certificatePath, 'latin1'), before)
})
