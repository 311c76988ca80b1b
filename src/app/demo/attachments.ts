/** Small real files for the demo's messages: each opens in the program it is for. */
import { crc32, deflateRawSync, deflateSync } from 'node:zlib'
import { between, type Random } from './random.ts'

export interface Attachment {
  readonly fileName: string
  readonly type: string
  readonly octets: Buffer
}

/** One page of lines in Helvetica, which has no Chinese: such lines are left out. ISO 32000-1 §7.5. */
export function makePdf(fileName: string, lines: readonly string[]): Attachment {
  const text = lines
    .filter((line) => /^[\x20-\x7e]*$/.test(line))
    .map((line, at) => `${at === 0 ? '72 770 Td' : '0 -18 Td'} (${escapePdf(line)}) Tj`)
    .join('\n')
  const content = `BT /F1 12 Tf\n${text}\nET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R ' +
      '/Resources << /Font << /F1 4 0 R >> >> >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`,
  ]
  return { fileName, type: 'application/pdf', octets: layPdf(objects) }
}

function escapePdf(line: string): string {
  return line.replace(/[\\()]/g, '\\$&')
}

function layPdf(objects: readonly string[]): Buffer {
  let body = '%PDF-1.4\n'
  const offsets = objects.map((object, at) => {
    const offset = body.length
    body += `${at + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\n`
  return Buffer.from(`${body}${table}${trailer}startxref\n${body.length}\n%%EOF\n`, 'latin1')
}

/** RFC 4180, with the mark that makes spreadsheets read it as UTF-8. */
export function makeCsv(fileName: string, rows: readonly (readonly string[])[]): Attachment {
  const text = rows.map((row) => row.map(quoteCsv).join(',')).join('\r\n')
  return { fileName, type: 'text/csv', octets: Buffer.from(`\ufeff${text}\r\n`, 'utf8') }
}

function quoteCsv(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

/** A grainy picture, as a camera's would be: it does not compress. W3C PNG §5. */
export function makePng(fileName: string, width: number, height: number, random: Random) {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0, at = 0; y < height; y += 1) {
    rows[at++] = 0
    for (let x = 0; x < width; x += 1) {
      rows[at++] = (y * 160) / height + between(random, 0, 60)
      rows[at++] = (x * 120) / width + between(random, 0, 60)
      rows[at++] = 120 + between(random, 0, 60)
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const chunks = [pngChunk('IHDR', head), pngChunk('IDAT', deflateSync(rows)), pngChunk('IEND')]
  const octets = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks])
  return { fileName, type: 'image/png', octets } satisfies Attachment
}

function pngChunk(name: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write(name, 4, 'latin1')
  chunk.set(data, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length)
  return chunk
}

/** A word processor's document of plain paragraphs. ECMA-376 Part 2. */
export function makeDocx(fileName: string, paragraphs: readonly string[]): Attachment {
  const schema = 'http://schemas.openxmlformats.org'
  const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
  const wordType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  const body = paragraphs.map((text) => `<w:p><w:r><w:t>${escapeXml(text)}</w:t></w:r></w:p>`)
  const octets = makeZip([
    [
      '[Content_Types].xml',
      `${xml}<Types xmlns="${schema}/package/2006/content-types">` +
        '<Default Extension="rels" ' +
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        `<Override PartName="/word/document.xml" ContentType="${wordType}.main+xml"/></Types>`,
    ],
    [
      '_rels/.rels',
      `${xml}<Relationships xmlns="${schema}/package/2006/relationships"><Relationship Id="r1" ` +
        `Type="${schema}/officeDocument/2006/relationships/officeDocument" ` +
        'Target="word/document.xml"/></Relationships>',
    ],
    [
      'word/document.xml',
      `${xml}<w:document xmlns:w="${schema}/wordprocessingml/2006/main"><w:body>` +
        `${body.join('')}</w:body></w:document>`,
    ],
  ])
  return { fileName, type: wordType, octets }
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Fixed date of every zip entry, 1980-01-01: the same content gives the same octets. */
const zipDate = 0x0021

/** PKWARE APPNOTE §4.3. */
function makeZip(files: readonly (readonly [name: string, text: string])[]): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const [name, text] of files) {
    const plain = Buffer.from(text, 'utf8')
    const packed = deflateRawSync(plain)
    const fields = zipFields(plain, packed, name)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    const where = Buffer.alloc(14)
    where.writeUInt32LE(offset, 10)
    const version = Buffer.from([20, 0])
    const central = [Buffer.from('PK\x01\x02'), version, fields, where, Buffer.from(name)]
    centrals.push(Buffer.concat(central))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

/** The 26 octets that local and central headers share: version, method, date, sums, name length. */
function zipFields(plain: Buffer, packed: Buffer, name: string): Buffer {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt16LE(zipDate, 8)
  fields.writeUInt32LE(crc32(plain), 10)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(plain.length, 18)
  fields.writeUInt16LE(Buffer.byteLength(name), 22)
  return fields
}
