/** Copies of an account's mail for somebody else: an export of all of it, a restoration of what was deleted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRealStore } from '../../test/support/real-store.ts'
import type { Person } from '../directory/types.ts'
import { flagBits } from '../store/types.ts'
import { exportMail } from './export-mail.ts'
import { restoreMail } from './restore-mail.ts'

async function open() {
  const stack = new AsyncDisposableStack()
  const r = stack.use(await openRealStore())
  const [chan, lee] = [await r.createAccount('person'), await r.createAccount('person')]
  const inbox = await r.store.mailboxByName(chan, 'INBOX')
  const message = (subject: string, flags = 0) => ({
    octets: Buffer.from(`Subject: ${subject}\r\n\r\ntext\r\n`),
    flags,
    keywords: [],
    receivedAt: r.clock.now(),
  })
  const inputs = [message('kept'), message('deleted', flagBits['\\Deleted'])]
  await r.store.append(chan, inbox.id, inputs, chan)
  await r.store.expunge(chan, inbox.id, chan, undefined)
  const person = { accountId: lee } as Person
  const directory = { person: (id: string) => (id === 'lee' ? person : undefined) }
  const ports = { store: r.store, directory }
  return { ...r, chan, lee, ports, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('an export has every message of every mailbox', async () => {
  await using t = await open()
  const said: string[] = []
  for await (const { mailbox, octets } of exportMail(t.store, t.chan))
    said.push(`${mailbox} ${octets.toString().slice(9, 13)}`)
  assert.ok(said.includes('INBOX kept'))
})

test('a restoration copies what was deleted and takes nothing from its owner', async () => {
  await using t = await open()
  const before = await t.store.recoverable(t.chan)
  const done = await restoreMail(t.ports, t.chan, 'lee')
  assert.deepEqual(done, { mailbox: 'Restored', messages: 1 })
  const target = await t.store.mailboxByName(t.lee, 'Restored')
  const { entries } = await t.store.entries(t.lee, target.id, t.lee)
  const [entry] = entries
  const octets = await t.store.content(t.lee, target.id, entry?.uid ?? 0)
  assert.match(octets.toString(), /^Subject: deleted/)
  assert.deepEqual(await t.store.recoverable(t.chan), before)
})
