/** When a message may leave instead of now: what people mean by later. RFC 4865. */

export interface LaterTime {
  readonly key: 'inTwoHours' | 'tomorrow' | 'monday'
  readonly at: Date
}

/** When offices begin. */
const morningHour = 8

/** In the time of where he sits; `monday` not where it is tomorrow anyway. */
export function laterTimes(now: Date): readonly LaterTime[] {
  const inTwoHours = new Date(now.getTime() + 2 * 3_600_000)
  inTwoHours.setSeconds(0, 0)
  const toMonday = (8 - now.getDay()) % 7 || 7
  const times: readonly LaterTime[] = [
    { key: 'inTwoHours', at: inTwoHours },
    { key: 'tomorrow', at: morningIn(now, 1) },
    { key: 'monday', at: morningIn(now, toMonday) },
  ]
  return toMonday === 1 ? times.slice(0, 2) : times
}

function morningIn(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, morningHour)
}

/** As long as the server holds anything (RFC 8621 §1.3.2: `maxDelayedSend`). */
const heldMsMax = 90 * 86_400_000

/** `2026-11-30T20:03` as a field of the page has it; undefined where it is none, past, or too far away. */
export function readLocalTime(text: string, now: Date): Date | undefined {
  const at = new Date(text)
  const wait = at.getTime() - now.getTime()
  return wait > 0 && wait < heldMsMax ? at : undefined
}

/** As such a field wants it. */
export function formatLocalTime(at: Date): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`
}
