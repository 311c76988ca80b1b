/** A line that says that a new release is there: it takes nobody's place and loses nobody's words. */
import { useEffect, useRef } from 'react'
import { Button } from '../../kit/controls/button.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { saveBeforeLeaving } from './release.ts'
import { installWords } from './words.ts'

export function NewRelease() {
  const app = useApp()
  const say = useWords(installWords)
  const isThere = useValue(app.release.isThere)
  const isLive = useValue(app.client.isLive)
  const wasLive = useRef(false)
  useEffect(() => {
    // A release begins with the server's end: the stream that comes back may be another's.
    if (isLive && wasLive.current) void app.release.look()
    wasLive.current ||= isLive
  }, [app, isLive])
  if (!isThere) return null
  const take = async () => {
    const why = await saveBeforeLeaving(app.writing.value)
    if (why === undefined) location.reload()
    else app.toasts.show({ kind: 'fault', text: say(why) })
  }
  return (
    <p className="new-release" role="status">
      {say('newRelease')} <Button onClick={() => void take()}>{say('takeIt')}</Button>
    </p>
  )
}
