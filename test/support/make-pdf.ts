/**
 * PDF files for tests (ISO 32000), written by hand where the form matters: fonts that only name an encoding of
 * the library's tables, files with a password, broken and hostile ones. Ordinary ones a browser prints.
 */
import { createHash } from 'node:crypto'
import { constants, deflateRawSync, deflateSync } from 'node:zlib'

/** Object 1 is the catalogue. */
export function makePdf(objects: readonly (string | Buffer)[], trailer = ''): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const offsets: number[] = []
  let at = parts[0]?.length ?? 0
  for (const [index, object] of objects.entries()) {
    const body = Buffer.isBuffer(object) ? object : Buffer.from(object, 'latin1')
    const whole = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      body,
      Buffer.from('\nendobj\n'),
    ])
    offsets.push(at)
    at += whole.length
    parts.push(whole)
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  const tail =
    `xref\n0 ${size}\n0000000000 65535 f \n${rows}` +
    `trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF\n`
  return Buffer.concat([...parts, Buffer.from(tail, 'latin1')])
}

export function stream(content: Buffer | string, dictionary = ''): Buffer {
  const octets = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1')
  return Buffer.concat([
    Buffer.from(`<< /Length ${octets.length} ${dictionary} >>\nstream\n`),
    octets,
    Buffer.from('\nendstream'),
  ])
}

interface OnePage {
  readonly content: Buffer
  readonly catalogue?: string
  readonly page?: string
  readonly resources?: string
  /** Numbered from 5. */
  readonly more?: readonly (string | Buffer)[]
  readonly trailer?: string
}

export function onePage({ content, ...rest }: OnePage): Buffer {
  const { catalogue = '', page = '', resources = helvetica, more = [], trailer = '' } = rest
  return makePdf(
    [
      `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R
        /Resources << ${resources} >> ${page} >>`,
      content,
      ...more,
    ],
    trailer,
  )
}

const helvetica =
  '/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >>'

/** One text on each line, in Latin letters. */
export function written(...lines: readonly string[]): Buffer {
  return onePage({ content: stream(shown(lines.map((line) => `(${escaped(line)})`))) })
}

const escaped = (text: string) => text.replaceAll(/[()\\]/g, String.raw`\$&`)

function shown(strings: readonly string[]): string {
  return `BT /F1 12 Tf 14 TL 72 770 Td ${strings.map((each) => `${each} Tj T*`).join('\n')} ET`
}

/** A font that is not in the file and has no table of its characters: a reader must know the encoding. */
export interface Encoding {
  /** A predefined CMap: ISO 32000-2 Table 116. */
  readonly cmap: string
  /** Of Adobe's collections of characters: `CNS1`, `GB1`. */
  readonly ordering: string
  readonly encode: (text: string) => Buffer
}

export function writtenIn(
  { cmap, ordering, encode }: Encoding,
  ...lines: readonly string[]
): Buffer {
  const system = `<< /Registry (Adobe) /Ordering (${ordering}) /Supplement 0 >>`
  return onePage({
    content: stream(shown(lines.map((line) => `<${encode(line).toString('hex')}>`))),
    resources: '/Font << /F1 5 0 R >>',
    more: [
      `<< /Type /Font /Subtype /Type0 /BaseFont /Sung-Light /Encoding /${cmap} /DescendantFonts [6 0 R] >>`,
      `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Sung-Light /CIDSystemInfo ${system}
        /FontDescriptor 7 0 R /DW 1000 >>`,
      `<< /Type /FontDescriptor /FontName /Sung-Light /Flags 4 /FontBBox [0 -200 1000 900]
        /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>`,
    ],
  })
}

/** Sealed by the standard security handler, revision 2: RC4 of 40 bits. ISO 32000-1 §7.6.3. */
export function locked(password: string, ...lines: readonly string[]): Buffer {
  const id = Buffer.from('0123456789abcdef')
  const padded = Buffer.concat([Buffer.from(password, 'latin1'), padding]).subarray(0, 32)
  const permissions = Buffer.alloc(4)
  permissions.writeInt32LE(-44)
  const owner = rc4(md5(padded).subarray(0, 5), padded)
  const key = md5(padded, owner, permissions, id).subarray(0, 5)
  const user = rc4(key, padding)
  const contentKey = md5(key, Buffer.from([4, 0, 0, 0, 0])).subarray(0, 10)
  const text = shown(lines.map((line) => `(${escaped(line)})`))
  return onePage({
    content: stream(rc4(contentKey, Buffer.from(text, 'latin1'))),
    more: [
      `<< /Filter /Standard /V 1 /R 2 /P -44 /O <${owner.toString('hex')}> /U <${user.toString('hex')}> >>`,
    ],
    trailer: `/Encrypt 5 0 R /ID [<${id.toString('hex')}> <${id.toString('hex')}>]`,
  })
}

const padding = Buffer.from(
  '28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a',
  'hex',
)

const md5 = (...parts: readonly Buffer[]) => createHash('md5').update(Buffer.concat(parts)).digest()

/** OpenSSL 3 has it no more. */
function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, n) => n)
  const at = (index: number) => state[index & 255] ?? 0
  const swap = (a: number, b: number) => {
    const kept = at(a)
    state[a & 255] = at(b)
    state[b & 255] = kept
  }
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.length] ?? 0)) & 255
    swap(i, j)
  }
  let j = 0
  return Buffer.from(
    data.map((octet, n) => {
      j = (j + at(n + 1)) & 255
      swap(n + 1, j)
      return octet ^ at(at(n + 1) + at(j))
    }),
  )
}

/** Some kilobytes that unpack to `mib` of spaces. */
export function bomb(mib: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(1024 * 1024, ' '), {
    finishFlush: constants.Z_FULL_FLUSH,
  })
  const once = Buffer.concat([
    Buffer.from([0x78, 0x9c]),
    ...Array.from({ length: mib }, () => block),
  ])
  return onePage({
    content: stream(deflateSync(once), '/Filter [/FlateDecode /FlateDecode]'),
  })
}

/** Each of its forms shows the next one twice: `2 ** depth` words. */
export function doubling(depth: number): Buffer {
  const form = (at: number, content: string, resources: string) =>
    stream(
      content,
      `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << ${resources} >> % ${at}\n`,
    )
  const forms = Array.from({ length: depth }, (_, n) =>
    form(n, '/X Do /X Do', `/XObject << /X ${n + 6} 0 R >>`),
  )
  return onePage({
    content: stream('/X Do'),
    resources: '/XObject << /X 5 0 R >>',
    more: [...forms, form(depth, 'BT /F1 9 Tf (again) Tj ET', helvetica)],
  })
}

/** Pages that are their own parents and children, and tables that name each other. */
export function circular(): Buffer {
  return makePdf(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1000000 >>',
      '<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 1000000 >>',
    ],
    '/Prev 9',
  )
}
