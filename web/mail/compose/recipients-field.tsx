/** Recipients as chips, with a line to type more: a combo box of people one has met and of the directory (WAI-ARIA). */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { IconButton } from '../../kit/controls/button.tsx'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { EmailAddress } from '../../kit/jmap/types.ts'
import { useSignal, useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language } from '../../kit/words.ts'
import { detailOf, nameIn, offer } from './directory.ts'
import { judgementOf, type Judgement, type Judgements } from './judging.ts'
import { peopleIn, readTyped, suggest, withoutRepeats } from './recipients.ts'
import { nextAt, suggestionId, SuggestionList, useDirectory } from './suggestions.tsx'
import { composeWords } from './words.ts'

export interface RecipientsFieldProps {
  readonly label: string
  readonly store: AccountStore
  readonly value: readonly EmailAddress[]
  readonly takesFocus?: boolean
  readonly judgements: Judgements
  readonly onChange: (value: readonly EmailAddress[]) => void
  /** What stands in the line and is no recipient yet. */
  readonly onRest: (text: string) => void
}

export function RecipientsField(props: RecipientsFieldProps) {
  const { label, store, value, judgements, onChange, onRest } = props
  const say = useWords(composeWords)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const takesFocus = useRef(props.takesFocus)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const known = useSignal(store.emails.changed)
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `known` says that the messages changed
  const people = useMemo(() => peopleIn(store.emails.all()), [store, known])
  const locale = useValue(language)
  const found = useDirectory(store, isOpen ? text : '')
  const offered = isOpen
    ? offer(suggest(text, people, value), found, { taken: value, language: locale })
    : []
  useEffect(() => {
    if (takesFocus.current === true) input.current?.focus()
  }, [])

  const activeId = suggestionId(id, at)

  const add = (some: readonly EmailAddress[], rest: string) => {
    if (some.length > 0) onChange(withoutRepeats([...value, ...some]))
    setText(rest)
    onRest(rest)
    setOpen(false)
  }
  const take = (typed: string) => {
    const { found, rest } = readTyped(typed)
    add(found, rest)
  }
  const remove = (email: string) => {
    onChange(value.filter((one) => one.email !== email))
    input.current?.focus()
  }
  const keyDown = (event: KeyboardEvent) => {
    const chosen = offered[at]
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (offered.length === 0) return
      event.preventDefault()
      setAt(nextAt(at, event.key, offered.length))
    } else if (event.key === 'Escape' && offered.length > 0) {
      event.preventDefault()
      setOpen(false)
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen !== undefined) {
      if (event.key === 'Enter') event.preventDefault()
      add([chosen.address], '')
    } else if (event.key === 'Enter') {
      // With Control the form sends, and whoever was typed last is among its recipients.
      if (!event.ctrlKey && !event.metaKey) event.preventDefault()
      take(text)
    } else if (event.key === 'Backspace' && text === '' && value.length > 0)
      onChange(value.slice(0, -1))
  }
  const type = (typed: string) => {
    setAt(0)
    setOpen(true)
    // A separator ends an address; a comma within quotation marks is part of a name.
    if (/[,;，；\n]\s*$/.test(typed) && readTyped(typed).found.length > 0) take(typed)
    else {
      setText(typed)
      onRest(typed)
    }
  }
  const isWrong = !isOpen && text.trim() !== ''
  return (
    <div className="compose-line recipients">
      <label htmlFor={id}>{label}</label>
      <div className="chips">
        {value.map((one) => (
          <RecipientChip
            key={one.email}
            recipient={one}
            judgement={judgementOf(judgements, one.email)}
            onRemove={() => remove(one.email)}
          />
        ))}
        <input
          ref={input}
          id={id}
          className="bare"
          role="combobox"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-expanded={offered.length > 0}
          aria-controls={`${id}-list`}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? `${id}-fault` : undefined}
          {...(offered[at] === undefined ? {} : { 'aria-activedescendant': activeId })}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={keyDown}
          onBlur={() => take(text)}
        />
      </div>
      {isWrong ? (
        <span id={`${id}-fault`} className="recipient-fault" role="alert">
          {say('notAnAddress', { text: text.trim() })}
        </span>
      ) : null}
      <SuggestionList id={id} offered={offered} at={at} onTake={(one) => add([one.address], '')} />
    </div>
  )
}

interface RecipientChipProps {
  readonly recipient: EmailAddress
  readonly judgement: Judgement | undefined
  readonly onRemove: () => void
}

function RecipientChip({ recipient, judgement, onRemove }: RecipientChipProps) {
  const say = useWords(composeWords)
  const locale = useValue(language)
  const { name, email } = recipient
  const entry = judgement?.entry
  const known = entry === undefined ? '' : nameIn(entry.names, locale)
  const shown = name ?? (known === '' ? email : known)
  const badge = badgeOf(judgement)
  const title = entry === undefined ? email : `${email}\n${detailOf(entry, locale)}`
  return (
    <span className={badge === undefined ? 'chip' : `chip ${badge}`} title={title}>
      <span className="name">{shown}</span>
      {badge === undefined ? null : <span className="place">{say(badge)}</span>}
      <IconButton icon="close" label={say('remove', { name: shown })} onClick={onRemove} />
    </span>
  )
}

function badgeOf(judgement: Judgement | undefined) {
  if (judgement === undefined || judgement.place === 'inside') return undefined
  if (judgement.place === 'nobody') return 'badgeNobody'
  const isDoubtful = judgement.looksLike !== undefined || judgement.namesake !== undefined
  return isDoubtful ? 'badgeDoubtful' : 'badgeOutside'
}
