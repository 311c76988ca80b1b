/** The subject without what replies and forwards put around it. RFC 5256 §2.1. */
import { decodeWords } from './encoded-word.ts'
import { fold } from './fold.ts'

export interface BaseSubject {
  /** Folded, for comparing. */
  readonly text: string
  /** Something of a reply or a forward was taken off. */
  readonly isReply: boolean
}

const trailer = /(?:\(FWD\)|\s)+$/
const leader = /^(?:\[[^[\]]*\] *)*(?:RE|FWD?) *(?:\[[^[\]]*\] *)?: */
const blob = /^\[[^[\]]*\] */
/** Longer subjects are nobody's thread; the work stays bounded. */
const subjectCharsMax = 1_000

/** @param written as in the ENVELOPE, encoded words and all. */
export function baseSubject(written: string | undefined): BaseSubject {
  if (written === undefined || written === '') return { text: '', isReply: false }
  // Folding first changes nothing of what is looked for: it is all ASCII without case.
  const decoded = fold(decodeWords(written.slice(0, subjectCharsMax)))
  let text = decoded.replace(/\s+/g, ' ').trim()
  let isReply = false
  for (;;) {
    const before = text
    const untrailed = text.replace(trailer, '')
    if (untrailed !== text.trimEnd()) isReply = true
    text = untrailed
    for (;;) {
      const shorter = withoutLeader(text)
      if (shorter.isReply) isReply = true
      if (shorter.text === text) break
      text = shorter.text
    }
    if (text.startsWith('[FWD:') && text.endsWith(']')) {
      text = text.slice('[FWD:'.length, -1).trim()
      isReply = true
    }
    if (text === before) return { text, isReply }
  }
}

/** Steps 3 and 4, once. */
function withoutLeader(text: string): BaseSubject {
  const led = text.replace(leader, '')
  if (led !== text) return { text: led, isReply: true }
  const unblobbed = text.replace(blob, '')
  return { text: unblobbed === '' ? text : unblobbed, isReply: false }
}
