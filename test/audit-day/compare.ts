/** One to one: what was expected and is not in the log, what is in the log and was not expected. */
import { lineOf, type Fact } from './expected.ts'

export interface Expectation {
  readonly fact: Fact
  /** The act it belongs to, for who reads a difference. */
  readonly act: string
}

export interface Difference {
  readonly missing: readonly string[]
  readonly extra: readonly string[]
}

export function compare(expected: readonly Expectation[], found: readonly Fact[]): Difference {
  const open = Map.groupBy(found.map(lineOf), (line) => line)
  const missing: string[] = []
  for (const { fact, act } of expected) {
    const line = lineOf(fact)
    if (open.get(line)?.pop() === undefined) missing.push(`${line}   (${act})`)
  }
  return { missing, extra: [...open.values()].flat() }
}
