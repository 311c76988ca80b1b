/**
 * Emails as they were shown, but for what can change of them: a list is asked for again and again. Like all
 * that is read of messages they are remembered for minutes.
 */
import type { Millis } from '../../base/clock.ts'
import { cachedMs } from '../../store/limits.ts'
import { shownEmailsMax } from '../limits.ts'
import type { EmailAsked } from './present.ts'

interface Shown {
  readonly email: object
  readonly until: Millis
}

/** The longest unused first. Whoever asks was let to the Email before, by its id. */
const known = new Map<string, Shown>()

/** Whatever of the question an answer depends on, where no body is asked for. */
export function shownKeyOf({ properties }: EmailAsked): string {
  return properties.join()
}

export function findShown(key: string, id: string, now: Millis): object | undefined {
  const place = `${id} ${key}`
  const found = known.get(place)
  if (found === undefined) return undefined
  known.delete(place)
  if (now >= found.until) return undefined
  known.set(place, found)
  return found.email
}

export function keepShown(key: string, id: string, email: object, now: Millis): void {
  known.set(`${id} ${key}`, { email, until: now + cachedMs })
  if (known.size <= shownEmailsMax) return
  const [oldest] = known.keys()
  if (oldest !== undefined) known.delete(oldest)
}
