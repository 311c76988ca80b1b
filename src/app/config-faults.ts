/** What is wrong with a configuration, as plain sentences: all faults at once, each with its source. */

/** Where a value came from, in words: `tamar.toml`, `the variable TAMAR_DATA`, `the option --data`. */
export type Source = string

export interface Fault {
  /** `listen.smtp`; empty when it is about the file as a whole. */
  readonly key: string
  readonly sentence: string
}

export function wrongValue(key: string, value: unknown, allowed: string, source: Source): Fault {
  return { key, sentence: `${key} is ${show(value)} (${source}); allowed is ${allowed}.` }
}

/** One line a fault, ready for a terminal. */
export function formatFaults(faults: readonly Fault[]): string {
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`
  const lines = faults.map(({ sentence }) => `  ${sentence}`)
  return [`The configuration has ${count}:`, ...lines].join('\n')
}

const shownMax = 80

function show(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = hidePassword(JSON.stringify(value))
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text
}

/** A URL in a fault must not carry its password to a terminal or a log. */
export function hidePassword(text: string): string {
  return text.replace(/(:\/\/[^\s:/@]{0,256}):[^\s/@]{1,256}@/, '$1:…@')
}
