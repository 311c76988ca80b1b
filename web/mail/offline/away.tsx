/** Nothing answers: what was read can be opened by the passkey. */
import { useEffect, useState } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { offlineWords } from './words.ts'

export function Away() {
  const app = useApp()
  const say = useWords(offlineWords)
  const [isThere, setThere] = useState(false)
  const [isClosed, setClosed] = useState(false)
  useEffect(() => {
    app.browser.offline.isThere().then(setThere, () => setThere(false))
  }, [app])
  return (
    <>
      <div role="status">
        <p>{say(isThere ? 'kept' : 'notKept')}</p>
        {isClosed ? <p className="fault">{say('closed')}</p> : null}
      </div>
      {isThere ? (
        <Button
          kind="primary"
          onClick={() =>
            void app.startOffline().then(
              (isOpen) => setClosed(!isOpen),
              () => setClosed(true),
            )
          }
        >
          {say('open')}
        </Button>
      ) : null}
    </>
  )
}
