import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import iconv from 'iconv-lite'
import {
  bomb,
  circular,
  doubling,
  locked,
  onePage,
  stream,
  written,
  writtenIn,
  type Encoding,
} from '../../../test/support/make-pdf.ts'
import { makeZip } from '../../../test/support/make-zip.ts'
import { seededRandom } from '../../../tools/seeded-random.ts'
import { defaultLimits } from '../limits.ts'
import { lookInto } from '../look-into.ts'
import { createPdfReader } from './pdf-reader.ts'

const ends: string[] = []
const reader = createPdfReader({ onEnd: (why) => ends.push(why) })
after(() => reader[Symbol.asyncDispose]())

const generous = { workMs: 30_000, charactersMax: 1_000_000 }
const brief = { workMs: 1_000, charactersMax: 1_000_000 }
const read = reader.fromOutside

test('words are read page by page, and what was filled in after them', async () => {
  const plain = await read(written('RESTRICTED', 'Dear (all)'), generous)
  assert.equal(plain.text, 'RESTRICTED\nDear (all)\n\f')
  assert.equal(plain.state, 'whole')
  const form = onePage({
    content: stream('BT /F1 12 Tf 72 700 Td (Number:) Tj ET'),
    catalogue: '/AcroForm << /Fields [5 0 R] >>',
    page: '/Annots [5 0 R 6 0 R]',
    more: [
      '<< /Type /Annot /Subtype /Widget /FT /Tx /T (n) /V (A123456\\(3\\)) /Rect [0 0 9 9] >>',
      '<< /Type /Annot /Subtype /Text /Contents (a note) /Rect [0 0 9 9] >>',
    ],
  })
  assert.equal((await read(form, generous)).text, 'Number:\na note\nA123456(3)\n\f')
})

const encodings: readonly (Encoding & { readonly text: string })[] = [
  {
    cmap: 'ETen-B5-H',
    ordering: 'CNS1',
    encode: (text) => iconv.encode(text, 'big5'),
    text: '機密文件',
  },
  {
    cmap: 'UniCNS-UTF16-H',
    ordering: 'CNS1',
    encode: (text) => iconv.encode(text, 'utf-16be'),
    text: '身份證號碼 A123456(3)',
  },
  {
    cmap: 'GBK-EUC-H',
    ordering: 'GB1',
    encode: (text) => iconv.encode(text, 'gbk'),
    text: '绝对机密',
  },
  {
    cmap: 'GBKp-EUC-V',
    ordering: 'GB1',
    encode: (text) => iconv.encode(text, 'gbk'),
    text: '限阅文件',
  },
]

test('Chinese is read from fonts that only name an encoding', async () => {
  for (const { text, ...encoding } of encodings) {
    const words = await read(writtenIn(encoding, text), generous)
    assert.deepEqual([words.text.replaceAll('\n', ''), words.state], [`${text}\f`, 'whole'])
  }
})

test('a file with a password is locked; one that only forbids to print is read', async () => {
  assert.equal((await read(locked('let me in', 'SECRET'), generous)).state, 'locked')
  assert.equal((await read(locked('', 'SECRET'), generous)).text, 'SECRET\n\f')
})

test('what unpacks to gigabytes or never ends is ended, and the next file is read', async () => {
  ends.length = 0
  const began = performance.now()
  assert.equal((await read(bomb(4_096), generous)).state, 'part')
  assert.deepEqual(ends, ['memory'])
  assert.ok(process.memoryUsage.rss() < 3 * 1024 ** 3)
  assert.equal((await read(doubling(40), brief)).state, 'part')
  assert.deepEqual(ends, ['memory', 'time'])
  assert.ok(performance.now() - began < 60_000)
  assert.equal((await read(written('still here'), generous)).text, 'still here\n\f')
})

test('what goes in circles, is cut, or is no such file costs nobody else anything', async () => {
  ends.length = 0
  const whole = written('SECRET', 'x'.repeat(100))
  for (const octets of [
    circular(),
    Buffer.from('%PDF-1.7'),
    Buffer.from('%PDF-1.4\ntrailer << /Root 1 0 R >>'),
  ])
    assert.equal((await read(octets, brief)).state, 'part')
  // Readers mend a file whose table is not where it says, and so does this one.
  const mended = await read(
    Buffer.from(whole.toString('latin1').replace(/startxref\n\d+/, 'startxref\n7'), 'latin1'),
    brief,
  )
  assert.match(mended.text, /SECRET/)
  const seed = Date.now() % 1_000_000
  const random = seededRandom(seed)
  for (let round = 0; round < 200; round++) {
    const broken = Buffer.from(whole)
    for (let n = 0; n < 8; n++)
      broken[Math.floor(random() * broken.length)] = Math.floor(random() * 256)
    const { state } = await read(broken, brief)
    assert.match(state, /^(?:whole|part|locked)$/, `seed ${seed}`)
  }
  assert.equal((await read(written('after'), generous)).text, 'after\n\f')
})

test('a script of a document does not run and nothing it names is fetched', async () => {
  const script = "(while (true) {} app.launchURL\\('http://127.0.0.1:9/'\\);)"
  const octets = onePage({
    content: stream('BT /F1 12 Tf (quiet) Tj ET'),
    catalogue: `/OpenAction << /S /JavaScript /JS ${script} >>
      /Names << /JavaScript << /Names [(a) << /S /JavaScript /JS ${script} >>] >> >>`,
    page: `/AA << /O << /S /JavaScript /JS ${script} >> >>`,
  })
  assert.deepEqual((await read(octets, brief)).text, 'quiet\n\f')
})

test('strangers do not keep users waiting, and nobody waits long for the files of others', async () => {
  await using busy = createPdfReader({ turnMs: 1_500 })
  const slow = Array.from({ length: 12 }, (_, n) => doubling(30 + n))
  const all = slow.map((octets) => busy.fromOutside(octets, brief))
  const began = performance.now()
  const { text } = await busy.fromUsers(written('for a user'), generous)
  assert.equal(text, 'for a user\n\f')
  await Promise.all(all)
  // Twelve times one second would be 12.
  assert.ok(performance.now() - began < 9_000)
})

test('attachments and archives count PDF files as read, locked or unread', async () => {
  const look = (octets: Buffer, name = 'a.pdf', limits = defaultLimits) =>
    lookInto([{ name, octets }], limits, { pdf: reader.fromUsers })
  const zipped = makeZip([{ name: 'b.pdf', content: written('SECRET') }])
  const found = await look(zipped, 'a.zip')
  assert.deepEqual(found.texts, ['SECRET\n\f'])
  assert.equal(
    (await look(Buffer.concat([Buffer.from('\n\n'), written('late')]))).texts[0],
    'late\n\f',
  )
  const shut = await look(locked('let me in', 'x'))
  assert.deepEqual([shut.lockedArchives, shut.unreadDocuments], [1, 0])
  const broken = await look(Buffer.from('%PDF-1.7'))
  assert.deepEqual([broken.lockedArchives, broken.unreadDocuments], [0, 1])
  const cut = await look(written('much too long'), 'a.pdf', { ...defaultLimits, textCharsMax: 4 })
  assert.deepEqual([cut.texts, cut.unreadDocuments], [['much'], 1])
})
