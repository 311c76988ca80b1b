/** The bar above the panes: mailboxes on a phone, search, a new message, oneself. */
import { IconButton } from '../../kit/controls/button.tsx'
import { Menu, type MenuItem } from '../../kit/controls/menu.tsx'
import { density, theme } from '../../kit/settings.ts'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language, languages } from '../../kit/words.ts'
import { SearchBox } from '../search/view.tsx'
import { languageNames } from '../sign-in/view.tsx'
import { useApp } from './context.ts'
import { appWords } from './words.ts'

export function TopBar() {
  const app = useApp()
  const say = useWords(appWords)
  const isDrawerOpen = useValue(app.isDrawerOpen)
  return (
    <header className="top-bar">
      <h1 className="visually-hidden">{say('title')}</h1>
      <IconButton
        className="drawer-button"
        icon="menu"
        label={say('openMenu')}
        aria-expanded={isDrawerOpen}
        onClick={() => app.isDrawerOpen.set(!isDrawerOpen)}
      />
      <SearchBox />
      <IconButton
        className="bar-compose"
        icon="compose"
        label={say('compose')}
        keys="c"
        onClick={() => app.compose()}
      />
      <OwnMenu />
    </header>
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
    {
      key: 'settings',
      label: say('settings'),
      hint: ',',
      isApart: true,
      act: () => app.openScreen('settings'),
    },
    {
      key: 'help',
      label: say('help'),
      hint: '?',
      act: () => app.openScreen('shortcuts'),
    },
    { key: 'out', label: say('signOut'), isApart: true, act: () => void app.signOut() },
  ]
  return <Menu label={say('you')} icon="person" items={items} />
}
