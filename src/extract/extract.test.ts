import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { makeZip } from '../../test/support/make-zip.ts'
import { seededRandom } from '../../tools/seeded-random.ts'
import { defaultLimits } from './limits.ts'
import { lookInto } from './look-into.ts'
import type { Findings } from './types.ts'

const one = (name: string, octets: Buffer | string) =>
  lookInto([{ name, octets: Buffer.from(octets) }])

function dangers({ programs, macros, lockedArchives, unreadArchives }: Findings) {
  return { programs, macros, lockedArchives, unreadArchives }
}

const none = { programs: 0, macros: 0, lockedArchives: 0, unreadArchives: 0 }

test('words are found in documents, spreadsheets, plain files, and archives of them', async () => {
  const document = makeZip([
    { name: '[Content_Types].xml', content: '<Types/>' },
    {
      name: 'word/document.xml',
      content: '<w:p><w:t>A1234</w:t></w:p><w:p><w:t>5 &amp; &#x6a5f;密</w:t></w:p>',
    },
    { name: 'word/media/image1.png', content: '\x89PNG' },
  ])
  const sheet = makeZip([
    { name: 'xl/sharedStrings.xml', content: '<si><t>Chan</t></si>' },
    {
      name: 'xl/worksheets/sheet1.xml',
      content: '<row><c t="s"><v>0</v></c><c><v>91234567</v></c></row>',
    },
  ])
  assert.deepEqual((await one('a.docx', document)).texts, ['A1234\n5 & 機密\n'])
  const texts = (await one('b.xlsx', sheet)).texts.join('')
  assert.match(texts, /Chan/)
  assert.match(texts, /91234567/)
  assert.doesNotMatch(texts, /^0$/m)
  const nested = makeZip([
    { name: 'inner.zip', content: makeZip([{ name: 'a.docx', content: document }]) },
    { name: 'note.txt', content: 'hello' },
  ])
  const found = await one('all.zip', nested)
  assert.deepEqual(found.texts, ['A1234\n5 & 機密\n', 'hello'])
  assert.ok(found.names.includes('note.txt') && found.names.includes('a.docx'))
  assert.deepEqual(dangers(found), none)
})

test('programs are found by what they are and by their names, within archives too', async () => {
  for (const [name, octets] of [
    ['report.pdf', 'MZ\x90'],
    ['report.pdf.exe ', 'x'],
    ['gnp\u202efdp.scr.', 'x'],
    ['a.zip', makeZip([{ name: 'b.zip', content: makeZip([{ name: 'c.js', content: '' }]) }])],
    ['a.gz', gzipSync(Buffer.from('MZ'))],
    ['a.docx', makeZip([{ name: 'word/embeddings/x.exe', content: 'MZ' }])],
  ] as const)
    assert.equal((await one(name, octets)).programs, 1, name)
})

test('macros and locks are found in new and old documents', async () => {
  const macro = makeZip([{ name: 'word/vbaProject.bin', content: 'x' }])
  assert.equal((await one('a.docx', macro)).macros, 1)
  const ole = (stream: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.from(stream, 'utf16le')])
  assert.equal((await one('a.doc', ole('_VBA_PROJECT'))).macros, 1)
  assert.equal((await one('a.xlsx', ole('EncryptedPackage'))).lockedArchives, 1)
  const locked = makeZip([{ name: 'a.txt', content: 'x', isEncrypted: true }])
  assert.equal((await one('a.zip', locked)).lockedArchives, 1)
  assert.equal((await one('a.7z', Buffer.from('377abcaf271c', 'hex'))).lockedArchives, 1)
})

test('what is too deep, too much or broken is told and costs no more than the limits', async () => {
  let deep = makeZip([{ name: 'x.txt', content: 'x' }])
  for (let depth = 0; depth < 6; depth++) deep = makeZip([{ name: 'a.zip', content: deep }])
  assert.equal((await one('a.zip', deep)).unreadArchives, 1)
  const bomb = makeZip([{ name: 'a.bin', content: Buffer.alloc(4_000_000) }])
  const small = { ...defaultLimits, octetsMax: 1_000_000 }
  assert.equal((await lookInto([{ name: 'a.zip', octets: bomb }], small)).unreadArchives, 1)
  const liar = makeZip([{ name: 'a.bin', content: Buffer.alloc(4_000_000), claims: 10 }])
  assert.equal((await lookInto([{ name: 'a.zip', octets: liar }], small)).unreadArchives, 1)
  const many = makeZip(Array.from({ length: 50 }, (_, n) => ({ name: `${n}.txt`, content: '' })))
  const few = { ...defaultLimits, filesMax: 10 }
  assert.equal((await lookInto([{ name: 'a.zip', octets: many }], few)).unreadArchives, 1)
  const gzip = gzipSync(Buffer.alloc(4_000_000))
  assert.equal((await lookInto([{ name: 'a.gz', octets: gzip }], small)).unreadArchives, 1)
  assert.equal((await one('a.zip', 'PK\x03\x04 nonsense')).unreadArchives, 1)
})

test('no octets make it throw', async () => {
  const seed = Date.now() % 1_000_000
  const random = seededRandom(seed)
  const good = makeZip([
    { name: 'word/document.xml', content: '<w:t>x</w:t>' },
    { name: 'inner.zip', content: makeZip([{ name: 'a.txt', content: 'y'.repeat(999) }]) },
  ])
  for (let round = 0; round < 300; round++) {
    const broken = Buffer.from(good)
    for (let n = 0; n < 8; n++) broken[Math.floor(random() * broken.length)] = random() * 256
    await assert.doesNotReject(one('a.zip', broken), `seed ${seed}, round ${round}`)
  }
})
