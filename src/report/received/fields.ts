/** What both kinds of report say, checked: names, domains and the days that are told of. */
import { domainToASCII } from 'node:url'
import { dayMs, type Millis } from '../../base/clock.ts'
import { ageDaysMax, aheadDaysMax, linesKeptMax, nameMax, spanDaysMax } from './limits.ts'
import { ReportFault } from './types.ts'

/** Another system's word, fit for a terminal and a table: printed characters alone. */
export function nameOf(text: string): string {
  return text
    .replaceAll(/[^\P{C}]+/gu, '')
    .slice(0, nameMax)
    .trim()
}

/** In lower case and ASCII; undefined: it is no domain. */
export function domainOf(text: string): string | undefined {
  const trimmed = text.trim().replace(/\.$/, '')
  if (trimmed.length > nameMax || !/^[^\s@/:[\]*?#%]+\.[^\s@/:[\]*?#%]+$/.test(trimmed))
    return undefined
  const ascii = domainToASCII(trimmed)
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(ascii) ? ascii : undefined
}

/** @throws ReportFault when these are not days that somebody reports now. */
export function requireSpan(from: Millis, to: Millis, now: Millis): void {
  const isSpan = from <= to && to - from <= spanDaysMax * dayMs
  const isNow = to <= now + aheadDaysMax * dayMs && from >= now - ageDaysMax * dayMs
  if (!isSpan || !isNow) throw new ReportFault('other-days')
}

/** The same things counted together, what is most first; the rest is a sum. */
export function keepMost<T extends { readonly count: number }>(
  lines: Iterable<T>,
): { readonly lines: readonly T[]; readonly more: number } {
  const sums = new Map<string, T>()
  for (const line of lines) {
    const key = JSON.stringify({ ...line, count: 0 })
    const before = sums.get(key)
    sums.set(key, before === undefined ? line : { ...line, count: before.count + line.count })
  }
  const all = [...sums.values()].toSorted((a, b) => b.count - a.count)
  const more = all.slice(linesKeptMax).reduce((sum, { count }) => sum + count, 0)
  return { lines: all.slice(0, linesKeptMax), more }
}
