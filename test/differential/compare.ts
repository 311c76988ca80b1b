/** Where two answers differ, after everything a server is free to choose is taken out. */
import type { Answer } from '../support/imap-peer.ts'
import type { Value } from '../support/parse-response.ts'

export interface Difference {
  readonly command: string
  readonly ours: string
  readonly theirs: string
}

/** A response is one line of text; FETCH items stand in the order of their names. */
export function normalised({ untagged, status, line: tagged }: Answer): readonly string[] {
  const lines = untagged.filter((each) => !isFree(each) && each[1] !== 'EXPUNGE').map(formatOne)
  lines.push(...expunged(untagged))
  // The order of names is the server's own.
  const end = [status, ...codeOf(tagged)].join(' ')
  return /^(?:LIST|LSUB) /.test(lines[0] ?? '') ? [...lines.toSorted(), end] : [...lines, end]
}

/** Codes that programs act on; UIDVALIDITY is each server's own. */
function codeOf(tagged: string): readonly string[] {
  const [, code = ''] = /^\S+ \w+ \[([^\]]*)\]/.exec(tagged) ?? []
  if (code.startsWith('BADCHARSET')) return ['BADCHARSET']
  if (/^(?:MODIFIED|TRYCREATE)/.test(code)) return [code]
  return /^(?:COPYUID|APPENDUID) /.test(code) ? [code.replace(/ \d+/, '')] : []
}

/** Which messages went, by the numbers they had before the first of them: the order is the server's own. */
function expunged(untagged: Answer['untagged']): readonly string[] {
  const gone: number[] = []
  for (const [number, word] of untagged) {
    if (word !== 'EXPUNGE') continue
    let before = Number(number)
    for (const each of gone.toSorted((a, b) => a - b)) if (each <= before) before += 1
    gone.push(before)
  }
  return gone.length === 0 ? [] : [`EXPUNGE ${gone.toSorted((a, b) => a - b).join(',')}`]
}

/** Numbers and texts every server chooses for itself. */
function isFree(values: readonly Value[]): boolean {
  const [first, second] = values
  if (first === 'OK') return true
  // No message is ever \Recent here; the order and the number of flags in FLAGS is the server's own.
  return second === 'RECENT' || first === 'FLAGS'
}

function formatOne(values: readonly Value[]): string {
  const [number, word, items] = values
  const [first] = values
  if (first === 'SEARCH' || first === 'SORT') return values.filter(isNoModSeq).map(format).join(' ')
  if (first === 'ESEARCH') return formatSearch(values.slice(1))
  // A name may be an atom or a string; attributes stand in any order.
  if (first === 'LIST' || first === 'LSUB' || first === 'STATUS')
    return values
      .map((value, at) => format(at === 1 ? sorted(value) : value))
      .join(' ')
      .replaceAll('"', '')
      .replace(/ UIDVALIDITY \d+/, '')
  if (word !== 'FETCH' || typeof items === 'string' || items === undefined) return format(values)
  const pairs: string[] = []
  for (let at = 0; at < items.length; at += 2) {
    pairs.push(formatItem(format(items[at] ?? ''), withoutRecent(items[at + 1] ?? '')))
  }
  const isNumbered = pairs.includes('')
  const told = pairs.filter((pair) => pair !== '' && !(isNumbered && pair.startsWith('UID ')))
  return `${format(number ?? '')} FETCH ${told.toSorted().join(' ')}`
}

/** Each has its own numbers. */
const isNoModSeq = (value: Value) => typeof value === 'string' || value[0] !== 'MODSEQ'

/** What a search returns, in whatever order; without the tag, which is each one's own. */
function formatSearch(values: readonly Value[]): string {
  const said = values.filter((value) => typeof value === 'string' || value[0] !== 'TAG')
  const isByUid = said[0] === 'UID'
  const returned = said.slice(isByUid ? 1 : 0)
  const pairs = returned.flatMap((value, at) =>
    at % 2 === 0 && value !== 'MODSEQ'
      ? [`${format(value)} ${format(returned[at + 1] ?? '')}`]
      : [],
  )
  return ['ESEARCH', ...(isByUid ? ['UID'] : []), ...pairs.toSorted()].join(' ')
}

/** Where the standard leaves case, a leading zero, or NIL for what is not there to the server. */
function formatItem(name: string, value: Value): string {
  const text = format(name === 'FLAGS' ? sorted(value) : value)
  // Each has its own numbers, and UID comes with them here.
  if (name === 'MODSEQ') return ''
  if (name === 'BODY' || name === 'BODYSTRUCTURE') return `${name} ${text.toLowerCase()}`
  if (name === 'INTERNALDATE') return `${name} ${text.replace('"0', '" ')}`
  if (!name.includes('[')) return `${name} ${text}`
  // Names of fields may be atoms or strings.
  return `${name.toUpperCase().replaceAll('"', '')} ${text === 'NIL' ? '""' : text}`
}

function withoutRecent(value: Value): Value {
  return typeof value === 'string' ? value : value.filter((item) => item !== '\\Recent')
}

function sorted(value: Value): Value {
  return typeof value === 'string' ? value : value.map(format).toSorted()
}

function format(value: Value): string {
  if (typeof value === 'string')
    return value.startsWith('=') ? JSON.stringify(value.slice(1)) : value
  return `(${value.map(format).join(' ')})`
}
