/** Who is shown as a stranger, to whom, and what it costs to know. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeRecords } from '../../../test/support/fake-records.ts'
import { dayMs } from '../../base/clock.ts'
import { createAuthenticator } from '../../mailauth/verify/authenticate.ts'
import { noSettings } from '../../policy/settings.ts'
import { createDelivery } from '../create-delivery.ts'
import { amy, FakeGovernment, from, message, peer, to } from '../fake-ports.ts'
import { contactAccountsMax, contactKeptMs } from '../limits.ts'
import type { SpamFinding } from '../scan/types.ts'
import { Contacts, type ContactsParts } from './contacts.ts'

const authservId = 'mx.example'
const resolver = new FakeRecords({
  'far.example': { TXT: ['v=spf1 ip4:192.0.2.7 -all'] },
  '_dmarc.bank.example': { TXT: ['v=DMARC1; p=none'] },
})

function open() {
  const government = new FakeGovernment()
  const options = government.options()
  const said = { spam: 'no' as SpamFinding, statements: 0, isAway: false }
  const ask = <T>(answer: () => Promise<T>): Promise<T> => {
    said.statements++
    return said.isAway ? Promise.reject(new Error('away')) : answer()
  }
  const store: ContactsParts['store'] = {
    isRemembered: (account, what) => ask(() => options.store.isRemembered(account, what)),
    rememberUntil: (account, each) => ask(() => options.store.rememberUntil(account, each)),
  }
  const node = () =>
    createDelivery({
      ...options,
      trust: {
        authservId,
        authenticate: createAuthenticator({ resolver, authservId, trustedSealers: [] }),
        isTrustedPeer: (address) => address === '192.0.2.99',
        settings: () => noSettings,
        spamFilter: { judge: async () => said.spam },
        contacts: new Contacts({ store, clock: government.clock }),
      },
    })
  let subjects = 0
  const letter = (author: string) => message(`From: ${author}\nSubject: ${subjects++}`)
  const delivery = node()
  /** The marks of the copies that arrived by it. */
  const send = async (author: string, recipients: readonly string[], by = delivery, at = peer) => {
    const before = government.copies.length
    await by.deliver(at, from(author), to(...recipients), letter(author))
    const copies = government.copies.slice(before)
    return copies.map(({ text }) => /^Tamar-Marks: (.*)\r$/m.exec(text)?.[1])
  }
  return { government, said, node, delivery, letter, send }
}

const [wong, reader] = ['wong@far.example', 'amy@td.example']

test('who writes to a reader for the first time is shown as such to him, and the next time not', async () => {
  const { send } = open()
  assert.deepEqual(await send(wong, [reader]), ['first-contact, external'])
  assert.deepEqual(await send('Wong@FAR.example', [reader]), ['external'])
  const both = await send(wong, [reader, 'bob@td.example'])
  assert.deepEqual(both, ['external', 'first-contact, external'])
  assert.deepEqual(await send('other@far.example', [reader]), ['first-contact, external'])
})

test('whom somebody wrote to is no stranger to him, until long after', async () => {
  const { government, delivery, letter, send } = open()
  await delivery.submit(amy, peer, from(reader), to('New@far.example'), letter(reader))
  assert.deepEqual(await send('new@far.example', [reader]), ['external'])
  assert.deepEqual(await send('new@far.example', ['bob@td.example']), ['first-contact, external'])
  government.clock.advance(contactKeptMs + dayMs)
  assert.deepEqual(await send('new@far.example', [reader]), ['first-contact, external'])
})

test('mail in doubt makes nobody known', async () => {
  const { said, send } = open()
  said.spam = 'likely'
  const spam = ['first-contact, external, spam']
  assert.deepEqual([await send(wong, [reader]), await send(wong, [reader])], [spam, spam])
  said.spam = 'no'
  const forged = () => send('x@bank.example', [reader])
  const unverified = ['unverified, first-contact, external']
  assert.deepEqual([await forged(), await forged()], [unverified, unverified])
})

test('mail of a list and of systems of ours is not asked about', async () => {
  const { government, said, delivery, send } = open()
  government.addList('news', { members: [reader] })
  assert.deepEqual(await send(wong, ['news@td.example']), ['external'])
  const relay = { ...peer, remoteAddress: '192.0.2.99' }
  assert.deepEqual(await send(wong, [reader], delivery, relay), [undefined])
  assert.equal(said.statements, 0)
})

test('it costs two statements a day for each pair and process, and none for every other message', async () => {
  const { government, said, node, send } = open()
  await send(wong, [reader])
  assert.equal(said.statements, 2)
  for (let times = 0; times < 5; times++) await send(wong, [reader])
  assert.equal(said.statements, 2)
  assert.deepEqual(await send(wong, [reader], node()), ['external'])
  assert.equal(said.statements, 4)
  government.clock.advance(dayMs)
  await send(wong, [reader])
  assert.equal(said.statements, 6)
})

test('a message to many is no letter: a few accounts are asked', async () => {
  const { government, said, send } = open()
  const names = Array.from({ length: contactAccountsMax + 5 }, (_, at) => `person${at}`)
  for (const name of names) government.people.add(name)
  const marks = await send(
    wong,
    names.map((name) => `${name}@td.example`),
  )
  assert.equal(marks.filter((each) => each === 'external').length, 5)
  assert.equal(said.statements, 2 * contactAccountsMax)
})

test('a message arrives though nobody can say whether its author is known, and the log says so', async () => {
  const { government, said, send } = open()
  said.isAway = true
  assert.deepEqual(await send(wong, [reader]), ['external'])
  assert.equal(government.errors.length, 2)
  assert.doesNotMatch(JSON.stringify(government.errors), /wong|amy/)
})
