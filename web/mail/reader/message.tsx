/** A message of the conversation: folded to one line, or open with its people, its text and its files. */
import { lazy, Suspense, useEffect, useState } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { Menu } from '../../kit/controls/menu.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { Email, EmailContent } from '../../kit/jmap/types.ts'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language } from '../../kit/words.ts'
import { useApp } from '../app/context.ts'
import { composeWords } from '../compose/words.ts'
import { findByRole } from '../mailboxes/model.ts'
import { formatFullDate, formatWhen, nameOf } from '../messages/model.ts'
import { offlineWords } from '../offline/words.ts'
import { MessageBody } from './body.tsx'
import { Files } from './files.tsx'
import { Marks } from './marks.tsx'
import { hasBothForms } from './model.ts'
import { MessagePeople } from './people.tsx'
import { Source } from './source.tsx'
import { readerWords } from './words.ts'

const WaitingNotice = lazy(() =>
  import('../compose/waiting.tsx').then((module) => ({ default: module.WaitingNotice })),
)

export interface MessageProps {
  readonly store: AccountStore
  readonly email: Email
  readonly isOpen: boolean
  readonly onToggle: () => void
}

export function Message({ store, email, isOpen, onToggle }: MessageProps) {
  const app = useApp()
  const locale = useValue(language)
  const { content, hasFailed, retry } = useContent(store, email.id, isOpen)
  const say = useWords(readerWords)
  const sayOffline = useWords(offlineWords)
  const [wantsText, setWantsText] = useState(false)
  const [showsSource, setShowsSource] = useState(false)
  const sent = findByRole(store.mailboxes.all(), 'sent')
  const isOwn = sent !== undefined && email.mailboxIds[sent.id] === true
  const from = (email.from ?? []).map(nameOf).join(', ')
  return (
    <article className={isOpen ? 'letter open' : 'letter'} aria-label={from}>
      <header>
        <button type="button" className="letter-head" aria-expanded={isOpen} onClick={onToggle}>
          <span className="initial" aria-hidden="true">
            {initialOf(from)}
          </span>
          <span className="who">{from}</span>
          {isOpen ? null : <span className="gist">{email.preview ?? email.subject}</span>}
          {email.hasAttachment ? <Icon name="attachment" /> : null}
          <time dateTime={email.receivedAt} title={formatFullDate(email.receivedAt, locale)}>
            {formatWhen(email.receivedAt, new Date(), locale)}
          </time>
        </button>
        {isOpen && content !== undefined ? (
          <div className="letter-facts">
            <MessagePeople content={content} />
            <Menu
              label={say('moreActions')}
              icon="more"
              items={[
                ...(hasBothForms(content)
                  ? [
                      {
                        key: 'form',
                        label: say(wantsText ? 'asHtml' : 'asText'),
                        act: () => setWantsText(!wantsText),
                      },
                    ]
                  : []),
                { key: 'source', label: say('source'), act: () => setShowsSource(true) },
                { key: 'print', label: say('print'), icon: 'print', act: () => print() },
              ]}
            />
          </div>
        ) : null}
      </header>
      {isOpen && hasFailed ? (
        <p className="notice" role="alert">
          {app.isOffline ? (
            sayOffline('notOpened')
          ) : (
            <>
              {say('failed')} <Button onClick={retry}>{say('retry')}</Button>
            </>
          )}
        </p>
      ) : null}
      {isOpen && content === undefined && !hasFailed ? (
        <p className="waiting-text">{say('loading')}</p>
      ) : null}
      {isOpen && isOwn ? (
        <Suspense fallback={null}>
          <WaitingNotice store={store} emailId={email.id} />
        </Suspense>
      ) : null}
      {isOpen && content !== undefined ? <Marks content={content} /> : null}
      {isOpen && content !== undefined ? (
        <MessageBody
          store={store}
          content={content}
          wantsText={wantsText}
          renderFiles={(files) => <Files store={store} files={files} />}
        />
      ) : null}
      {showsSource && content !== undefined ? (
        <Source store={store} content={content} onClose={() => setShowsSource(false)} />
      ) : null}
      {isOpen && content !== undefined ? <AnswerButtons email={email} /> : null}
    </article>
  )
}

function AnswerButtons({ email }: { email: Email }) {
  const app = useApp()
  const say = useWords(composeWords)
  const ways = email.keywords['$draft']
    ? (['draft'] as const)
    : (['reply', 'replyAll', 'forward'] as const)
  return (
    <footer className="answers">
      {ways.map((way) => (
        <Button
          key={way}
          icon={way === 'draft' ? 'compose' : way}
          onClick={() => app.compose(way, email.id)}
        >
          {say(way === 'draft' ? 'continue' : way)}
        </Button>
      ))}
    </footer>
  )
}

/** The first sign of a name, be it a letter or a character beyond the first plane. */
function initialOf(name: string): string {
  const first = name.trim().codePointAt(0)
  return first === undefined ? '?' : String.fromCodePoint(first).toUpperCase()
}

function useContent(store: AccountStore, id: string, isWanted: boolean) {
  const [content, setContent] = useState<EmailContent>()
  const [hasFailed, setFailed] = useState(false)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    if (!isWanted) return undefined
    let isCurrent = true
    setFailed(false)
    store.content(id).then(
      (read) => isCurrent && setContent(read),
      () => isCurrent && setFailed(true),
    )
    return () => {
      isCurrent = false
    }
  }, [store, id, isWanted, attempt])
  return { content, hasFailed, retry: () => setAttempt((count) => count + 1) }
}
