/** Reports of other systems: by mail and by HTTPS to a running platform, and what its operator is shown of them. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { dayMs } from '../../src/base/clock.ts'
import {
  makeDkimSecret,
  openDkimSecret,
  recordOf,
  type DkimKey,
} from '../../src/mailauth/dkim/key.ts'
import { signMessage } from '../../src/mailauth/dkim/sign.ts'
import { sendFromOutside } from '../support/mail-programs.ts'
import { NameServer } from '../support/name-server.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { googleDmarc, googleTls } from '../support/report-mail.ts'
import { tamar } from '../support/tamar-command.ts'

/** A fixture as of yesterday, and of this domain. */
function fixture(name: string, domain: string): Buffer {
  const path = `../../src/report/received/fixtures/${name}`
  const day = Math.floor(Date.now() / dayMs) - 1
  const date = new Date(day * dayMs).toISOString().slice(0, 10)
  const text = readFileSync(new URL(path, import.meta.url), 'utf8')
    .replaceAll('1767571200', String((day * dayMs) / 1000))
    .replaceAll('1767657599', String((day * dayMs) / 1000 + 86_399))
    .replaceAll('2026-01-05', date)
    .replaceAll('td.example', domain)
  return Buffer.from(text)
}

async function signed(message: Buffer, key: DkimKey): Promise<Buffer> {
  return Buffer.concat([Buffer.from(await signMessage(message, [key], Date.now())), message])
}

/** @returns the status. */
async function post(platform: Platform, octets: Buffer, type: string): Promise<number | undefined> {
  const asked = request({
    host: '127.0.0.1',
    port: platform.port('https'),
    path: '/reports/tls',
    method: 'POST',
    ca: platform.ca,
    servername: 'localhost',
    headers: { 'content-type': type },
  })
  asked.end(octets)
  const [answer] = await once(asked, 'response')
  answer.resume()
  return z.object({ statusCode: z.number() }).parse(answer).statusCode
}

const itemsSchema = z.array(z.looseObject({ domain: z.string(), reports: z.number() }))

test('reports of others are read at their addresses, shown as counts, and refused where nobody vouches for them', async () => {
  const privateKey = openDkimSecret(await makeDkimSecret('ed25519-sha256'))
  const about = { domain: 'google.com', selector: 's1', algorithm: 'ed25519-sha256' } as const
  const key: DkimKey = { ...about, privateKey }
  await using names = await NameServer.start({
    's1._domainkey.google.com': { txt: [recordOf(key)] },
  })
  await using platform = await bootPlatform({
    environment: { TAMAR_TRUST_RESOLVERS: names.address, TAMAR_TRUST_RELAYS: '192.0.2.1' },
  })
  const { address } = platform.person('wl.chan')
  const domain = address.slice(address.indexOf('@') + 1)
  const [dmarcAt, tlsAt] = [`dmarc-reports@${domain}`, `tls-reports@${domain}`]
  const stranger = sendFromOutside(platform)
  const send = (to: string | string[], raw: Buffer) =>
    stranger.sendMail({ envelope: { from: 'bounces@google.com', to }, raw })
  const named = (message: Buffer) =>
    Buffer.from(message.toString().replaceAll('td.example', domain))
  const dmarc = named(googleDmarc(fixture('google.xml', domain), dmarcAt))
  const report = await signed(dmarc, key)

  // Until a policy names them nobody has these addresses.
  await assert.rejects(send(dmarcAt, report), { responseCode: 550 })
  await tamar(platform, 'policy', 'set', 'inbound.dmarc-reports-to', JSON.stringify([dmarcAt]))
  await tamar(platform, 'policy', 'set', 'inbound.tls-reports-to', JSON.stringify([tlsAt]))
  const dns = JSON.stringify(await tamar(platform, 'domain', 'dns', domain))
  assert.ok(dns.includes(`rua=mailto:${dmarcAt}`) && dns.includes(`rua=mailto:${tlsAt}`), dns)

  await send(dmarcAt, report)
  await send(dmarcAt.toUpperCase(), report)
  await assert.rejects(send(dmarcAt, dmarc), { responseCode: 550 })
  const tlsJson = fixture('google-tls.json', domain)
  const tls = named(googleTls(tlsJson, tlsAt))
  await send([tlsAt, address], await signed(tls, key))
  await assert.rejects(send(tlsAt, tls), { responseCode: 550 })
  stranger.close()

  const [shown, ...more] = itemsSchema.parse(await tamar(platform, 'report', 'dmarc'))
  assert.deepEqual(more, [])
  const counts = { messages: shown?.['messages'], rejected: shown?.['rejected'] }
  assert.deepEqual(
    [shown?.domain, shown?.reports, counts],
    [domain, 1, { messages: 127, rejected: 7 }],
  )
  const failures = itemsSchema.parse(
    await tamar(platform, 'report', 'tls', '--by', 'failure', '--domain', domain),
  )
  assert.deepEqual(
    failures.map(({ result, failed }) => [result, failed]),
    [
      ['certificate-expired', 2],
      ['unexplained', 1],
    ],
  )
  const tomorrow = new Date(Date.now() + dayMs).toISOString().slice(0, 10)
  assert.deepEqual(await tamar(platform, 'report', 'tls', '--since', tomorrow), [])

  const type = 'application/tlsrpt+gzip'
  assert.equal(await post(platform, gzipSync(tlsJson), type), 404)
  const open = ['policy', 'set', 'inbound.tls-reports-by-https', 'true']
  await tamar(platform, '--reason', 'a journey', ...open)
  assert.equal(await post(platform, gzipSync(tlsJson), type), 200)
  assert.equal(await post(platform, tlsJson, 'application/tlsrpt+json'), 200)
  assert.equal(await post(platform, tlsJson, 'application/json'), 415)
  assert.equal(await post(platform, Buffer.from('{}'), 'application/tlsrpt+json'), 403)
  assert.equal(await post(platform, Buffer.alloc(2_000_000), type), 413)
  const reporters = itemsSchema.parse(await tamar(platform, 'report', 'tls', '--by', 'reporter'))
  assert.deepEqual(reporters.map(({ reporter }) => String(reporter)).toSorted(), [
    'google.com',
    'unproven: Google Inc.',
  ])
  assert.doesNotMatch(platform.said.stderr, /dmarc-reports@|google\.com/)
})
