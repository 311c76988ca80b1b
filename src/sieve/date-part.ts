/** The parts of a time that the date tests compare. RFC 5260 §4.2. */
import { dayMs, minuteMs, type Millis } from '../base/clock.ts'

export interface ZonedTime {
  readonly at: Millis
  /** East of UTC. */
  readonly zoneMinutes: number
}

/** The time in its zone, read off as if it were UTC. */
type Local = Date

const two = (value: number) => String(value).padStart(2, '0')
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
/** 17 November 1858 is day 0, 40,587 days before 1970. */
const julianEpochDays = 40_587

const isoDate = (local: Local) => local.toISOString().slice(0, 10)
const isoTime = (local: Local) => local.toISOString().slice(11, 19)

const readers: ReadonlyMap<string, (local: Local, zoneMinutes: number) => string> = new Map([
  ['year', (local) => String(local.getUTCFullYear()).padStart(4, '0')],
  ['month', (local) => two(local.getUTCMonth() + 1)],
  ['day', (local) => two(local.getUTCDate())],
  ['date', (local) => isoDate(local)],
  ['julian', (local) => String(Math.floor(local.getTime() / dayMs) + julianEpochDays)],
  ['hour', (local) => two(local.getUTCHours())],
  ['minute', (local) => two(local.getUTCMinutes())],
  ['second', (local) => two(local.getUTCSeconds())],
  ['time', (local) => isoTime(local)],
  ['iso8601', (local, zone) => `${isoDate(local)}T${isoTime(local)}${formatZone(zone, ':')}`],
  ['std11', (local, zone) => formatStd11(local, zone)],
  ['zone', (_local, zone) => formatZone(zone, '')],
  ['weekday', (local) => String(local.getUTCDay())],
])

export const dateParts: ReadonlySet<string> = new Set(readers.keys())

/** `part` is one of `dateParts`. */
export function partOf(part: string, { at, zoneMinutes }: ZonedTime): string {
  const local = new Date(at + zoneMinutes * minuteMs)
  return readers.get(part)?.(local, zoneMinutes) ?? ''
}

/** `+0800` in minutes. */
export function zoneMinutesOf(text: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])([0-9]{2})([0-5][0-9])$/.exec(text) ?? []
  if (hours === undefined || minutes === undefined || Number(hours) > 23) return undefined
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

function formatZone(zoneMinutes: number, between: string): string {
  const minutes = Math.abs(zoneMinutes)
  const sign = zoneMinutes < 0 ? '-' : '+'
  return `${sign}${two(Math.floor(minutes / 60))}${between}${two(minutes % 60)}`
}

function formatStd11(local: Local, zone: number): string {
  const day = `${days[local.getUTCDay()]}, ${two(local.getUTCDate())}`
  const month = months[local.getUTCMonth()]
  return `${day} ${month} ${local.getUTCFullYear()} ${isoTime(local)} ${formatZone(zone, '')}`
}
