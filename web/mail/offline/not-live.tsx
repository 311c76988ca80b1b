/** Says that nothing is heard of the server, and how old what is seen is. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { formatMoment } from '../../kit/dates.ts'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { language } from '../../kit/words.ts'
import { useApp } from '../app/context.ts'
import { offlineWords } from './words.ts'

/** A page that has just been loaded is not heard of yet: that is no fault to speak of. */
const patienceMs = 2_000

export function NotLive() {
  const app = useApp()
  const say = useWords(offlineWords)
  const to = useValue(language)
  const isLive = useValue(app.client.isLive)
  const heardAt = useValue(app.client.heardAt)
  // The stream of changes may take long to find out.
  const hasNetwork = useSyncExternalStore(watchNetwork, () => navigator.onLine)
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    if (isLive) return undefined
    const timer = setTimeout(() => setLate(true), patienceMs)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [isLive])
  const { keptAt } = app
  if (keptAt === undefined && hasNetwork && (isLive || !isLate)) return null
  const when = formatMoment(keptAt ?? heardAt, to)
  return (
    <p className="not-live" role="status">
      {say(keptAt === undefined ? 'notLive' : 'reading', { when })}
    </p>
  )
}

function watchNetwork(changed: () => void): () => void {
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return () => {
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
  }
}
