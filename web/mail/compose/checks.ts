/** What is asked before a message leaves. */
import type { EmailAddress } from '../../kit/jmap/types.ts'

export type Doubt = 'noSubject' | 'noFile' | 'manyRecipients'

/** More than this sees an announcement, not a letter. */
const manyRecipients = 30

const fileWords =
  /\b(?:attach(?:ed|ment|ments|ing)?|enclos(?:ed|ure|ures|ing))\b|附件|附上|隨函附|随函附|夾附|夹附|附檔|附档/iu

export function doubtsOf(message: {
  readonly subject: string
  readonly text: string
  readonly fileCount: number
  readonly recipients: readonly EmailAddress[]
}): readonly Doubt[] {
  const doubts: Doubt[] = []
  if (message.subject.trim() === '') doubts.push('noSubject')
  const own = ownWords(message.text)
  if (message.fileCount === 0 && (fileWords.test(own) || fileWords.test(message.subject)))
    doubts.push('noFile')
  if (message.recipients.length > manyRecipients) doubts.push('manyRecipients')
  return doubts
}

/** Without what was quoted: the other's attachment is not forgotten. */
export function ownWords(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n')
}
