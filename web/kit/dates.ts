/** Days and moments in the reader's language. */
import { language, type Language } from './words.ts'

export function formatMoment(at: number, to: Language = language.value): string {
  return new Intl.DateTimeFormat(tagOf(to), { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

export function formatDay(at: number, to: Language = language.value): string {
  return new Intl.DateTimeFormat(tagOf(to), { dateStyle: 'medium' }).format(at)
}

/** Days before months, as Hong Kong writes them. */
function tagOf(to: Language): string {
  return to === 'en' ? 'en-HK' : to
}

/** As a field of the kind `date` has it, where the reader is. */
export function dayField(at: number): string {
  const day = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

/** The beginning of the day, where the reader is; undefined when it is none. */
export function startOfDay(field: string): number | undefined {
  const [year, month, day] = field.split('-').map(Number)
  if (year === undefined || month === undefined || day === undefined) return undefined
  const at = new Date(year, month - 1, day).getTime()
  return Number.isNaN(at) ? undefined : at
}

/** Its last second. */
export function endOfDay(field: string): number | undefined {
  const [year, month, day] = field.split('-').map(Number)
  if (year === undefined || month === undefined || day === undefined) return undefined
  const at = new Date(year, month - 1, day + 1).getTime() - 1_000
  return Number.isNaN(at) ? undefined : at
}
