import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { formatNumbers } from './format-numbers.ts'
import { openNames, sealNames } from './name-box.ts'
import { pseudonymise } from './pseudonymise.ts'

const keys = {
  hash: (purpose: string, value: string | Uint8Array) =>
    createHmac('sha256', purpose).update(value).digest(),
}

test('ships no person, account, address or word of anybody', () => {
  const { fields, names } = pseudonymise(keys, {
    kind: 'mail-read',
    principalId: 'person-1',
    remoteAddress: '192.0.2.7',
    reason: 'asked by 陳大文',
    accountId: 'account-1',
    mailboxId: 'm1',
    uids: [3, 1, 2, 9],
  })
  const text = JSON.stringify(fields)
  for (const secret of ['person-1', '192.0.2.7', '陳大文', 'account-1'])
    assert.ok(!text.includes(secret), secret)
  assert.equal(fields['uids'], '1:3,9')
  assert.equal(fields['kind'], 'mail-read')
  assert.equal(names.length, 4)
  assert.ok(names.every((name) => text.includes(name.pseudonym)))
})

test('gives one person one pseudonym, whatever he does in an entry', () => {
  const own = pseudonymise(keys, { kind: 'ledger-read', principalId: 'p', accountId: 'p' })
  assert.equal(own.fields['principalId'], own.fields['accountId'])
})

test('hides each of several words and keeps the MAC of a void', () => {
  const founding = pseudonymise(keys, { kind: 'founding', founders: ['a', 'b'], statement: 's' })
  assert.equal(founding.names.length, 3)
  const nothing = pseudonymise(keys, { kind: 'void', mac: 'ab' })
  assert.deepEqual(nothing, { fields: { version: 1, kind: 'void', mac: 'ab' }, names: [] })
})

test('auditors alone learn what pseudonyms stand for', () => {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const names = [{ pseudonym: '~a', class: 'id', value: 'p1', known: 'wl.chan@td.gov.example' }]
  const box = sealNames(publicKey, names as Parameters<typeof sealNames>[1])
  assert.ok(!box.octets.includes('wl.chan'))
  assert.deepEqual(openNames(privateKey, box.octets), names)
})

test('writes runs of numbers short', () => {
  assert.equal(formatNumbers([]), '')
  assert.equal(formatNumbers([5]), '5')
  assert.equal(formatNumbers([5, 5, 4]), '4:5')
  assert.equal(formatNumbers([1, 3, 4, 5, 9]), '1,3:5,9')
})
