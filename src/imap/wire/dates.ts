/** Dates of RFC 9051 §9: `date-time` of INTERNALDATE and APPEND, `date` of SEARCH. */
import { dayMs, minuteMs, type Millis } from '../../base/clock.ts'
import { BadSyntax } from './bad-syntax.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const monthNumbers = new Map(months.map((name, index) => [name.toLowerCase(), index]))
const dateTime = /^([ \d]\d)-([a-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/i
const date = /^(\d{1,2})-([a-z]{3})-(\d{4})$/i

export function parseDateTime(text: string): Millis {
  const match = dateTime.exec(text)
  if (match === null) throw new BadSyntax('Not a date and time')
  const [, day = '', month = '', year, hour, minute, second, sign, zoneHours, zoneMinutes] = match
  const start = dayStart(Number(day), month, Number(year))
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) {
    throw new BadSyntax('Not a time of day')
  }
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1)
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second)
  return start + seconds * 1000 - zone * minuteMs
}

/** The first millisecond of the day, in UTC. */
export function parseDate(text: string): Millis {
  const match = date.exec(text)
  if (match === null) throw new BadSyntax('Not a date')
  return dayStart(Number(match[1]), match[2] ?? '', Number(match[3]))
}

function dayStart(day: number, monthName: string, year: number): Millis {
  const month = monthNumbers.get(monthName.toLowerCase())
  if (month === undefined) throw new BadSyntax('Not a month')
  const start = Date.UTC(year, month, day)
  if (new Date(start).getUTCDate() !== day || year < 1) throw new BadSyntax('Not a day')
  return start
}

/** Always in UTC: the store keeps no zone. */
export function formatDateTime(at: Millis): string {
  const d = new Date(at)
  const day = String(d.getUTCDate()).padStart(2, ' ')
  const clock = d.toISOString().slice(11, 19)
  return `${day}-${months[d.getUTCMonth()]}-${d.getUTCFullYear()} ${clock} +0000`
}

/** The UTC day of a time. */
export function dayOf(at: Millis): Millis {
  return Math.floor(at / dayMs) * dayMs
}
