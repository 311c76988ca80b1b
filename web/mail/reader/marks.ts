/** What the platform noted of a message for its reader when it came: the field `Tamar-Marks` (ADR 0048). */
import { marksProperty } from '../../kit/jmap/properties.ts'
import type { EmailContent } from '../../kit/jmap/types.ts'

/** Marks that are shown, the gravest first. */
export const shownMarks = [
  'look-alike',
  'unverified',
  'spam',
  'macros',
  'locked-archive',
  'unread-document',
  'unscanned',
  'first-contact',
  'external',
] as const
export type ShownMark = (typeof shownMarks)[number]

const harmless: ReadonlySet<ShownMark> = new Set(['first-contact', 'external'])

export function isHarmless(mark: ShownMark): boolean {
  return harmless.has(mark)
}

/** The field was taken out of what came, so that the only one is ours. */
export function marksOf(content: EmailContent): readonly ShownMark[] {
  const named = new Set((content[marksProperty] ?? '').split(',').map((mark) => mark.trim()))
  return shownMarks.filter((mark) => named.has(mark))
}
