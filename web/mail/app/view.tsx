/** The page: a bar, three panes where there is room for them, and what stands over them. */
import { lazy, Suspense, useEffect } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { ErrorBoundary } from '../../kit/controls/error-boundary.tsx'
import { ToastArea } from '../../kit/controls/toast-area.tsx'
import { useSignal, useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { QuestionArea } from '../actions/question.tsx'
import { ActionBar } from '../actions/view.tsx'
import { useKeys } from '../help/use-keys.ts'
import { NewRelease } from '../install/view.tsx'
import { MailboxPane } from '../mailboxes/view.tsx'
import { ListHead } from '../messages/head.tsx'
import { MessagePane } from '../messages/view.tsx'
import { Away } from '../offline/away.tsx'
import { NotLive } from '../offline/not-live.tsx'
import { SearchTerms } from '../search/view.tsx'
import { SignInScreen } from '../sign-in/view.tsx'
import { TopBar } from './bar.tsx'
import { useApp } from './context.ts'
import { useTitle } from './title.ts'
import { appWords } from './words.ts'
import './app.css'

const ReaderPane = lazy(() =>
  import('../reader/view.tsx').then((module) => ({ default: module.ReaderPane })),
)

const MailboxWindow = lazy(() =>
  import('../mailboxes/manage/view.tsx').then((module) => ({ default: module.MailboxWindow })),
)

const ComposePanel = lazy(() =>
  import('../compose/view.tsx').then((module) => ({ default: module.ComposePanel })),
)

export function AppView() {
  const app = useApp()
  const status = useValue(app.status)
  const say = useWords(appWords)
  useEffect(() => void app.start(), [app])
  if (status === 'signed-out') return <SignInScreen />
  if (status === 'ready')
    return (
      <ErrorBoundary fallback={<Broken />}>
        <MailView />
      </ErrorBoundary>
    )
  return (
    <main className="empty">
      <div role="status">
        <h1 className="large">{say(status)}</h1>
      </div>
      {status === 'away' ? <Away /> : null}
      {status !== 'starting' ? (
        <Button onClick={() => void app.start()}>{say('retry')}</Button>
      ) : null}
    </main>
  )
}

/** A fault of ours: said in words, and the rest goes on. */
function Broken() {
  const say = useWords(appWords)
  return (
    <div className="empty" role="alert">
      <p>{say('broken')}</p>
      <Button onClick={() => location.reload()}>{say('reload')}</Button>
    </div>
  )
}

const ShortcutHelp = lazy(() =>
  import('../help/view.tsx').then((module) => ({ default: module.ShortcutHelp })),
)

const SettingsPage = lazy(() =>
  import('../settings/view.tsx').then((module) => ({ default: module.SettingsPage })),
)

function MailView() {
  useKeys()
  const app = useApp()
  const say = useWords(appWords)
  const { threadId, screen } = useValue(app.route)
  const isDrawerOpen = useValue(app.isDrawerOpen)
  const composing = useValue(app.composing)
  const managing = useValue(app.managing)
  useSignal(app.store.mailboxes.changed)
  useTitle(app)
  useEffect(() => {
    // What had the focus is gone with the conversation: it goes back to the list, never to nowhere.
    if (threadId === undefined && document.activeElement === document.body)
      document.getElementById('message-list')?.focus({ preventScroll: true })
  }, [threadId])
  const { list, account } = app
  const classes = ['mail', threadId !== undefined && 'reading', isDrawerOpen && 'drawer-open']
  return (
    <>
      <div className={classes.filter(Boolean).join(' ')} inert={screen === 'settings'}>
        <TopBar />
        <div className="sidebar">
          <MailboxPane />
        </div>
        <button
          type="button"
          className="drawer-shade"
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => app.isDrawerOpen.set(false)}
        />
        <main className="panes">
          {account?.isPersonal === false ? (
            <p className="acting-as" role="status">
              {say('actingAs', { name: account.name })}
              {account.isReadOnly ? ` · ${say('readOnly')}` : ''}
            </p>
          ) : null}
          <NewRelease />
          <NotLive />
          <section className="list-pane" aria-label={say('list')}>
            <ListHead />
            <SearchTerms />
            <MessagePane
              key={list.query.asked.accountId + JSON.stringify(list.query.asked.filter)}
              list={list}
            />
          </section>
          <section className="reader-pane" aria-label={say('message')}>
            <ActionBar />
            <div className="reader-scroll">
              {threadId === undefined ? null : (
                <ErrorBoundary key={threadId} fallback={<Broken />}>
                  <Suspense fallback={null}>
                    <ReaderPane threadId={threadId} />
                  </Suspense>
                </ErrorBoundary>
              )}
            </div>
          </section>
        </main>
        {composing === undefined ? null : (
          <Suspense fallback={null}>
            <ComposePanel key={JSON.stringify(composing)} ask={composing} />
          </Suspense>
        )}
      </div>
      {screen === 'settings' ? (
        <ErrorBoundary fallback={<Broken />}>
          <Suspense fallback={null}>
            <SettingsPage />
          </Suspense>
        </ErrorBoundary>
      ) : null}
      {screen === 'shortcuts' ? (
        <Suspense fallback={null}>
          <ShortcutHelp onClose={() => app.closeScreen()} />
        </Suspense>
      ) : null}
      <QuestionArea />
      {managing === undefined ? null : (
        <Suspense fallback={null}>
          <MailboxWindow managing={managing} />
        </Suspense>
      )}
      <ToastArea toasts={app.toasts} label={say('toasts')} />
    </>
  )
}
