/** Where two answers differ, after everything a server is free to choose is taken out. */
import type { Answer } from '../support/imap-peer.ts'
import type { Value } from '../support/parse-response.ts'

export interface Difference {
  readonly command: string
  readonly ours: string
  readonly theirs: string
}

/** A response is one line of text; FETCH items stand in the order of their names. */
export function normalised({ untagged, status }: Answer): readonly string[] {
  const lines = untagged.flatMap((values) => {
    const line = isFree(values) ? undefined : formatOne(values)
    return line === undefined ? [] : [line]
  })
  // The order of names is the server's own.
  return lines[0]?.startsWith('LIST') === true ? [...lines.toSorted(), status] : [...lines, status]
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
  if (first === 'ESEARCH') return formatSearch(values.slice(1))
  // A name may be an atom or a string.
  if (first === 'LIST' || first === 'LSUB' || first === 'STATUS')
    return values.map(format).join(' ').replaceAll('"', '')
  if (word !== 'FETCH' || typeof items === 'string' || items === undefined) return format(values)
  const pairs: string[] = []
  for (let at = 0; at < items.length; at += 2) {
    pairs.push(formatItem(format(items[at] ?? ''), withoutRecent(items[at + 1] ?? '')))
  }
  const isNumbered = pairs.includes('')
  const told = pairs.filter((pair) => pair !== '' && !(isNumbered && pair.startsWith('UID ')))
  return `${format(number ?? '')} FETCH ${told.toSorted().join(' ')}`
}

/** What a search returns, in whatever order; without the tag, which is each one's own. */
function formatSearch(values: readonly Value[]): string {
  const said = values.filter((value) => typeof value === 'string' || value[0] !== 'TAG')
  const isByUid = said[0] === 'UID'
  const returned = said.slice(isByUid ? 1 : 0)
  const pairs = returned.flatMap((value, at) =>
    at % 2 === 0 ? [`${format(value)} ${format(returned[at + 1] ?? '')}`] : [],
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
  return `${name.toUpperCase()} ${text === 'NIL' ? '""' : text}`
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
