/** The settings: a list of sections, and one of them beside it or, on a phone, in its place. */
import { lazy, Suspense, useEffect, useMemo, useRef, type ComponentType } from 'react'
import { IconButton } from '../../kit/controls/button.tsx'
import { ErrorBoundary } from '../../kit/controls/error-boundary.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { formatRoute, type Section } from '../app/route.ts'
import { appWords } from '../app/words.ts'
import { ShortcutTable } from '../help/view.tsx'
import { LookSection } from './look/view.tsx'
import { GuardDialog } from './guard-view.tsx'
import { Own, OwnContext } from './own.ts'
import { sectionGroups } from './sections.ts'
import { settingsWords } from './words.ts'
import './settings.css'

const views: Readonly<Record<Section, ComponentType>> = {
  look: LookSection,
  shortcuts: () => <ShortcutTable level="h3" />,
  security: lazy(() =>
    import('./security/view.tsx').then((module) => ({ default: module.SecuritySection })),
  ),
  opened: lazy(() =>
    import('./opened/view.tsx').then((module) => ({ default: module.OpenedSection })),
  ),
  delegates: lazy(() =>
    import('./delegates/view.tsx').then((module) => ({ default: module.DelegatesSection })),
  ),
  away: lazy(() => import('./away/view.tsx').then((module) => ({ default: module.AwaySection }))),
  signatures: lazy(() =>
    import('./signatures/view.tsx').then((module) => ({ default: module.SignaturesSection })),
  ),
  filters: lazy(() =>
    import('./filters/view.tsx').then((module) => ({ default: module.FiltersSection })),
  ),
  notify: lazy(() =>
    import('./notify/view.tsx').then((module) => ({ default: module.NotifySection })),
  ),
  offline: lazy(() =>
    import('./offline/view.tsx').then((module) => ({ default: module.OfflineSection })),
  ),
  deleted: lazy(() =>
    import('./deleted/view.tsx').then((module) => ({ default: module.DeletedSection })),
  ),
  devices: lazy(() =>
    import('./devices/view.tsx').then((module) => ({ default: module.DevicesSection })),
  ),
  governing: lazy(() =>
    import('./governing/view.tsx').then((module) => ({ default: module.GoverningSection })),
  ),
  programs: lazy(() =>
    import('./programs/view.tsx').then((module) => ({ default: module.ProgramsSection })),
  ),
}

export function SettingsPage() {
  const app = useApp()
  const say = useWords(settingsWords)
  const { section } = useValue(app.route)
  useFocusThatComesBack()
  const own = useMemo(() => new Own(app), [app])
  const shown = section ?? 'look'
  const View = views[shown]
  return (
    <OwnContext value={own}>
      <div className={section === undefined ? 'settings' : 'settings in-section'}>
        <header className="settings-bar">
          <IconButton
            className="to-list"
            icon="back"
            label={say('toList')}
            onClick={() => app.closeSection()}
          />
          <IconButton
            className="to-mail"
            icon="back"
            label={say('toMail')}
            keys="Escape"
            onClick={() => app.closeScreen()}
          />
          <h1>{say('title')}</h1>
        </header>
        <SectionList shown={shown} />
        <main className="settings-section" key={shown} aria-labelledby="settings-section">
          <h2 id="settings-section" tabIndex={-1}>
            {say(shown)}
          </h2>
          <ErrorBoundary key={shown} fallback={<SectionBroken />}>
            <Suspense fallback={null}>
              <View />
            </Suspense>
          </ErrorBoundary>
        </main>
        <GuardDialog guard={own.guard} />
      </div>
    </OwnContext>
  )
}

function SectionList({ shown }: { shown: Section }) {
  const app = useApp()
  const say = useWords(settingsWords)
  return (
    <nav className="settings-list" aria-label={say('sections')}>
      {sectionGroups.map(({ word, sections }) => (
        <section key={word} aria-label={say(word)}>
          <p className="group">{say(word)}</p>
          <ul>
            {sections.map(({ id, icon }) => (
              <li key={id}>
                <a
                  href={formatRoute({ ...app.route.value, section: id })}
                  aria-current={id === shown ? 'page' : undefined}
                  onClick={(event) => {
                    if (event.ctrlKey || event.metaKey || event.shiftKey) return
                    event.preventDefault()
                    app.openSection(id)
                  }}
                >
                  <Icon name={icon} />
                  {say(id)}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}

function SectionBroken() {
  const say = useWords(appWords)
  return <p role="alert">{say('broken')}</p>
}

/** It is taken when the settings open, and given back where it was when they close. */
function useFocusThatComesBack(): void {
  const before = useRef<Element | null>(null)
  const { section } = useValue(useApp().route)
  useEffect(() => {
    const { activeElement } = document
    before.current = activeElement
    return () => {
      const { current } = before
      const place = current instanceof HTMLElement && current !== document.body ? current : null
      // The mail behind can have it again when this is gone.
      setTimeout(() => {
        const list = document.getElementById('message-list')
        ;(place?.isConnected === true ? place : list)?.focus({ preventScroll: true })
      })
    }
  }, [])
  useEffect(() => {
    const title = document.getElementById('settings-section')
    const link = document.querySelector<HTMLElement>('.settings-list [aria-current]')
    // On a phone one of both is not shown: what is shown takes it.
    if (document.activeElement !== link) (title?.offsetParent ? title : link)?.focus()
  }, [section])
}
