/** The bar above the panes: mailboxes on a phone, search, a new message, oneself. */
import { useEffect, useRef, useState } from 'react'
import { IconButton } from '../../kit/controls/button.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import { Menu, type MenuItem } from '../../kit/controls/menu.tsx'
import { density, theme } from '../../kit/settings.ts'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language, languages } from '../../kit/words.ts'
import { languageNames } from '../sign-in/view.tsx'
import { useApp } from './context.ts'
import { appWords } from './words.ts'

export function TopBar() {
  const app = useApp()
  const say = useWords(appWords)
  const isDrawerOpen = useValue(app.isDrawerOpen)
  return (
    <header className="top-bar">
      <IconButton
        className="drawer-button"
        icon="menu"
        label={say('openMenu')}
        aria-expanded={isDrawerOpen}
        onClick={() => app.isDrawerOpen.set(!isDrawerOpen)}
      />
      <SearchBox />
      <OwnMenu />
    </header>
  )
}

function SearchBox() {
  const app = useApp()
  const say = useWords(appWords)
  const { search } = useValue(app.route)
  const [text, setText] = useState(search)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => setText(search), [search])
  return (
    <form
      className="search-box"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        app.search(text.trim())
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
        onChange={(event) => setText(event.target.value)}
      />
      {text === '' ? null : (
        <IconButton
          icon="close"
          label={say('clearSearch')}
          onClick={() => {
            setText('')
            input.current?.focus()
            if (search !== '') app.search('')
          }}
        />
      )}
    </form>
  )
}

function OwnMenu() {
  const app = useApp()
  const say = useWords(appWords)
  const nowTheme = useValue(theme)
  const nowDensity = useValue(density)
  const nowLanguage = useValue(language)
  const items: readonly MenuItem[] = [
    ...languages.map((each) => ({
      key: each,
      label: languageNames[each],
      isChecked: each === nowLanguage,
      act: () => language.set(each),
    })),
    ...(['system', 'light', 'dark'] as const).map((each, at) => ({
      key: each,
      label: say(
        ({ system: 'themeSystem', light: 'themeLight', dark: 'themeDark' } as const)[each],
      ),
      isChecked: each === nowTheme,
      isApart: at === 0,
      act: () => theme.set(each),
    })),
    ...(['comfortable', 'compact'] as const).map((each, at) => ({
      key: each,
      label: say(each === 'compact' ? 'densityCompact' : 'densityComfortable'),
      isChecked: each === nowDensity,
      isApart: at === 0,
      act: () => density.set(each),
    })),
    { key: 'out', label: say('signOut'), isApart: true, act: () => void app.signOut() },
  ]
  return <Menu label={say('you')} icon="person" items={items} />
}
