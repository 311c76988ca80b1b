/** The right pane: the conversation that is open. */
import { useEffect, useState } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { useSignal, useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { useActions } from '../actions/use-actions.ts'
import { useApp } from '../app/context.ts'
import { messageWords } from '../messages/words.ts'
import { Message } from './message.tsx'
import { emailsOfThread, openedAtFirst, readThread } from './model.ts'
import { readerWords } from './words.ts'
import './reader.css'

export function ReaderPane({ threadId }: { threadId: string }) {
  const app = useApp()
  const actions = useActions()
  const { store } = app
  const say = useWords(readerWords)
  const sayRow = useWords(messageWords)
  useSignal(store.emails.changed)
  useSignal(store.threads.changed)
  useValue(app.route)
  const [opened, setOpened] = useState<ReadonlySet<string>>()
  const [hasFailed, setFailed] = useState(false)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    let isCurrent = true
    setFailed(false)
    readThread(store, threadId).then(
      (emails) => {
        if (!isCurrent) return
        setOpened(openedAtFirst(emails))
        const row = app.list.rowOfThread(threadId)
        if (row === undefined) return
        if (app.list.active.value === undefined) app.list.active.set(row)
        if (actions.may('maySetSeen')) actions.markRead([row], true)
      },
      () => isCurrent && setFailed(true),
    )
    return () => {
      isCurrent = false
    }
  }, [app, actions, store, threadId, attempt])
  useEffect(() => {
    // On paper everybody is named.
    const unfold = () => {
      for (const people of document.querySelectorAll<HTMLDetailsElement>('details.people'))
        people.open = true
    }
    addEventListener('beforeprint', unfold)
    return () => removeEventListener('beforeprint', unfold)
  }, [])
  const isOpened = opened !== undefined
  useEffect(() => {
    // Where there is room for one pane the list is gone, and the focus with it.
    if (isOpened && app.isNarrow())
      document.getElementById('conversation-subject')?.focus({ preventScroll: true })
  }, [app, isOpened])
  if (hasFailed)
    return (
      <div className="empty" role="alert">
        <p>{say('failed')}</p>
        <Button onClick={() => setAttempt(attempt + 1)}>{say('retry')}</Button>
      </div>
    )
  if (opened === undefined) return <p className="waiting-text">{say('loading')}</p>
  const emails = emailsOfThread(store, threadId)
  if (emails.length === 0) return <p className="waiting-text">{say('gone')}</p>
  const subject = emails[0]?.subject?.trim()
  const toggle = (id: string) => {
    const next = new Set(opened)
    if (!next.delete(id)) next.add(id)
    setOpened(next)
  }
  return (
    <div className="conversation" data-thread={threadId}>
      <h2 id="conversation-subject" tabIndex={-1}>
        {subject ? subject : sayRow('noSubject')}
      </h2>
      {emails.map((email) => (
        <Message
          key={email.id}
          store={store}
          email={email}
          isOpen={opened.has(email.id)}
          onToggle={() => toggle(email.id)}
        />
      ))}
    </div>
  )
}
