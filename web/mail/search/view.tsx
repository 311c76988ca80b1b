/** Searching: a box that searches as one types, and its terms as chips that can be taken away. */
import { useEffect, useRef, useState } from 'react'
import { IconButton } from '../../kit/controls/button.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import { useSignal, useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { appWords } from '../app/words.ts'
import { messageWords } from '../messages/words.ts'
import { parseSearch, withoutTerm } from './model.ts'
import { searchWords } from './words.ts'
import './search.css'

/** A pause in typing: whoever goes on has not finished. */
const pauseMs = 250

export function SearchBox() {
  const app = useApp()
  const say = useWords(appWords)
  const { search } = useValue(app.route)
  const [text, setText] = useState(search)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const input = useRef<HTMLInputElement>(null)
  // What was searched for elsewhere (a chip, the way back) is shown; what is being typed is left alone.
  useEffect(() => {
    setText((now) => (now.trim() === search ? now : search))
  }, [search])
  useEffect(() => () => clearTimeout(timer.current), [])
  const searchFor = (wanted: string) => {
    clearTimeout(timer.current)
    app.search(wanted.trim())
  }
  return (
    <form
      className="search-box"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        searchFor(text)
        document.getElementById('message-list')?.focus()
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        id="search"
        type="search"
        aria-label={say('search')}
        placeholder={say('searchHint')}
        aria-keyshortcuts="/"
        value={text}
        onChange={(event) => {
          const { value } = event.target
          setText(value)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => searchFor(value), pauseMs)
        }}
      />
      {text === '' ? null : (
        <IconButton
          icon="close"
          label={say('clearSearch')}
          onClick={() => {
            setText('')
            searchFor('')
            input.current?.focus()
          }}
        />
      )}
    </form>
  )
}

/** Above the results: what is searched for, and how many were found. */
export function SearchTerms() {
  const app = useApp()
  const say = useWords(searchWords)
  const sayList = useWords(messageWords)
  const { search } = useValue(app.route)
  const { query } = app.list
  useSignal(query.changed)
  if (search === '') return null
  return (
    <div className="search-terms">
      <ul aria-label={say('terms')}>
        {parseSearch(search).map(({ kind, value, isNot, text }, at) => (
          <li key={`${at}${text}`} className="chip">
            <span className="kind">
              {isNot ? `${say('not')} ` : ''}
              {kind === 'word' ? '' : say(kind)}
            </span>
            <span className="value">{value}</span>
            <IconButton
              icon="close"
              label={say('without', { term: text })}
              onClick={() => app.search(withoutTerm(search, at))}
            />
          </li>
        ))}
      </ul>
      <p role="status">
        {query.isKnown ? sayList('results', { n: query.length ?? 0 }) : sayList('loading')}
      </p>
    </div>
  )
}
