/** Dates of header fields. RFC 5322 §3.3 and the obsolete forms of §4.3. */
import type { Millis } from '../base/clock.ts'

export interface DateTime {
  readonly at: Millis
  /** East of Greenwich; RFC 9051 SENTON compares the sender's own calendar day. */
  readonly zoneMinutes: number
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const monthNames = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
]
const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Obsolete names in hours; RFC 5322 §4.3 takes every other word, military letters too, as −0000. */
const zoneHours: Readonly<Record<string, number>> = {
  EDT: -4,
  EST: -5,
  CDT: -5,
  CST: -6,
  MDT: -6,
  MST: -7,
  PDT: -7,
  PST: -8,
}

/** Longer values are no date; the bound keeps the pattern cheap. */
const dateCharactersMax = 200

const dateTime =
  /^(?:[a-z]+\.?\s*,?\s*)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*[\s.,-]+(\d{2,5})\s*,?\s+(\d{1,2})\s*[:.]\s*(\d{1,2})(?:\s*[:.]\s*(\d{1,2})(?:\.\d+)?)?\s*([+-]\d{4}|[a-z]+)?/i

/** @returns undefined where the value is no date. */
export function parseDate(value: string): DateTime | undefined {
  const text = value
    .slice(0, dateCharactersMax)
    .replaceAll(/\([^()]*\)/g, ' ')
    .trim()
  const [matched, day, month, year, hour, minute, second = '0', zone = ''] =
    dateTime.exec(text) ?? []
  if (matched === undefined) return undefined
  const zoneMinutes = parseZone(zone)
  const monthIndex = months.indexOf((month ?? '').toLowerCase())
  const fields = {
    year: fullYear(year ?? ''),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    // A leap second (RFC 5322 §3.3 allows 60) is the last one of its minute to us.
    second: Math.min(Number(second), 59),
  }
  if (monthIndex < 0 || Number(second) > 60 || fields.hour > 23 || fields.minute > 59)
    return undefined
  const local = Date.UTC(
    fields.year,
    monthIndex,
    fields.day,
    fields.hour,
    fields.minute,
    fields.second,
  )
  // 31 February would be a day of March.
  if (new Date(local).getUTCDate() !== fields.day) return undefined
  return { at: local - zoneMinutes * 60_000, zoneMinutes }
}

/** As RFC 5322 §3.3 writes it: `Mon, 5 Jan 2026 09:00:00 +0800`. */
export function formatDate(at: Millis, zoneMinutes = 0): string {
  const local = new Date(at + zoneMinutes * 60_000)
  const day = `${dayNames[local.getUTCDay()]}, ${local.getUTCDate()}`
  const date = `${day} ${monthNames[local.getUTCMonth()]} ${local.getUTCFullYear()}`
  const time = local.toISOString().slice(11, 19)
  const minutes = Math.abs(zoneMinutes)
  const zone = `${two(Math.trunc(minutes / 60))}${two(minutes % 60)}`
  return `${date} ${time} ${zoneMinutes < 0 ? '-' : '+'}${zone}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** RFC 5322 §4.3: two digits are 1950 to 2049, three are counted from 1900. */
function fullYear(written: string): number {
  const year = Number(written)
  if (written.length === 2) return year + (year < 50 ? 2000 : 1900)
  return written.length === 3 ? year + 1900 : year
}

function parseZone(zone: string): number {
  if (!/^[+-]/.test(zone)) return (zoneHours[zone.toUpperCase()] ?? 0) * 60
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))
  return zone.startsWith('-') ? -minutes : minutes
}
