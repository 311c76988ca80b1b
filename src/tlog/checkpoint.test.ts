import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRefusal, Refusal } from '../base/refusal.ts'
import { addCosignatures, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { formatSecretKey, parseSecretKey, parseVerifier } from './note-key.ts'
import { formatNote, parseNote } from './note.ts'
import type { NoteKeyKind } from './types.ts'

const key = (kind: NoteKeyKind, name: string, octet: number) =>
  parseSecretKey(formatSecretKey(kind, name, Buffer.alloc(32, octet)))

const log = key('log', 'audit.example/log', 1)
const [w1, w2] = [key('witness', 'w1.example', 2), key('witness', 'w2.example', 3)]
const root = Buffer.alloc(32, 7)
const signedAt = Date.UTC(2026, 0, 5, 1)

function faultOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error.facts['fault']
    throw error
  }
  return undefined
}

test('reads the example of the specification', () => {
  const note =
    'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n' +
    '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n' +
    '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n'
  const checkpoint = parseCheckpoint(note)
  assert.equal(checkpoint.origin, 'example.com/behind-the-sofa')
  assert.equal(checkpoint.size, 20_852_163)
  // The key of the example as its signature tells: 8 octets of time, then Ed25519's 64.
  const [, cosignature] = parseNote(note).signatures
  assert.equal(cosignature?.signature.length, 72)
  assert.equal(cosignature.signature.readBigUInt64BE(), 1_679_315_147n)
})

test('opens what the log signed and enough witnesses saw, and says when they did', () => {
  const note = signCheckpoint(log, { size: 3, root })
  const { text } = parseNote(note)
  const lines = w1.sign(text, signedAt) + w2.sign(text, signedAt + 1_999)
  const all = [w1.verifier, w2.verifier]
  const opened = openCheckpoint(addCosignatures(note, lines, all), log.verifier, all, 2)
  assert.deepEqual(opened.witnesses, [
    { name: 'w1.example', at: signedAt },
    { name: 'w2.example', at: signedAt + 1_000 },
  ])
  assert.deepEqual(opened.root, root)
})

test('counts a witness once and strangers never', () => {
  const note = signCheckpoint(log, { size: 3, root })
  const line = w1.sign(parseNote(note).text, signedAt)
  const all = [w1.verifier, w2.verifier]
  const once = addCosignatures(note, line, [w2.verifier])
  assert.equal(once, note)
  const twice = addCosignatures(addCosignatures(note, line, all), line, all)
  assert.equal(twice, note + line)
  const open = () => openCheckpoint(note + line + line, log.verifier, all, 2)
  assert.equal(faultOf(open), 'witnesses')
})

test('takes no checkpoint of another key, another origin, or with a signature that fails', () => {
  const note = signCheckpoint(log, { size: 3, root })
  const other = key('log', 'audit.example/log', 9).verifier
  assert.equal(
    faultOf(() => openCheckpoint(note, other)),
    'signature',
  )
  const { text } = parseNote(note)
  const moved = text.replace('audit.example/log', 'audit.example/other')
  const foreign = formatNote(moved, log.sign(moved))
  assert.equal(
    faultOf(() => openCheckpoint(foreign, log.verifier)),
    'signature',
  )
  const changed = note.replace('\n3\n', '\n4\n')
  assert.equal(
    faultOf(() => openCheckpoint(changed, log.verifier)),
    'signature',
  )
  const forged = note + w1.sign('other\n', signedAt)
  assert.equal(
    faultOf(() => openCheckpoint(forged, log.verifier, [w1.verifier])),
    'signature',
  )
  const replace = () => addCosignatures(note, w1.sign('other\n', signedAt), [w1.verifier])
  assert.throws(replace, (error) => isRefusal(error, 'invalid'))
})

test('keeps a log’s key and a witness’s key apart, though their octets are the same', () => {
  const witness = key('witness', 'audit.example/log', 1)
  assert.notEqual(witness.verifier.keyId, log.verifier.keyId)
  assert.deepEqual(parseVerifier(witness.verifier.vkey).kind, 'witness')
  const note = signCheckpoint(log, { size: 3, root })
  assert.equal(openCheckpoint(note, log.verifier, [witness.verifier]).witnesses.length, 0)
})

test('takes only the one spelling of a checkpoint', () => {
  const base64 = root.toString('base64')
  const wrong = [
    `log\n03\n${base64}\n`,
    `log\n-1\n${base64}\n`,
    `log\n1e3\n${base64}\n`,
    `log\n9007199254740993\n${base64}\n`,
    `\n3\n${base64}\n`,
    `log\n3\n${base64.slice(0, -2)}\n`,
    `log\n3\n\n`,
    `log\n3\n`,
  ]
  for (const text of wrong)
    assert.throws(
      () => parseCheckpoint(formatNote(text, log.sign(text))),
      (error) => isRefusal(error, 'invalid'),
      JSON.stringify(text),
    )
})
