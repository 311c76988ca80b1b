import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import { needs } from '../../../test/support/needs.ts'
import { relaxedBody, relaxedField, splitMessage } from './canonicalise.ts'
import {
  type DkimAlgorithm,
  type DkimKey,
  makeDkimSecret,
  openDkimSecret,
  recordOf,
} from './key.ts'
import { signedOctets, signMessage } from './sign.ts'

/** RFC 8463 Appendix A. */
const published = [
  'From: Joe SixPack <joe@football.example.com>',
  'To: Suzie Q <suzie@shopping.example.net>',
  'Subject: Is dinner ready?',
  'Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)',
  'Message-ID: <20030712040037.46341.5F8J@football.example.com>',
  '',
  'Hi.',
  '',
  'We lost the game.  Are you hungry yet?',
  '',
  'Joe.',
  '',
].join('\r\n')
const publishedNames = 'from : to : subject : date : message-id : from : subject : date'
const publishedHash = '2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8='

function publishedTags(algorithm: DkimAlgorithm, selector: string): string {
  return (
    ` v=1; a=${algorithm}; c=relaxed/relaxed;\r\n d=football.example.com; ` +
    `i=@football.example.com;\r\n q=dns/txt; s=${selector}; t=1528637909; ` +
    'h=from : to :\r\n subject : date : message-id : from : subject : date;\r\n' +
    ` bh=${publishedHash};\r\n b=`
  )
}

function publishedOctets(algorithm: DkimAlgorithm, selector: string): Buffer {
  const { fields } = splitMessage(Buffer.from(published))
  return signedOctets(fields, publishedNames.split(' : '), publishedTags(algorithm, selector))
}

test('header and body are made relaxed as the example of RFC 6376 §3.4.5 shows', () => {
  const message = Buffer.from('A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n')
  const { fields, bodyStart } = splitMessage(message)
  assert.deepEqual(fields.map(relaxedField), ['a:X', 'b:Y Z'])
  assert.equal(relaxedBody(message.subarray(bodyStart)).toString(), ' C\r\nD E\r\n')
  // RFC 6376 §3.4.4: the hash of an empty body is that of nothing.
  for (const empty of ['', '\r\n', '\r\n\r\n', ' \t\r\n'])
    assert.equal(relaxedBody(Buffer.from(empty)).length, 0)
  assert.equal(relaxedBody(Buffer.from('no end')).toString(), 'no end\r\n')
})

test('the Ed25519 signature of RFC 8463 is made again to the last octet', () => {
  const der = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from('nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=', 'base64'),
  ])
  const privateKey = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })
  const key: DkimKey = {
    domain: 'football.example.com',
    selector: 'brisbane',
    algorithm: 'ed25519-sha256',
    privateKey,
  }
  const record = 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='
  assert.equal(recordOf(key), record)
  const { bodyStart } = splitMessage(Buffer.from(published))
  const body = Buffer.from(published).subarray(bodyStart)
  assert.equal(hash('sha256', relaxedBody(body), 'base64'), publishedHash)
  const octets = publishedOctets('ed25519-sha256', 'brisbane')
  assert.equal(
    sign(null, hash('sha256', octets, 'buffer'), privateKey).toString('base64'),
    '/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==',
  )
})

test('the RSA signature of RFC 8463 holds over what we take for signed', () => {
  const key = createPublicKey({
    key: Buffer.from(
      'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/' +
        'J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLz' +
        'BfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB',
      'base64',
    ),
    type: 'spki',
    format: 'der',
  })
  const signature =
    'F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3' +
    'DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz' +
    'dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8='
  const octets = publishedOctets('rsa-sha256', 'test')
  assert.ok(verify('sha256', octets, key, Buffer.from(signature, 'base64')))
})

const message = Buffer.from(
  [
    'Received: from here by there',
    'From: =?utf-8?q?=E9=99=B3?= <chan@td.example>',
    'To: somebody@far.example,',
    '\tsomebody.else@far.example',
    'Subject:  several   spaces ',
    'Date: Mon, 23 Nov 2026 14:00:00 +0000',
    'Message-ID: <1@td.example>',
    '',
    'A  line \t',
    '. dots 經',
    '',
    '',
    '',
  ].join('\r\n'),
)

async function makeKeys(): Promise<readonly DkimKey[]> {
  const algorithms = ['rsa-sha256', 'ed25519-sha256'] as const
  return Promise.all(
    algorithms.map(async (algorithm) => ({
      domain: 'td.example',
      selector: `s${algorithm.slice(0, 3)}`,
      algorithm,
      privateKey: openDkimSecret(await makeDkimSecret(algorithm)),
    })),
  )
}

test('lines stay within 78 characters, and who signs with nothing adds nothing', async () => {
  const fields = await signMessage(message, await makeKeys(), 1_700_000_000_000)
  for (const line of fields.split('\r\n')) assert.ok(line.length <= 78, line)
  assert.match(fields, /^DKIM-Signature: v=1; a=ed25519-sha256;[^]*DKIM-Signature: v=1; a=rsa-/)
  assert.match(fields, /h=from:from:to:to:cc:subject:subject/)
  assert.equal(await signMessage(message, [], 0), '')
})

/** Python's dkimpy is the judge: it has both algorithms and takes DNS as a function. */
const judge = `
import dkim, json, sys
given = json.load(sys.stdin)
text = given['message'].encode('latin1')
records = {name.encode(): value.encode() for name, value in given['records'].items()}
d = dkim.DKIM(text)
find = lambda name, timeout=5: records.get(name.rstrip(b'.'))
def holds(index):
    try:
        return bool(d.verify(idx=index, dnsfunc=find))
    except dkim.ValidationError:
        return False
print(json.dumps([holds(0), holds(1)]))
`

/** Debian's own: another Python on the PATH does not have Debian's packages. */
const debianPython = '/usr/bin/python3'

function ask(signed: Buffer, keys: readonly DkimKey[]): unknown {
  const records = Object.fromEntries(
    keys.map((key) => [`${key.selector}._domainkey.${key.domain}`, recordOf(key)]),
  )
  const input = JSON.stringify({ message: signed.toString('latin1'), records })
  const { stdout, stderr } = spawnSync(debianPython, ['-c', judge], { input, encoding: 'utf8' })
  return stdout === '' ? stderr : JSON.parse(stdout)
}

test('another implementation accepts both signatures, and neither when something was changed', async (t) => {
  if (!needs(t, 'dkimverify')) return
  const keys = await makeKeys()
  const fields = await signMessage(message, keys, Date.now())
  const signed = Buffer.concat([Buffer.from(fields), message])
  assert.deepEqual(ask(signed, keys), [true, true])
  const changes = [
    ['A  line', 'B  line'],
    ['several', 'Several'],
    ['To: somebody', 'Reply-To: x@y\r\nTo: somebody'],
  ] as const
  for (const [from, to] of changes) {
    const changed = Buffer.from(signed.toString('latin1').replace(from, to), 'latin1')
    assert.deepEqual(ask(changed, keys), [false, false], to)
  }
})

/** A verdict of Debian's opendkim on one message, with the keys in a file in the place of DNS. */
function verdictOf(folder: string, signed: Buffer, keys: readonly DkimKey[]): string {
  const lines = keys.map((key) => `${key.selector}._domainkey.${key.domain} ${recordOf(key)}\n`)
  const file = (name: string, content: string | Buffer) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const settings = `Mode v\nTestPublicKeys ${file('keys', lines.join(''))}\n`
  const args = ['-t', file('message', signed), '-x', file('settings', settings), '-v']
  const { stdout, stderr } = spawnSync('opendkim', args, { encoding: 'utf8' })
  return `${stdout}${stderr}`
}

test('opendkim believes each of our signatures, and none of a message that was changed', async (t) => {
  if (!needs(t, 'opendkim')) return
  const folder = mkdtempSync(join(tmpdir(), 'tamar-opendkim-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const key of await makeKeys()) {
    const fields = await signMessage(message, [key], Date.now())
    const signed = Buffer.concat([Buffer.from(fields), message])
    const name = new RegExp(`verification \\(s=${key.selector}, d=${key.domain}, .*succeeded`)
    assert.match(verdictOf(folder, signed, [key]), name)
    const changed = Buffer.from(signed.toString('latin1').replace('A  line', 'B  line'), 'latin1')
    assert.doesNotMatch(verdictOf(folder, changed, [key]), /succeeded/)
  }
})
