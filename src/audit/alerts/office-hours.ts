/** Whether a moment is within office hours, in the office's own time. */
import type { Millis } from '../../base/clock.ts'
import type { OfficeHours } from './types.ts'

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Monday to Friday, eight to eight, in Hong Kong. */
export const usualHours: OfficeHours = {
  timeZone: 'Asia/Hong_Kong',
  from: 8,
  to: 20,
  days: [1, 2, 3, 4, 5],
}

/** @throws RangeError when there is no such time zone. */
export function openOfficeHours(hours: OfficeHours): (at: Millis) => boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: hours.timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  })
  return (at) => {
    const parts = format.formatToParts(at)
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? ''
    const hour = Number(part('hour'))
    const day = days.indexOf(part('weekday')) + 1
    return hours.days.includes(day) && hour >= hours.from && hour < hours.to
  }
}
