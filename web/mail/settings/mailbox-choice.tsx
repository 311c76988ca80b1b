/** Which of several mailboxes it is about; nothing where there is one. */
import { useId } from 'react'
import { useWords } from '../../kit/use-words.ts'
import { settingsWords } from './words.ts'

export interface Choosable {
  readonly id: string
  readonly label: string
}

export function MailboxChoice(props: {
  all: readonly Choosable[]
  chosen: string
  onChoose: (id: string) => void
}) {
  const { all, chosen, onChoose } = props
  const say = useWords(settingsWords)
  const id = useId()
  if (all.length < 2) return null
  return (
    <div className="field mailbox-choice">
      <label htmlFor={id}>{say('mailbox')}</label>
      <select
        id={id}
        className="input"
        value={chosen}
        onChange={(event) => onChoose(event.target.value)}
      >
        {all.map((one) => (
          <option key={one.id} value={one.id}>
            {one.label}
          </option>
        ))}
      </select>
    </div>
  )
}
