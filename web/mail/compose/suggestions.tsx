/** What the directory offers beneath a line in which somebody is typed: the list of a combo box (WAI-ARIA). */
import { useEffect, useState } from 'react'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import { useWords } from '../../kit/use-words.ts'
import { lookUp, type DirectoryEntry, type Offered } from './directory.ts'
import { composeWords } from './words.ts'
import './suggestions.css'

/** Of the option the input names as the active one. */
export function suggestionId(id: string, at: number): string {
  return `${id}-${at}`
}

/** Round and round. */
export function nextAt(at: number, key: 'ArrowDown' | 'ArrowUp', length: number): number {
  return (at + (key === 'ArrowDown' ? 1 : -1) + length) % length
}

export interface SuggestionListProps {
  /** Of the input, whose list has `-list` behind it. */
  readonly id: string
  readonly offered: readonly Offered[]
  readonly at: number
  readonly onTake: (one: Offered) => void
}

export function SuggestionList({ id, offered, at, onTake }: SuggestionListProps) {
  const say = useWords(composeWords)
  const activeId = suggestionId(id, at)
  useEffect(() => {
    document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' })
  }, [activeId])
  return (
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
          key={one.address.email}
          id={suggestionId(id, index)}
          role="option"
          aria-selected={index === at}
          // Before the input loses the focus.
          onPointerDown={(event) => {
            event.preventDefault()
            onTake(one)
          }}
        >
          <OfferedLine offered={one} />
        </div>
      ))}
    </div>
  )
}

function OfferedLine({ offered: { address, detail, isList } }: { offered: Offered }) {
  const say = useWords(composeWords)
  return (
    <>
      <span className="name">{address.name ?? address.email}</span>
      {isList ? <span className="place">{say('kindList')}</span> : null}
      {address.name === null ? null : <span className="address">{address.email}</span>}
      {detail === '' ? null : <span className="detail">{detail}</span>}
    </>
  )
}

/** Between two letters of a quick typist. */
const pauseMs = 120

/** Of whom the directory says that he may be meant; what it said of fewer letters stays until it answers. */
export function useDirectory(store: AccountStore, text: string): readonly DirectoryEntry[] {
  const [answer, setAnswer] = useState<readonly DirectoryEntry[]>([])
  useEffect(() => {
    if (text.trim() === '') {
      setAnswer([])
      return undefined
    }
    let isCurrent = true
    const timer = setTimeout(
      () => void lookUp(store, text).then((found) => isCurrent && setAnswer(found)),
      pauseMs,
    )
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [store, text])
  return answer
}
