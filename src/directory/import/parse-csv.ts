/**
 * Reads comma-separated values. RFC 4180 §2, with what spreadsheets really write: a byte order mark,
 * LF alone, empty lines. Knows nothing of people.
 */

export interface CsvRecord {
  /** Where it begins, from 1, as an editor counts. */
  readonly line: number
  readonly fields: readonly string[]
}

/** `unclosedAt`: the line of a quoted field that never ends; what follows it cannot be read. */
export interface ParsedCsv {
  readonly records: readonly CsvRecord[]
  readonly unclosedAt: number | undefined
}

export function parseCsv(text: string): ParsedCsv {
  const records: CsvRecord[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  let line = 1
  while (at < text.length) {
    const record = readRecord(text, at)
    if (record === undefined) return { records, unclosedAt: line }
    if (record.fields.length > 1 || record.fields[0] !== '')
      records.push({ line, fields: record.fields })
    line += countLines(text, at, record.end)
    at = record.end
  }
  return { records, unclosedAt: undefined }
}

interface Read {
  readonly fields: readonly string[]
  /** After the line break. */
  readonly end: number
}

function readRecord(text: string, start: number): Read | undefined {
  const fields: string[] = []
  let at = start
  for (;;) {
    const field = text[at] === '"' ? readQuoted(text, at) : readBare(text, at)
    if (field === undefined) return undefined
    fields.push(field.value)
    at = field.end
    if (text[at] === ',') at++
    else return { fields, end: text.startsWith('\r\n', at) ? at + 2 : at + 1 }
  }
}

interface Field {
  readonly value: string
  /** At the comma, the line break or the end. */
  readonly end: number
}

function readBare(text: string, start: number): Field {
  let at = start
  while (at < text.length && !isEnd(text, at)) at++
  return { value: text.slice(start, at).trim(), end: at }
}

/** A quote within is written twice. What stands between the closing quote and the comma is kept. */
function readQuoted(text: string, start: number): Field | undefined {
  const parts: string[] = []
  let at = start + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return undefined
    parts.push(text.slice(at, quote))
    if (text[quote + 1] !== '"') {
      const rest = readBare(text, quote + 1)
      return { value: parts.join('"') + rest.value, end: rest.end }
    }
    at = quote + 2
  }
}

function isEnd(text: string, at: number): boolean {
  const character = text[at]
  return character === ',' || character === '\n' || (character === '\r' && text[at + 1] === '\n')
}

function countLines(text: string, start: number, end: number): number {
  let count = 0
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1))
    count++
  return count
}
