/** Mail leaves: two platforms that know of each other only by DNS, and what the sender hears of it. */
import assert from 'node:assert/strict'
import { createPublicKey, hash, verify } from 'node:crypto'
import { test } from 'node:test'
import { z } from 'zod'
import { relaxedBody, splitMessage } from '../../src/mailauth/dkim/canonicalise.ts'
import { signedOctets } from '../../src/mailauth/dkim/sign.ts'
import { findSubject, readAs, sendAs, sendFromOutside, signIn } from '../support/mail-programs.ts'
import { NameServer } from '../support/name-server.ts'
import { bootPlatform, type Platform } from '../support/platform.ts'
import { tamar } from '../support/tamar-command.ts'
import { until } from '../support/until.ts'

const arrivalMs = 20_000
const farAddress = 'officer@far.example'

test('mail to another system arrives there encrypted, and refusals come back to the sender', async () => {
  await using far = await bootPlatform()
  const farPassword = await makeFarOfficer(far)
  await using names = await NameServer.start({
    'far.example': { mx: [[10, 'mx.far.example']] },
    'mx.far.example': { a: ['127.0.0.1'] },
    'deaf.example': { mx: [[0, '']] },
  })
  await using near = await bootPlatform({
    environment: {
      TAMAR_OUTBOUND_SEND: 'direct',
      TAMAR_OUTBOUND_RESOLVERS: names.address,
      TAMAR_OUTBOUND_PORT: String(far.port('smtp')),
      TAMAR_OUTBOUND_LOOPBACK: 'true',
    },
  })
  const sender = near.person('wl.chan')
  const program = sendAs(near, sender)
  const to = [farAddress, 'nobody@far.example', 'somebody@deaf.example', 'who@nowhere.example']
  const text = 'Over the wire 經網絡'
  await program.sendMail({ from: sender.address, to, subject: 'To elsewhere', text })
  program.close()

  const received = await readWhenThere(far, farAddress, farPassword, 'To elsewhere')
  assert.match(received, /^Received: from .*\r\n\t?.*with (?:UTF8)?ESMTPS\b/ms)
  // Of both systems: RFC 5321 §4.4.
  assert.match(received, /^Received: from localhost \(authenticated\)\r\n\tby /m)
  await using reader = await readAs(near, sender)
  const reports = await until('reports of three failures', arrivalMs, async () => {
    const uids = await findSubject(reader, 'INBOX', 'Not delivered')
    const lock = await reader.getMailboxLock('INBOX')
    try {
      const texts = await reader.fetchAll(uids.join(',') || '1', { source: true }, { uid: true })
      const all = texts.map(({ source }) => source?.toString() ?? '').join('\n')
      return /nobody@far/.test(all) && /deaf/.test(all) && /nowhere/.test(all) && all
    } finally {
      lock.release()
    }
  })
  assert.match(
    reports,
    /Final-Recipient: rfc822; nobody@far\.example\r\nAction: failed\r\nStatus: 5\.1\.1/,
  )
  assert.match(
    reports,
    /Final-Recipient: rfc822; somebody@deaf\.example\r\nAction: failed\r\nStatus: 5\.1\.10/,
  )
  assert.match(
    reports,
    /Final-Recipient: rfc822; who@nowhere\.example\r\nAction: failed\r\nStatus: 5\.1\.2/,
  )
})

test('what leaves is signed once the keys are in DNS, and the signature holds where it arrives', async () => {
  await using far = await bootPlatform()
  const farPassword = await makeFarOfficer(far)
  await using names = await NameServer.start({
    'far.example': { mx: [[10, 'mx.far.example']] },
    'mx.far.example': { a: ['127.0.0.1'] },
  })
  await using near = await bootPlatform({
    environment: {
      TAMAR_OUTBOUND_SEND: 'direct',
      TAMAR_OUTBOUND_RESOLVERS: names.address,
      TAMAR_OUTBOUND_PORT: String(far.port('smtp')),
      TAMAR_OUTBOUND_LOOPBACK: 'true',
      // Nobody on this machine is believed by his address.
      TAMAR_TRUST_RELAYS: '192.0.2.1',
      TAMAR_TRUST_RESOLVERS: names.address,
    },
  })
  const sender = near.person('wl.chan')
  const domain = sender.address.slice(sender.address.indexOf('@') + 1)
  const asked = dnsSchema.parse(await tamar(near, 'domain', 'dns', domain))
  const keys = asked.records.filter(({ about }) => about.startsWith('DKIM'))
  assert.equal(keys.length, 2)
  for (const { name, value } of keys) names.zones.set(name, { txt: [value] })
  const again = dnsSchema.parse(await tamar(near, 'domain', 'dns', domain))
  assert.equal(again.records.filter(({ about }) => about.includes('it signs')).length, 2)

  const program = sendAs(near, sender)
  const text = 'Signed 已簽署\r\n\r\n.\r\n'
  await program.sendMail({ from: sender.address, to: farAddress, subject: 'Signed', text })
  program.close()
  const received = Buffer.from(await readWhenThere(far, farAddress, farPassword, 'Signed'), 'utf8')
  const { fields, bodyStart } = splitMessage(received)
  const signatures = fields.filter(({ name }) => name === 'dkim-signature')
  assert.equal(signatures.length, 2)
  const bodyHash = hash('sha256', relaxedBody(received.subarray(bodyStart)), 'base64')
  for (const { value } of signatures) {
    const tags = new Map(
      Array.from(
        value.replaceAll(/\s/g, '').matchAll(/(\w+)=([^;]*)/g),
        ([, tag = '', text = '']) => [tag, text],
      ),
    )
    assert.equal(tags.get('d'), domain)
    assert.equal(tags.get('bh'), bodyHash)
    const record = keys.find(({ name }) => name.startsWith(`${tags.get('s')}.`))?.value ?? ''
    const signed = signedOctets(
      fields,
      (tags.get('h') ?? '').split(':'),
      value.replace(/b=[^;]*$/, 'b='),
    )
    const signature = Buffer.from(tags.get('b') ?? '', 'base64')
    assert.ok(holds(record, signed, signature), value)
  }

  // A stranger in that domain's name is refused, whatever path he writes from; one in his own is not.
  const stranger = sendFromOutside(near)
  const to = sender.address
  for (const from of [sender.address, 'x@elsewhere.example'])
    await assert.rejects(
      stranger.sendMail({ envelope: { from, to }, from: sender.address, to, text: 'Pay' }),
      { responseCode: 550 },
    )
  await stranger.sendMail({ from: 'x@elsewhere.example', to, subject: 'Honest', text: 'Hello' })
  stranger.close()
})

const dnsSchema = z.object({
  records: z.array(z.object({ name: z.string(), value: z.string(), about: z.string() })),
})

/** RFC 8463 §3, §4: Ed25519 over the hash, its key alone in the record. */
function holds(record: string, signed: Buffer, signature: Buffer): boolean {
  const octets = Buffer.from(record.slice(record.indexOf('p=') + 2), 'base64')
  const isRsa = record.includes('k=rsa')
  const der = isRsa
    ? octets
    : Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), octets])
  const key = createPublicKey({ key: der, type: 'spki', format: 'der' })
  return isRsa
    ? verify('sha256', signed, key, signature)
    : verify(null, hash('sha256', signed, 'buffer'), key, signature)
}

async function makeFarOfficer(far: Platform): Promise<string> {
  const domains = ['--domains', 'far.example']
  await tamar(far, 'department', 'create', 'FAR', '--name', 'Far away', ...domains)
  await tamar(far, 'person', 'create', farAddress, '--name', 'Officer', '--department', 'FAR')
  const made = await tamar(far, 'app-password', 'create', farAddress, '--label', 'test')
  assert.ok(typeof made === 'object' && made !== null && 'password' in made)
  return String(made.password)
}

async function readWhenThere(
  platform: Platform,
  address: string,
  password: string,
  subject: string,
): Promise<string> {
  await using reader = await signIn(platform, address, password)
  const uid = await until(subject, arrivalMs, async () => {
    const [found] = await findSubject(reader, 'INBOX', subject)
    return found
  })
  const lock = await reader.getMailboxLock('INBOX')
  try {
    const message = await reader.fetchOne(String(uid), { source: true }, { uid: true })
    assert.ok(message !== false && message.source !== undefined)
    return message.source.toString()
  } finally {
    lock.release()
  }
}
