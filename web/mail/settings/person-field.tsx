/** The address of one person, with whom the directory offers: a combo box (WAI-ARIA). */
import { useId, useState, type KeyboardEvent } from 'react'
import { useValue } from '../../kit/use-observable.ts'
import { language } from '../../kit/words.ts'
import { useApp } from '../app/context.ts'
import { offer } from '../compose/directory.ts'
import { nextAt, suggestionId, SuggestionList, useDirectory } from '../compose/suggestions.tsx'

export interface PersonFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (address: string) => void
}

export function PersonField({ label, value, onChange }: PersonFieldProps) {
  const { client } = useApp()
  const id = useId()
  const locale = useValue(language)
  const [at, setAt] = useState(0)
  const [isOpen, setOpen] = useState(false)
  const store = client.account(client.accountIds()[0] ?? '')
  const found = useDirectory(store, isOpen ? value : '')
  const people = found.filter(({ kind }) => kind === 'person')
  const offered = isOpen ? offer([], people, { taken: [], language: locale }) : []
  const take = (address: string) => {
    onChange(address)
    setOpen(false)
  }
  const keyDown = (event: KeyboardEvent) => {
    const chosen = offered[at]
    if (chosen === undefined || event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
      setAt(nextAt(at, event.key, offered.length))
    else if (event.key === 'Enter') take(chosen.address.email)
    else if (event.key === 'Escape') {
      setOpen(false)
      // The settings stay open.
      event.stopPropagation()
    } else return
    event.preventDefault()
  }
  return (
    <div className="field person">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        role="combobox"
        autoComplete="off"
        autoCapitalize="none"
        inputMode="email"
        spellCheck={false}
        required
        aria-expanded={offered.length > 0}
        aria-controls={`${id}-list`}
        {...(offered[at] === undefined ? {} : { 'aria-activedescendant': suggestionId(id, at) })}
        value={value}
        onChange={({ target }) => {
          onChange(target.value)
          setAt(0)
          setOpen(true)
        }}
        onKeyDown={keyDown}
        onBlur={() => setOpen(false)}
      />
      <SuggestionList
        id={id}
        offered={offered}
        at={at}
        onTake={({ address }) => take(address.email)}
      />
    </div>
  )
}
