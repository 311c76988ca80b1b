/** A node's certificate is replaced by an authority's, and the key never leaves its folder. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs } from '../../test/support/needs.ts'
import { dayMs, ManualClock, systemClock } from '../base/clock.ts'
import { isRefusal } from '../base/refusal.ts'
import { ensureCertificates } from '../net/certificates.ts'
import { createNodeCertificates } from './node-certificates.ts'
import { endsSoon } from './certificate-end.ts'

const hostname = 'mail.td.example'

async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'tamar-certificates-'))
  const files = await ensureCertificates({ folder, clock: systemClock, names: [hostname] })
  const tls = { certificate: files.certificatePath, key: files.keyPath }
  const ground = { folder: { certificates: folder }, clock: systemClock }
  const api = createNodeCertificates({ ...ground, config: { hostname, tls } })
  /** Another authority signs a request, as OpenSSL does it. */
  const sign = (request: string, days = 30, name = hostname) => {
    const at = (file: string) => join(folder, file)
    writeFileSync(at('request.pem'), request)
    writeFileSync(at('names'), `subjectAltName=DNS:${name}\n`)
    const openssl = (...args: readonly string[]) =>
      execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' })
    if (!existsSync(at('root.pem')))
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-subj',
        '/CN=Another authority',
        '-keyout',
        at('root-key.pem'),
        '-out',
        at('root.pem'),
        '-days',
        '60',
      )
    const leaf = openssl(
      'x509',
      '-req',
      '-in',
      at('request.pem'),
      '-CA',
      at('root.pem'),
      '-CAkey',
      at('root-key.pem'),
      '-days',
      `${days}`,
      '-extfile',
      at('names'),
    )
    return { leaf, root: readFileSync(at('root.pem'), 'utf8') }
  }
  return {
    api,
    own: createNodeCertificates({ ...ground, config: { hostname, tls: undefined } }),
    tls,
    sign,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const refused = (sentence: RegExp) => (error: unknown) =>
  isRefusal(error, 'invalid') && sentence.test(String(error.facts['message']))

test('a certificate for the next key takes the place of the present one, its key with it', async (t) => {
  if (!needs(t, '/usr/bin/openssl')) return
  using node = await open()
  const { api, tls, sign } = node
  const before = await api.show()
  const request = await api.request()
  assert.match(request, /^-----BEGIN CERTIFICATE REQUEST-----/)
  assert.ok(!request.includes('PRIVATE'))
  const { leaf, root } = sign(request)
  const installed = await api.install(`${leaf}${root}`)
  assert.equal(installed.issuer, 'CN=Another authority')
  assert.deepEqual(installed.names, [hostname])
  assert.notEqual(installed.tlsa, before.tlsa)
  assert.equal(readFileSync(tls.certificate, 'utf8'), `${leaf}${root}`)
  assert.equal(installed.nextTlsa, undefined)
  // The key in use may be certified again.
  const again = await api.install(`${sign(request, 40).leaf}${root}`)
  assert.equal(again.tlsa, installed.tlsa)
  assert.ok(again.notAfter > installed.notAfter)
})

test('what is not for this node, not in force or not a chain is refused, and nothing changes', async (t) => {
  if (!needs(t, '/usr/bin/openssl')) return
  using node = await open()
  const { api, own, tls, sign } = node
  const present = readFileSync(tls.certificate, 'utf8')
  const request = await api.request()
  const { leaf, root } = sign(request)
  using other = await open()
  const stranger = readFileSync(other.tls.certificate, 'utf8')
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['nothing', /no certificate in it/],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /cannot be read/],
    [stranger, /another key/],
    [sign(request, 30, 'mail.dh.example').leaf, /not for mail\.td\.example/],
    [`${leaf}${stranger}`, /issued by the one after/],
    [leaf.repeat(9), /at most 8/],
  ]
  for (const [pem, sentence] of wrong) await assert.rejects(api.install(pem), refused(sentence))
  await assert.rejects(own.install(`${leaf}${root}`), refused(/renews itself/))
  assert.equal(readFileSync(tls.certificate, 'utf8'), present)
})

test('a certificate is told of three weeks before its end', () => {
  const now = new ManualClock().now()
  assert.ok(endsSoon(now + 20 * dayMs, now))
  assert.ok(!endsSoon(now + 22 * dayMs, now))
})
