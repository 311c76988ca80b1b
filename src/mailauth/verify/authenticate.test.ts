import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { dkimpy, needsDkimpy } from '../../../test/support/dkimpy.ts'
import { FakeRecords, type FakeZone } from '../../../test/support/fake-records.ts'
import { makeDkimSecret, openDkimSecret, recordOf, type DkimKey } from '../dkim/key.ts'
import { signMessage } from '../dkim/sign.ts'
import { createAuthenticator } from './authenticate.ts'
import { signaturesMax } from './limits.ts'
import { formatResults, isForeignClaim, withoutFields } from './results-field.ts'
import { sealMessage } from './seal.ts'
import type { Authentication, AuthenticationQuestion } from './types.ts'

const at = Date.UTC(2020, 0, 1)
const plain = Buffer.from(
  'From: Wong <wong@far.example>\r\nTo: amy@td.example\r\nSubject: Minutes\r\n' +
    'Date: Wed, 01 Jan 2020 00:00:00 +0000\r\nMessage-ID: <1@far.example>\r\n\r\nHello\r\n',
)

const keys = new Map<string, DkimKey>()
before(async () => {
  for (const [domain, algorithm] of [
    ['far.example', 'rsa-sha256'],
    ['far.example', 'ed25519-sha256'],
    ['list.example', 'rsa-sha256'],
    ['evil.example', 'rsa-sha256'],
  ] as const) {
    const privateKey = openDkimSecret(await makeDkimSecret(algorithm))
    const selector = algorithm.slice(0, 3)
    keys.set(`${domain} ${selector}`, { domain, selector, algorithm, privateKey })
  }
})

function key(name: string): DkimKey {
  const found = keys.get(name)
  assert.ok(found !== undefined, name)
  return found
}

function zones(more: Readonly<Record<string, FakeZone>> = {}): FakeRecords {
  const published = [...keys.values()].map(
    (each) => [`${each.selector}._domainkey.${each.domain}`, { TXT: [recordOf(each)] }] as const,
  )
  return new FakeRecords({
    'far.example': { TXT: ['v=spf1 ip4:192.0.2.7 -all'] },
    '_dmarc.far.example': { TXT: ['v=DMARC1; p=reject'] },
    '7.2.0.192.in-addr.arpa': { PTR: ['mail.far.example'] },
    'mail.far.example': { A: ['192.0.2.7'] },
    ...Object.fromEntries(published),
    ...more,
  })
}

interface Asking {
  readonly records?: FakeRecords
  readonly trustedSealers?: readonly string[]
  readonly from?: Partial<AuthenticationQuestion>
}

function ask(message: Buffer, { records = zones(), trustedSealers = [], from = {} }: Asking = {}) {
  return createAuthenticator({ resolver: records, authservId: 'mx.example', trustedSealers })({
    remoteAddress: '192.0.2.7',
    heloName: 'mail.far.example',
    reversePath: 'wong@far.example',
    message,
    at,
    ...from,
  })
}

/** Another host, another reverse-path: what a forwarder looks like. */
const elsewhere = { remoteAddress: '198.51.100.9', reversePath: 'bounce@list.example' }

async function signed(message = plain, ...names: readonly string[]): Promise<Buffer> {
  const fields = await signMessage(message, names.map(key), at - 60_000)
  return Buffer.concat([Buffer.from(fields), message])
}

test('a message from where its domain says passes SPF, DMARC and the reverse name', async () => {
  const { spf, dkim, dmarc, iprev, arc } = await ask(plain)
  assert.deepEqual(spf, { result: 'pass', domain: 'far.example', identity: 'mailfrom' })
  assert.deepEqual(dkim, [])
  const record = { domain: 'far.example', p: 'reject', sp: 'reject', adkim: 'r', aspf: 'r' }
  const published = { ...record, isTesting: false, alignedDkim: false, alignedSpf: true }
  assert.deepEqual(dmarc, { result: 'pass', policy: 'reject', domain: 'far.example', published })
  assert.deepEqual(iprev, { result: 'pass', name: 'mail.far.example' })
  assert.deepEqual(arc, { result: 'none', sealers: [], vouches: false })
})

test('a forged author fails DMARC with what his domain asks for; a subdomain inherits it', async () => {
  const forged = await ask(plain, { from: elsewhere })
  assert.equal(forged.spf.result, 'none')
  const { published: asked, ...verdict } = forged.dmarc
  assert.deepEqual(verdict, { result: 'fail', policy: 'reject', domain: 'far.example' })
  assert.deepEqual([asked?.alignedDkim, asked?.alignedSpf], [false, false])
  const below = Buffer.from(plain.toString().replace('wong@far', 'wong@no-such.far'))
  const { dmarc } = await ask(below, { from: elsewhere })
  const { published, ...said } = dmarc
  assert.deepEqual(said, { result: 'fail', policy: 'reject', domain: 'no-such.far.example' })
  assert.equal(published?.domain, 'far.example')
})

test('signatures with RSA and Ed25519 both verify, and align the author when SPF cannot', async () => {
  const message = await signed(plain, 'far.example rsa', 'far.example ed2')
  const { spf, dkim, dmarc } = await ask(message, { from: elsewhere })
  assert.notEqual(spf.result, 'pass')
  assert.deepEqual(
    dkim.map(({ result, algorithm }) => [result, algorithm]),
    [
      ['pass', 'ed25519-sha256'],
      ['pass', 'rsa-sha256'],
    ],
  )
  assert.equal(dmarc.result, 'pass')
})

test('one octet changed breaks the signature; a stranger’s own signature aligns with nobody', async () => {
  const message = await signed(plain, 'far.example rsa', 'evil.example rsa')
  const changed = Buffer.from(message.toString('latin1').replace('Hello', 'Hallo'), 'latin1')
  const { dkim } = await ask(changed, { from: elsewhere })
  assert.deepEqual(
    dkim.map(({ result }) => result),
    ['fail', 'fail'],
  )
  const { dkim: other, dmarc } = await ask(await signed(plain, 'evil.example rsa'), {
    from: elsewhere,
  })
  assert.equal(other[0]?.result, 'pass')
  assert.equal(dmarc.result, 'fail')
})

test('a signature over a part of the body counts for nothing once something was added', async (t) => {
  if (!needsDkimpy(t)) return
  const partial = dkimpy('sign', { message: plain, key: key('far.example rsa'), length: true })
  const whole = await ask(partial, { from: elsewhere })
  assert.equal(whole.dkim[0]?.result, 'pass')
  const added = await ask(Buffer.concat([partial, Buffer.from('Pay here\r\n')]), {
    from: elsewhere,
  })
  assert.equal(added.dkim[0]?.result, 'policy')
  assert.equal(added.dmarc.result, 'fail')
})

test('what DNS cannot say now is a temporary error, whatever else failed', async () => {
  const silentKey = zones({ 'rsa._domainkey.far.example': { silent: ['TXT'] } })
  const message = await signed(plain, 'far.example rsa')
  const { dkim, dmarc } = await ask(message, { records: silentKey, from: elsewhere })
  assert.equal(dkim[0]?.result, 'temperror')
  assert.equal(dmarc.result, 'temperror')
  const silentPolicy = zones({ '_dmarc.far.example': { silent: ['TXT'] } })
  assert.equal(
    (await ask(plain, { records: silentPolicy, from: elsewhere })).dmarc.result,
    'temperror',
  )
  const silentSpf = zones({ 'far.example': { silent: ['TXT'] } })
  assert.equal((await ask(plain, { records: silentSpf })).spf.result, 'temperror')
})

test('two authors of two domains, or none, leave DMARC nothing to look up', async () => {
  const two = Buffer.from(
    plain.toString().replace('<wong@far.example>', '<w@far.example>, x@evil.example'),
  )
  const { dmarc, authorDomains } = await ask(two)
  assert.equal(dmarc.result, 'unclear')
  assert.deepEqual(authorDomains, ['far.example', 'evil.example'])
  const none = Buffer.from(plain.toString().replace(/^From.*\r\n/, ''))
  assert.equal((await ask(none)).dmarc.result, 'unclear')
})

test('a hundred signatures cost no more look-ups than the limit', async () => {
  const junk = Array.from(
    { length: 100 },
    (_, n) =>
      `DKIM-Signature: v=1; a=rsa-sha256; d=d${n}.example; s=s; h=from; bh=YQ==; b=YQ==\r\n`,
  ).join('')
  const records = zones()
  const { dkim } = await ask(Buffer.concat([Buffer.from(junk), plain]), { records })
  assert.equal(dkim.length, signaturesMax)
  assert.ok(records.asked < 60, `${records.asked}`)
})

/** What a list does: a footer, so that no signature holds, and a seal over what it saw before. */
async function throughList(sealer: string): Promise<Buffer> {
  const message = await signed(plain, 'far.example rsa')
  const seen = await ask(message)
  const changed = Buffer.concat([message, Buffer.from('-- \r\nThe list\r\n')])
  const seal = await sealMessage(changed, {
    key: key(sealer),
    results: formatResults('mx.list.example', seen, question),
    arc: seen.arc.result,
    at: at - 30_000,
  })
  assert.notEqual(seal, '')
  return Buffer.concat([Buffer.from(seal), changed])
}

const question = { reversePath: '', heloName: '', remoteAddress: '192.0.2.7' }

test('a list’s seal is evidence where the list is trusted, and only there', async () => {
  const message = await throughList('list.example rsa')
  const unknown = await ask(message, { from: elsewhere })
  assert.equal(unknown.dmarc.result, 'fail')
  assert.deepEqual(unknown.arc, { result: 'pass', sealers: ['list.example'], vouches: false })
  const trustedSealers = ['list.example']
  const known = await ask(message, { from: elsewhere, trustedSealers })
  assert.deepEqual(known.arc, { result: 'pass', sealers: ['list.example'], vouches: true })
  const forged = Buffer.from(message.toString('latin1').replace('The list', 'My list'), 'latin1')
  assert.equal((await ask(forged, { from: elsewhere, trustedSealers })).arc.result, 'fail')
})

test('dkimpy believes our seal, and we believe a chain that it made longer', async (t) => {
  if (!needsDkimpy(t)) return
  const message = await throughList('list.example rsa')
  const records = Object.fromEntries(
    [...keys.values()].map((each) => [
      `${each.selector}._domainkey.${each.domain}`,
      recordOf(each),
    ]),
  )
  assert.match(dkimpy('judge', { message, records }).toString(), /^pass/)
  const results = Buffer.from('Authentication-Results: mx.evil.example; arc=pass\r\n')
  const longer = dkimpy('seal', {
    message: Buffer.concat([results, message]),
    records,
    key: key('evil.example rsa'),
    authserv: 'mx.evil.example',
  })
  const asked = { from: elsewhere, trustedSealers: ['list.example'] }
  const { arc } = await ask(longer, asked)
  assert.deepEqual(arc, {
    result: 'pass',
    sealers: ['list.example', 'evil.example'],
    vouches: false,
  })
})

test('a chain that failed is not made longer', async () => {
  const message = await throughList('list.example rsa')
  const sealing = { key: key('far.example rsa'), results: 'mx.example; arc=fail', at }
  assert.equal(await sealMessage(message, { ...sealing, arc: 'fail' }), '')
  assert.notEqual(await sealMessage(message, { ...sealing, arc: 'pass' }), '')
})

test('the field says what was found, and a stranger’s words cannot break out of it', async () => {
  const found: Authentication = await ask(plain, {
    from: { heloName: 'x"; dkim=pass', reversePath: '' },
  })
  const text = formatResults('mx.example', found, { ...question, heloName: '' })
  assert.match(text, /^ mx\.example;\r\n\tspf=\w+ smtp\.helo="x\\"; dkim=pass";/)
  assert.match(text, /dmarc=\w+ \(p=reject\) header\.from=far\.example/)
  for (const line of text.split('\r\n')) assert.ok(line.length < 998)
})

test('fields that others wrote in our name go, others stay, and the rest keeps every octet', () => {
  const message = Buffer.from(
    'Received: a\r\n\tb\r\nAuthentication-Results: (c) MX.Example;\r\n dkim=pass\r\n' +
      'Authentication-Results: other.example; dkim=pass\r\nAuthentication-Results: "mx.example" 1; x=y\r\n' +
      'Subject: \xe9\r\n\r\nAuthentication-Results: mx.example; in the body\r\n',
    'latin1',
  )
  const kept = withoutFields(message, (field) => isForeignClaim(field, 'mx.example'))
  assert.equal(
    kept.toString('latin1'),
    'Received: a\r\n\tb\r\nAuthentication-Results: other.example; dkim=pass\r\nSubject: \xe9\r\n\r\n' +
      'Authentication-Results: mx.example; in the body\r\n',
  )
  assert.equal(
    withoutFields(kept, (field) => isForeignClaim(field, 'mx.example')),
    kept,
  )
})
