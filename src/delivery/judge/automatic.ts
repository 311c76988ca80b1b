/**
 * Whether a machine wrote a message, by its own word: its null reverse-path (RFC 5321 §4.5.5), the field
 * for it (RFC 3834 §5), a list's fields (RFC 2369), or the older Precedence. A fact that anybody can
 * leave out: it makes mail no better.
 */
import { unfoldedValue } from '../../mime/header.ts'
import type { MessageFacts } from '../facts.ts'

export function isAutomatic({ octets, fields }: MessageFacts, reversePath: string): boolean {
  if (reversePath === '') return true
  return fields.some((field) => {
    const { lowerName } = field
    if (lowerName.startsWith('list-')) return true
    if (lowerName === 'auto-submitted') return firstWord(unfoldedValue(octets, field)) !== 'no'
    return lowerName === 'precedence' && bulk.has(firstWord(unfoldedValue(octets, field)))
  })
}

const bulk: ReadonlySet<string> = new Set(['bulk', 'list', 'junk'])

/** Parameters follow it, and comments stand around it. */
function firstWord(value: string): string {
  const [word = ''] = value
    .replaceAll(/\([^()]*\)/g, ' ')
    .trim()
    .split(/[\s;]/)
  return word.toLowerCase()
}
