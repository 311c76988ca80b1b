/** What is kept of a copy that is set aside, for its owner: who says he wrote it, its subject, and why. */
import type { NewHeldCopy } from '../../queue/held/types.ts'
import { decodeWords } from '../../mime/encoded-word.ts'
import { unfoldedValue } from '../../mime/header.ts'
import type { Context } from '../accept.ts'
import { readMessageFacts, type MessageFacts } from '../facts.ts'
import { shownCharactersMax } from '../limits.ts'
import type { Target } from '../plan.ts'

/** The header is read once for all copies. */
export function describeHeld({ message, messageId }: Context): (target: Target) => NewHeldCopy {
  const read = readMessageFacts(message)
  const ofMessage = {
    messageId,
    from: shownField(read, 'from'),
    subject: shownField(read, 'subject'),
    octets: message.length,
  }
  return ({ accountId, reversePath, address: recipient, filing }) => {
    const reason = filing?.heldFor ?? ''
    const isDangerous = filing?.isDangerous ?? false
    const facts = { ...ofMessage, reversePath, recipient, reason, isDangerous }
    return { accountId, facts }
  }
}

/** The first of that name, as text; empty where there is none. */
function shownField({ octets, fields }: MessageFacts, lowerName: string): string {
  const field = fields.find((one) => one.lowerName === lowerName)
  return field === undefined ? '' : shown(decodeWords(unfoldedValue(octets, field)))
}

/**
 * A stranger's words in a notice of ours: on one line, in the direction they are written, short, and
 * nothing in them is made a link.
 */
export function shown(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll('://', '[:]//')
    .replaceAll(/\bwww\./giu, 'www[.]')
    .trim()
  const characters = Array.from(line)
  if (characters.length <= shownCharactersMax) return line
  return `${characters.slice(0, shownCharactersMax).join('')}…`
}
