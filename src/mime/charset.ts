/**
 * Octets to text by a charset's name (RFC 2045 §2.2; IANA names and what mail writes instead).
 * ICU's GB 18030 is newer than iconv-lite's; iconv-lite's Big5 has the Hong Kong Supplementary
 * Character Set, which ICU's has not; ISO-2022-JP is ICU's alone, UTF-7 iconv-lite's alone.
 */
import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'

type Decode = (octets: Buffer) => string

/** What mail calls them, where neither library knows the name or takes it for something poorer. */
const aliases: Readonly<Record<string, string>> = {
  utf8: 'utf-8',
  utf8mb4: 'utf-8',
  'unicode-1-1-utf-8': 'utf-8',
  ascii: 'us-ascii',
  'ansi_x3.4-1968': 'us-ascii',
  'iso646-us': 'us-ascii',
  'unknown-8bit': 'us-ascii',
  'x-unknown': 'us-ascii',
  'iso-8859-1': 'windows-1252',
  iso8859_1: 'windows-1252',
  latin1: 'windows-1252',
  'iso-8859-9': 'windows-1254',
  'iso-8859-8-i': 'iso-8859-8',
  'iso-8859-8-e': 'iso-8859-8',
  big5: 'big5hkscs',
  'big5-hkscs': 'big5hkscs',
  'big5-hkscs:2004': 'big5hkscs',
  'cn-big5': 'big5hkscs',
  'x-x-big5': 'big5hkscs',
  cp950: 'big5hkscs',
  'windows-950': 'big5hkscs',
  ms950: 'big5hkscs',
  gb2312: 'gb18030',
  'gb_2312-80': 'gb18030',
  gbk: 'gb18030',
  'x-gbk': 'gb18030',
  'gb18030-2022': 'gb18030',
  cp936: 'gb18030',
  ms936: 'gb18030',
  'windows-936': 'gb18030',
  'cn-gb': 'gb18030',
  'euc-cn': 'gb18030',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  'x-sjis': 'shift_jis',
  'shift-jis': 'shift_jis',
  cp932: 'shift_jis',
  ms932: 'shift_jis',
  'windows-31j': 'shift_jis',
  'ks_c_5601-1987': 'euc-kr',
  ks_c_5601: 'euc-kr',
  ks_c_5601_1987: 'euc-kr',
  ksc5601: 'euc-kr',
  cp949: 'euc-kr',
  'unicode-1-1-utf-7': 'utf-7',
  'x-unicode-2-0-utf-7': 'utf-7',
}

/** Names that iconv-lite takes and that are no charset of mail. */
const notCharsets = new Set(['base64', 'hex', 'binary', 'utf7imap', 'internal'])

const byIcu = new Set(['gb18030', 'iso-2022-jp', 'euc-jp', 'shift_jis', 'euc-kr'])

/** Decoders made so far; an unknown name is not kept, so that strangers cannot fill it. */
const decoders = new Map<string, Decode>([
  ['utf-8', utf8],
  ['us-ascii', unlabelled],
])

/** @returns undefined when the charset is not known. Broken sequences become U+FFFD. */
export function decodeCharset(octets: Buffer, label: string): string | undefined {
  return findDecoder(label)?.(octets)
}

/** As decodeCharset; an unknown or absent charset is UTF-8 where valid, else Windows-1252. */
export function decodeText(octets: Buffer, label: string | undefined): string {
  const decode = label === undefined ? undefined : findDecoder(label)
  return (decode ?? unlabelled)(octets)
}

export function isKnownCharset(label: string): boolean {
  return findDecoder(label) !== undefined
}

function findDecoder(label: string): Decode | undefined {
  const lower = label.trim().toLowerCase()
  const name = Object.hasOwn(aliases, lower) ? (aliases[lower] ?? lower) : lower
  const known = decoders.get(name)
  if (known !== undefined) return known
  const made = makeDecoder(name)
  if (made !== undefined) decoders.set(name, made)
  return made
}

function makeDecoder(name: string): Decode | undefined {
  if (byIcu.has(name)) {
    const decoder = new TextDecoder(name)
    return (octets) => decoder.decode(octets)
  }
  if (!/^[a-z][\w.:-]{1,38}$/.test(name) || notCharsets.has(name.replaceAll(/[^a-z0-9]/g, '')))
    return undefined
  if (!iconv.encodingExists(name)) return undefined
  // UTF-16 and UTF-7 can carry half a surrogate pair, which no other encoding can write again.
  return (octets) => iconv.decode(octets, name).toWellFormed()
}

function utf8(octets: Buffer): string {
  const text = octets.toString('utf8')
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

function unlabelled(octets: Buffer): string {
  return isUtf8(octets) ? utf8(octets) : iconv.decode(octets, 'windows-1252')
}
