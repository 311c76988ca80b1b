/** Who wrote a message and to whom; the whole of it behind one word. */
import type { EmailAddress, EmailContent } from '../../kit/jmap/types.ts'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language } from '../../kit/words.ts'
import { formatFullDate, nameOf } from '../messages/model.ts'
import { readerWords } from './words.ts'

const namesShown = 4

export function MessagePeople({ content }: { content: EmailContent }) {
  const say = useWords(readerWords)
  const locale = useValue(language)
  const everybody = [...(content.to ?? []), ...(content.cc ?? [])]
  const comma = locale === 'en' ? ', ' : '、'
  const names = everybody.slice(0, namesShown).map(nameOf).join(comma)
  const more = everybody.length > namesShown ? ` +${everybody.length - namesShown}` : ''
  const [from] = content.from ?? []
  return (
    <details className="people">
      <summary>
        {from === undefined ? null : <span className="address">{from.email}</span>}
        <span>{say('toWhom', { names: names + more })}</span>
      </summary>
      <dl>
        <Line label={say('from')} people={content.from} />
        <Line label={say('replyTo')} people={content.replyTo} />
        <Line label={say('to')} people={content.to} />
        <Line label={say('cc')} people={content.cc} />
        <Line label={say('bcc')} people={content.bcc} />
        <dt>{say('date')}</dt>
        <dd>{formatFullDate(content.sentAt ?? content.receivedAt, locale)}</dd>
      </dl>
    </details>
  )
}

function Line({ label, people }: { label: string; people: readonly EmailAddress[] | null }) {
  if (people === null || people.length === 0) return null
  return (
    <>
      <dt>{label}</dt>
      <dd>
        {people.map(({ name, email }, at) => (
          <span key={at} className="person">
            {name === null ? null : <b>{name}</b>} {email}
          </span>
        ))}
      </dd>
    </>
  )
}
