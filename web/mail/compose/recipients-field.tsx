/** Recipients as chips, with a line to type more: a combo box of people one has written with (WAI-ARIA). */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { IconButton } from '../../kit/controls/button.tsx'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { EmailAddress } from '../../kit/jmap/types.ts'
import { useSignal } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { peopleIn, readTyped, suggest, withoutRepeats } from './recipients.ts'
import { composeWords } from './words.ts'

export interface RecipientsFieldProps {
  readonly label: string
  readonly store: AccountStore
  readonly value: readonly EmailAddress[]
  readonly takesFocus?: boolean
  readonly onChange: (value: readonly EmailAddress[]) => void
  /** What stands in the line and is no recipient yet. */
  readonly onRest: (text: string) => void
}

export function RecipientsField(props: RecipientsFieldProps) {
  const { label, store, value, onChange, onRest } = props
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
  const offered = isOpen ? suggest(text, people, value) : []
  useEffect(() => {
    if (takesFocus.current === true) input.current?.focus()
  }, [])

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
      const step = event.key === 'ArrowDown' ? 1 : -1
      setAt((at + step + offered.length) % offered.length)
    } else if (event.key === 'Escape' && offered.length > 0) {
      event.preventDefault()
      setOpen(false)
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen !== undefined) {
      if (event.key === 'Enter') event.preventDefault()
      add([chosen], '')
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
        {value.map(({ name, email }) => (
          <span key={email} className="chip" title={email}>
            <span className="name">{name ?? email}</span>
            <IconButton
              icon="close"
              label={say('remove', { name: name ?? email })}
              onClick={() => remove(email)}
            />
          </span>
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
          {...(offered[at] === undefined ? {} : { 'aria-activedescendant': `${id}-${at}` })}
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
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={say('suggestions')}
        className="suggestions"
        hidden={offered.length === 0}
      >
        {offered.map((one, index) => (
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the input's
          <div
            key={one.email}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            // Before the input loses the focus.
            onPointerDown={(event) => {
              event.preventDefault()
              add([one], '')
            }}
          >
            <span className="name">{one.name ?? one.email}</span>
            {one.name === null ? null : <span className="address">{one.email}</span>}
          </div>
        ))}
      </div>
    </div>
  )
}
