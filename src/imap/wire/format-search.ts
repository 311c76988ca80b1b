/** A search in the words of RFC 9051 §6.4.4: for who reads later what was looked for. */
import { flagBits } from '../../store/types.ts'
import { quote } from '../../mime/format-string.ts'
import type { SearchKey } from './parse-search.ts'
import { star } from './sequence-set.ts'

/** The same search whatever way the client wrote it. */
export function formatSearch(key: SearchKey): string {
  return key.kind === 'and' ? key.keys.map(formatKey).join(' ') : formatKey(key)
}

function formatKey(key: SearchKey): string {
  switch (key.kind) {
    case 'all':
      return 'ALL'
    case 'flag':
      return `${key.isSet ? '' : 'UN'}${nameOfFlag(key.bit)}`
    case 'keyword':
      return `${key.isSet ? '' : 'UN'}KEYWORD ${key.name}`
    case 'numbers':
      return `${key.isUid ? 'UID ' : ''}${key.set.isSaved ? '$' : formatRanges(key.set.ranges)}`
    case 'modseq':
      return `MODSEQ ${key.modSeq}`
    case 'larger':
    case 'smaller':
      return `${key.kind.toUpperCase()} ${key.octets}`
    case 'received':
      return formatSpan('', key)
    case 'sent':
    case 'saved':
      return formatSpan(key.kind.toUpperCase(), key)
    case 'emailid':
    case 'threadid':
      return `${key.kind.toUpperCase()} ${key.id}`
    case 'header':
      return `HEADER ${quote(key.name)} ${quote(key.text)}`
    case 'body':
    case 'text':
      return `${key.kind.toUpperCase()} ${quote(key.text)}`
    case 'fuzzy':
      return `FUZZY ${formatKey(key.key)}`
    case 'not':
      return `NOT ${formatKey(key.key)}`
    case 'or':
      return `OR ${key.keys.map(formatKey).join(' ')}`
    case 'and':
      break
  }
  return `(${key.keys.map(formatKey).join(' ')})`
}

function nameOfFlag(bit: number): string {
  const [name = ''] = Object.entries(flagBits).find(([, each]) => each === bit) ?? []
  return name.slice(1).toUpperCase()
}

function formatRanges(ranges: readonly number[]): string {
  const runs: string[] = []
  for (let at = 0; at + 1 < ranges.length; at += 2) {
    const [first, last] = [ranges[at], ranges[at + 1]]
    runs.push(first === last ? formatEnd(first) : `${formatEnd(first)}:${formatEnd(last)}`)
  }
  return runs.join(',')
}

function formatEnd(number: number | undefined): string {
  return number === star ? '*' : `${number}`
}

/** With the second, where OLDER and YOUNGER gave one. */
function formatSpan(
  prefix: string,
  { from, until }: { readonly from: number; readonly until: number },
): string {
  const bounds = [
    ...(Number.isFinite(from) ? [`${prefix}SINCE ${formatMoment(from)}`] : []),
    ...(Number.isFinite(until) ? [`${prefix}BEFORE ${formatMoment(until)}`] : []),
  ]
  return bounds.length === 1 ? bounds.join('') : `(${bounds.join(' ')})`
}

function formatMoment(at: number): string {
  return new Date(at).toISOString().replace('T00:00:00.000Z', '')
}
