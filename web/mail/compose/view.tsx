/** Where a message is written: beside what is read, over it on a phone. */
import { useEffect, useLayoutEffect, useState } from 'react'
import { Button, IconButton } from '../../kit/controls/button.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import type { Draft } from './draft.ts'
import { openDraft, type ComposeAsk } from './open-draft.ts'
import { ComposeForm } from './form.tsx'
import { composeWords } from './words.ts'
import './compose.css'

export function ComposePanel({ ask }: { ask: ComposeAsk }) {
  const app = useApp()
  const say = useWords(composeWords)
  const [draft, setDraft] = useState<Draft>()
  const [hasFailed, setFailed] = useState(false)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    let isCurrent = true
    setFailed(false)
    openDraft(app, ask).then(
      (opened) => isCurrent && setDraft(opened),
      () => isCurrent && setFailed(true),
    )
    return () => {
      isCurrent = false
    }
  }, [app, ask, attempt])
  useEffect(() => {
    app.writing.set(draft)
    return () => {
      app.writing.set(undefined)
      draft?.pictures.dispose()
    }
  }, [app, draft])
  const isLive = useValue(app.client.isLive)
  useEffect(() => {
    // What could not be saved while there was no connection waits for it.
    if (isLive && draft?.state.value === 'unsaved') draft.save().catch(() => undefined)
  }, [isLive, draft])
  useLayoutEffect(() => giveFocusBack(document.activeElement), [])
  const title = say(ask.purpose === 'draft' ? 'continue' : ask.purpose)
  return (
    <section className="compose" role="dialog" aria-label={title}>
      {draft === undefined ? (
        <div className="compose-waiting" role="status">
          <p>{say(hasFailed ? 'openFailed' : 'opening')}</p>
          {hasFailed ? (
            <Button onClick={() => setAttempt(attempt + 1)}>{say('tryAgain')}</Button>
          ) : null}
          <IconButton icon="close" label={say('close')} onClick={() => app.closeComposing()} />
        </div>
      ) : (
        <ComposeForm draft={draft} title={title} accountId={ask.accountId} />
      )}
    </section>
  )
}

/** Who has written is where he was before; where that is gone, in the list. */
function giveFocusBack(before: Element | null): () => void {
  return () => {
    const wasElsewhere = document.activeElement?.closest('.compose') === null
    if (wasElsewhere && document.activeElement !== document.body) return
    // After the window is gone from the page.
    queueMicrotask(() => {
      const place = before?.isConnected === true && before !== document.body ? before : undefined
      const target = place ?? document.getElementById('message-list')
      if (target instanceof HTMLElement) target.focus({ preventScroll: true })
    })
  }
}
