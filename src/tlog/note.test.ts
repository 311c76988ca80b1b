import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal } from '../base/refusal.ts'
import { formatSecretKey, parseSecretKey, parseVerifier } from './note-key.ts'
import { formatNote, parseNote } from './note.ts'

// The example of the reference implementation's documentation (golang.org/x/mod/sumdb/note).
const secret = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const text =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n"
const line =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'

const isInvalid = (error: unknown) => isRefusal(error, 'invalid')

test('signs octet for octet what the reference implementation signs', () => {
  const signer = parseSecretKey(secret)
  assert.equal(signer.verifier.vkey, vkey)
  assert.equal(signer.sign(text), line)
  const seed = Buffer.from(secret.slice(-44), 'base64').subarray(1)
  assert.equal(formatSecretKey('log', 'PeterNeumann', seed), secret)
})

test('verifies a note with a key that was handed over as text', () => {
  const note = parseNote(formatNote(text, line))
  const verifier = parseVerifier(vkey)
  assert.equal(note.text, text)
  const [signature] = note.signatures
  assert.equal(signature?.name, 'PeterNeumann')
  assert.equal(signature.keyId, verifier.keyId)
  assert.ok(verifier.verify(note.text, signature.signature))
  assert.ok(!verifier.verify(`${note.text} `, signature.signature))
  assert.ok(!verifier.verify(note.text, signature.signature.subarray(1)))
})

test('takes no key with a character changed, too few or too many', () => {
  const longer = 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='
  const unknown = 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  for (const wrong of [longer, unknown, ...mangled(vkey)])
    assert.throws(() => parseVerifier(wrong), isInvalid, wrong)
  for (const wrong of mangled(secret)) assert.throws(() => parseSecretKey(wrong), isInvalid, wrong)
})

test('splits a note at its last empty line', () => {
  const note = parseNote(formatNote('a\n\nb\n', line, line))
  assert.equal(note.text, 'a\n\nb\n')
  assert.equal(note.signatures.length, 2)
})

test('takes nothing that is no note', () => {
  const wrong = [
    '',
    text,
    `${text}\n`,
    `${text}\n${line.slice(0, -1)}`,
    `${text}\n${line.replace('—', '-')}`,
    `${text}\n${line.replace(' Peter', '  Peter')}`,
    `${text}\n${line.replace('PeterN', 'Peter+N')}`,
    `${text}\n— PeterNeumann x08g\n`,
    `${text}\n${line.replace('AM=', 'AN=')}`,
    `a\tb\n\n${line}`,
    `a\r\n\n${line}`,
    `${text}\n${line.repeat(65)}`,
  ]
  for (const note of wrong) assert.throws(() => parseNote(note), isInvalid, JSON.stringify(note))
})

function mangled(key: string): readonly string[] {
  return Array.from(key, (_, index) => [
    key.slice(0, index) + String.fromCharCode(key.charCodeAt(index) + 1) + key.slice(index + 1),
    key.slice(0, index),
    key.slice(index + 1),
  ]).flat()
}
