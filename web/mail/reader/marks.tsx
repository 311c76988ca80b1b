/** A quiet line above the text: from outside, met for the first time, and what is worth a doubt. */
import type { EmailContent } from '../../kit/jmap/types.ts'
import { useWords } from '../../kit/use-words.ts'
import { isHarmless, marksOf } from './marks.ts'
import { readerWords } from './words.ts'

export function Marks({ content }: { content: EmailContent }) {
  const say = useWords(readerWords)
  const marks = marksOf(content)
  if (marks.length === 0) return null
  return (
    <ul className={marks.every(isHarmless) ? 'marks' : 'marks grave'} aria-label={say('marks')}>
      {marks.map((mark) => (
        <li key={mark}>{say(mark)}</li>
      ))}
    </ul>
  )
}
