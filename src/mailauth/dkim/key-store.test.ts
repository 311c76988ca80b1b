import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import { createKeys } from '../../keys/keys.ts'
import { temporaryMaster } from '../../keys/temporary-master.ts'
import { openTestDatabase } from '../../../test/support/database.ts'
import { createDkimKeys } from './key-store.ts'
import { keyAgeMs, overlapMs } from './limits.ts'

const message = Buffer.from('From: a@td.example\r\nSubject: x\r\n\r\nText\r\n')

async function open(t: Awaited<ReturnType<typeof openTestDatabase>>) {
  const clock = new ManualClock()
  await using temporary = await temporaryMaster()
  const keys = await createKeys({ database: t.database, master: temporary.master, clock })
  const zone = new Map<string, readonly string[]>()
  const events: string[] = []
  const make = () =>
    createDkimKeys({
      database: t.database,
      keys,
      clock,
      resolver: {
        texts: async (name) => {
          if (name.startsWith('broken')) throw new Refusal('try-again')
          return zone.get(name)
        },
      },
      record: async (_tx, event, keyId) => void events.push(`${event} ${keyId.slice(-1)}`),
    })
  const dkim = make()
  const publish = async () => {
    for (const { selector, record } of await dkim.tend('td.example'))
      zone.set(`${selector}._domainkey.td.example`, [record.replace('; p=', ';  p= ')])
  }
  const states = async () =>
    (await dkim.tend('td.example')).map(({ selector, state }) => `${selector.slice(-1)} ${state}`)
  return { clock, dkim, second: make(), zone, events, publish, states }
}

test('a key signs once its record is in DNS, and not before', async () => {
  await using t = await openTestDatabase()
  const { dkim, publish, states, events, zone } = await open(t)
  assert.deepEqual(await states(), ['e waiting', 'r waiting'])
  assert.equal(await dkim.sign('td.example', message), '')
  for (const { selector } of await dkim.tend('td.example'))
    zone.set(`${selector}._domainkey.td.example`, ['v=DKIM1; k=rsa; p=somebody'])
  assert.deepEqual(await states(), ['e waiting', 'r waiting'])
  await publish()
  assert.deepEqual(await states(), ['e signing', 'r signing'])
  const fields = await dkim.sign('td.example', message)
  assert.match(fields, /a=rsa-sha256;[^]*a=ed25519-sha256;|a=ed25519-sha256;[^]*a=rsa-sha256;/)
  assert.equal(await dkim.sign('dh.example', message), '')
  assert.deepEqual(events.toSorted(), [
    'dkim.make e',
    'dkim.make r',
    'dkim.publish e',
    'dkim.publish r',
  ])
})

test('keys that have aged are followed by others, with an overlap, and are destroyed', async () => {
  await using t = await openTestDatabase()
  const { clock, dkim, publish, states } = await open(t)
  await publish()
  await states()
  clock.advance(keyAgeMs)
  const both = ['e signing', 'e waiting', 'r signing', 'r waiting']
  assert.deepEqual((await states()).toSorted(), both)
  const before = await dkim.sign('td.example', message)
  await publish()
  assert.deepEqual((await states()).toSorted(), [
    'e retired',
    'e signing',
    'r retired',
    'r signing',
  ])
  const after = await dkim.sign('td.example', message)
  const selectorOf = (fields: string) => / s=(\w+)[er];/.exec(fields)?.[1]
  assert.notEqual(selectorOf(after), selectorOf(before))
  clock.advance(overlapMs)
  assert.deepEqual(await states(), ['e signing', 'r signing'])
})

test('two nodes make one pair, and the secrets stay sealed', async () => {
  await using t = await openTestDatabase()
  const { dkim, second } = await open(t)
  const [ours, theirs] = await Promise.all([dkim.tend('td.example'), second.tend('td.example')])
  assert.deepEqual(ours, theirs)
  const rows = await t.database.rows<{ sealed: Buffer }>({ text: 'SELECT sealed FROM dkim_key' })
  assert.equal(rows.length, 2)
  // The object identifier of RSA keys stands in every PKCS #8 of one.
  const oid = Buffer.from('2a864886f70d010101', 'hex')
  assert.ok(rows.every(({ sealed }) => !sealed.includes(oid)))
})
