import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import iconv from 'iconv-lite'
import { written, writtenIn } from '../../../test/support/make-pdf.ts'
import { makeZip } from '../../../test/support/make-zip.ts'
import { openRealStore } from '../../../test/support/real-store.ts'
import { dayMs, minuteMs } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { createPdfReader } from '../../extract/pdf/pdf-reader.ts'
import { claimMs, smallSegmentsMax, triesMax } from './limits.ts'

async function openWorld() {
  const stack = new AsyncDisposableStack()
  const ground = stack.use(await openRealStore())
  const pdfs = stack.use(createPdfReader())
  const { store, clock } = ground
  const account = await ground.createAccount('person')
  const viewer = newId(clock)
  const { id: mailbox } = await store.createMailbox(account, 'Papers')
  return {
    ...ground,
    account,
    mailbox,
    viewer,
    async add(...messages: readonly Buffer[]): Promise<readonly string[]> {
      const rest = { flags: 0, keywords: [], receivedAt: clock.now() }
      const inputs = messages.map((octets) => ({ octets, ...rest }))
      const appended = await store.append(account, mailbox, inputs, viewer)
      return appended.map(({ messageId }) => messageId)
    },
    async readAll(): Promise<void> {
      // What a busy machine had no time for is tried again when its claim is over.
      for (let tries = 0; tries < triesMax; tries++) {
        while ((await store.readDocuments(pdfs.forSearch)) > 0);
        clock.advance(claimMs + 1)
      }
    },
    async find(word: string): Promise<readonly string[]> {
      const { hits } = await store.findDocuments(account, [word])
      return [...(hits[0] ?? [])].sort()
    },
    async segments(): Promise<number> {
      const rows = await ground.database.rows({ text: 'SELECT FROM document_segment' })
      return rows.length
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function letter(name: string, content: Buffer, type = 'application/octet-stream'): Buffer {
  return Buffer.from(
    'Subject: papers\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
      `--b\r\n\r\nSee attached.\r\n--b\r\nContent-Type: ${type}; name="${name}"\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}\r\n--b--\r\n`,
  )
}

const docx = (text: string) =>
  makeZip([{ name: 'word/document.xml', content: `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>` }])
const xlsx = (text: string) =>
  makeZip([{ name: 'xl/sharedStrings.xml', content: `<si><t>${text}</t></si>` }])
const big5 = {
  cmap: 'ETen-B5-H',
  ordering: 'CNS1',
  encode: (text: string) => iconv.encode(text, 'big5'),
}

/** Each word stands in documents of one kind alone, and is looked for in each of its forms. */
const corpus: readonly (readonly [file: string, content: Buffer, forms: readonly string[]])[] = [
  ['a.pdf', written('Estimates of the harbour', 'crossing'), ['HARBOUR', 'harbour crossing']],
  ['b.pdf', writtenIn(big5, '會議紀', '錄附件'), ['會議紀錄', '会议纪录', '紀錄附件']],
  ['c.docx', docx('發展局來文'), ['發展局', '发展局', '局來文']],
  ['d.docx', docx('Budget &amp; plan 2026'), ['budget & plan', '２０２６', 'BUDGET']],
  ['e.xlsx', xlsx('Ｔｕｅｎ　Ｍｕｎ'), ['Tuen Mun', 'ｔｕｅｎ']],
  ['f.html', Buffer.from('<p>drain<b>age</b> works<script>hidden()</script>'), ['drainage works']],
  ['g.txt', Buffer.from('渠務工程 sewer'), ['渠务工程', 'sewer']],
  ['h.txt', iconv.encode('水務署通告', 'big5'), ['水務署', '水务署']],
  ['i.txt', iconv.encode('广东省文件', 'gbk'), ['广东省', '廣東省']],
  ['j.zip', makeZip([{ name: 'x.pdf', content: written('reservoir') }]), ['reservoir']],
]

describe('documents for search', () => {
  it('are found by what they say, in both scripts and widths, and by nothing else', async () => {
    await using world = await openWorld()
    const noise = Array.from({ length: 30 }, (_, n) => letter(`${n}.docx`, docx(`nothing ${n}`)))
    const ids = await world.add(...corpus.map(([name, content]) => letter(name, content)), ...noise)
    assert.equal((await world.store.findDocuments(world.account, ['harbour'])).isWhole, false)
    await world.readAll()
    for (const [at, [name, , forms]] of corpus.entries())
      for (const form of forms)
        assert.deepEqual(await world.find(form), [ids[at]], `${name}: ${form}`)
    assert.deepEqual(await world.find('hidden'), [])
    assert.equal((await world.find('nothing')).length, 30)
    assert.equal((await world.store.findDocuments(world.account, ['x'])).isWhole, true)
    // Bodies know nothing of it, and mail programs that search them find what they always did.
    const asked = [{ where: 'text', needle: 'HARBOUR' }] as const
    await world.store.packAccount(world.account)
    world.clock.advance(11 * minuteMs)
    await world.store.packAccount(world.account)
    const hits = await world.store.findTexts(world.account, world.mailbox, asked)
    assert.deepEqual([...(hits?.hits[0] ?? [])], [])
  })

  it('that trickle in are kept together, and are told as read since the state they came at', async () => {
    await using world = await openWorld()
    const ids: string[] = []
    for (let n = 0; n < 2 * smallSegmentsMax + 3; n++) {
      ids.push(...(await world.add(letter(`${n}.docx`, docx(`word${n}x`)))))
      await world.readAll()
    }
    assert.ok((await world.segments()) <= smallSegmentsMax)
    for (const [n, id] of ids.entries()) assert.deepEqual(await world.find(`word${n}x`), [id])
    const { modSeq } = await world.store.emails(world.account, world.viewer)
    const [late] = await world.add(letter('late.docx', docx('late')))
    await world.readAll()
    const since = await world.store.documentsSince(world.account, modSeq + 1)
    assert.ok(late !== undefined && since.includes(late))
  })

  it('are read once by two nodes, and again after a node was lost meanwhile', async () => {
    await using world = await openWorld()
    await using other = await world.openSecondNode()
    const [id] = await world.add(letter('a.docx', docx('twice')))
    const never = () => assert.fail('nothing is a PDF file')
    const counts = await Promise.all([world.store.readDocuments(never), other.readDocuments(never)])
    assert.deepEqual(counts.toSorted(), [0, 1])
    await world.database.single({
      text: 'INSERT INTO document_due (account_id, message_id, claimed_until) VALUES ($1, $2, $3)',
      values: [world.account, id, world.clock.now() + claimMs],
    })
    assert.equal(await other.readDocuments(never), 0)
    world.clock.advance(claimMs + 1)
    assert.equal(await other.readDocuments(never), 1)
    assert.deepEqual(await world.find('twice'), [id])
  })

  it('go with their message, and the others stay', async () => {
    await using world = await openWorld()
    const { store, account } = world
    const [gone = '', kept = ''] = await world.add(
      letter('a.docx', docx('both first')),
      letter('b.docx', docx('both second')),
    )
    await world.readAll()
    assert.deepEqual(
      await world.find('both'),
      [gone, kept].toSorted((a, b) => (a < b ? -1 : 1)),
    )
    await store.destroyEmail(account, gone)
    world.clock.advance(60 * dayMs)
    assert.equal(await store.destroyExpired(account), 1)
    await world.readAll()
    assert.deepEqual(await world.find('both'), [kept])
    assert.deepEqual(await world.find('first'), [])
  })

  it('are read anew when an account is built anew, or another version folded them', async () => {
    await using world = await openWorld()
    const [id] = await world.add(letter('a.docx', docx('again')))
    await world.readAll()
    await world.store.rebuildSearch(world.account)
    assert.deepEqual(await world.find('again'), [])
    await world.readAll()
    assert.deepEqual(await world.find('again'), [id])
    await world.database.single({ text: 'UPDATE document_segment SET fold = 0' })
    assert.deepEqual(await world.find('again'), [])
    await world.store.renewDocuments()
    await world.readAll()
    assert.deepEqual(await world.find('again'), [id])
  })
})
