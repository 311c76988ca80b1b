/**
 * Traditional and simplified characters, and the variants of regions, made one for searching: 會議 finds 会议.
 * By single characters, so that a substring stays one. Some characters of different meaning fall
 * together (後 and 后): a search finds too much rather than too little. ADR 0024. Whoever changes the table raises
 * `searchTextVersion`.
 */
import { readFileSync } from 'node:fs'

interface Table {
  /** By UTF-16 unit, 0 where it stays. */
  readonly units: Uint16Array
  /** Those beyond the first plane, on either side. */
  readonly others: ReadonlyMap<string, string>
}

const table = readTable(readFileSync(new URL('han-variants.txt', import.meta.url), 'utf8'))

function readTable(text: string): Table {
  const units = new Uint16Array(0x1_00_00)
  const others = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue
    const characters = Array.from(line)
    for (let at = 0; at + 1 < characters.length; at += 2) {
      const [from = '', to = ''] = [characters[at], characters[at + 1]]
      if (from.length === 1 && to.length === 1) units[from.charCodeAt(0)] = to.charCodeAt(0)
      else others.set(from, to)
    }
  }
  return { units, others }
}

const han = /[\u3400-\u9fff\u{20000}-\u{3ffff}]/u
/** One of `others` on its left side. */
const other = new RegExp(`[${[...table.others.keys()].join('')}]`, 'gu')

export function foldHan(text: string): string {
  if (!han.test(text)) return text
  const { units, others } = table
  const folded = Buffer.from(text, 'utf16le')
  for (let at = 0; at < folded.length; at += 2) {
    const unit = units[(folded[at] ?? 0) | ((folded[at + 1] ?? 0) << 8)] ?? 0
    if (unit !== 0) folded.writeUInt16LE(unit, at)
  }
  return folded.toString('utf16le').replace(other, (character) => others.get(character) ?? '')
}
