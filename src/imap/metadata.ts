/** What METADATA tells of a mailbox, or of the server: RFC 5464 §4.4.1. */
import type { Annotation } from '../store/types.ts'
import type { Session } from './session.ts'
import type { EntryName, MetadataOptions } from './wire/parse-metadata.ts'

export interface Found {
  readonly name: string
  /** Undefined is NIL. */
  readonly value: Buffer | undefined
}

/** Those asked for, each once; what was asked for by name and is not there is NIL. */
export function selectEntries(
  annotations: readonly Annotation[],
  asked: readonly EntryName[],
  { depth }: MetadataOptions,
): readonly Found[] {
  const found = new Map<string, Found>()
  for (const { isShared, path, written } of asked) {
    const here = annotations.filter(
      (each) => each.isShared === isShared && isBeneath(each.entry, path, depth),
    )
    for (const { entry, value } of here) {
      const name = entry === path ? written : `/${isShared ? 'shared' : 'private'}${entry}`
      found.set(name.toLowerCase(), { name, value })
    }
    const key = written.toLowerCase()
    if (depth === 0 && !found.has(key)) found.set(key, { name: written, value: undefined })
  }
  return [...found.values()]
}

function isBeneath(entry: string, path: string, depth: number): boolean {
  if (entry === path) return true
  if (depth === 0 || !entry.startsWith(`${path}/`)) return false
  return depth === Infinity || !entry.slice(path.length + 1).includes('/')
}

/** `* METADATA "INBOX" (/private/comment {5}…)`; values are octets, so they go as literals. */
export function tellMetadata(session: Session, mailbox: string, found: readonly Found[]): void {
  const { writer } = session
  let separator = `* METADATA ${mailbox} (`
  for (const { name, value } of found) {
    writer.text(`${separator}${name} `)
    separator = ' '
    if (value === undefined) writer.text('NIL')
    else if (value.length === 0) writer.text('""')
    else {
      writer.text(`${value.includes(0) ? '~' : ''}{${value.length}}\r\n`)
      writer.octets(value)
    }
  }
  if (found.length > 0) writer.text(')\r\n')
}
