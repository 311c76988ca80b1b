/**
 * Which of two values of a policy protects more. Pure. A change that is not known to be stricter
 * counts as weaker: it needs more people, never fewer.
 */
export type PolicyChange = 'same' | 'stricter' | 'weaker'

export interface Order<T> {
  /** What becomes of the policy when `to` takes the place of `from`. */
  compare(from: T, to: T): PolicyChange
  /** At least as strict as each of the two: what holds where platform and department both speak. */
  combine(a: T, b: T): T
  /** In plain words, after "stricter is": `more`. */
  readonly words: string
}

export const moreIsStricter: Order<number> = {
  compare: (from, to) => changeOf(to - from),
  combine: (a, b) => Math.max(a, b),
  words: 'more',
}

export const lessIsStricter: Order<number> = {
  compare: (from, to) => changeOf(from - to),
  combine: (a, b) => Math.min(a, b),
  words: 'less',
}

export const onIsStricter: Order<boolean> = {
  compare: (from, to) => changeOf(Number(to) - Number(from)),
  combine: (a, b) => a || b,
  words: 'on',
}

export const offIsStricter: Order<boolean> = {
  compare: (from, to) => changeOf(Number(from) - Number(to)),
  combine: (a, b) => a && b,
  words: 'off',
}

/** Words from the weakest to the strictest. */
export function laterIsStricter<T extends string>(steps: readonly T[]): Order<T> {
  return {
    compare: (from, to) => changeOf(steps.indexOf(to) - steps.indexOf(from)),
    combine: (a, b) => (steps.indexOf(a) >= steps.indexOf(b) ? a : b),
    words: `the later of ${steps.join(', ')}`,
  }
}

/** A list of what is refused, watched, needed: without an entry, less is. */
export const longerIsStricter: Order<readonly string[]> = {
  compare: (from, to) => (isSame(from, to) ? 'same' : within(from, to) ? 'stricter' : 'weaker'),
  combine: (a, b) => [...new Set([...a, ...b])].toSorted(),
  words: 'a list with more on it',
}

/** A list of what is allowed. */
export const shorterIsStricter: Order<readonly string[]> = {
  compare: (from, to) => (isSame(from, to) ? 'same' : within(to, from) ? 'stricter' : 'weaker'),
  combine: (a, b) => a.filter((one) => b.includes(one)).toSorted(),
  words: 'a list with less on it',
}

/** Nobody can say which protects more: every change needs the people that a weaker one needs. */
export function withoutOrder<T>(): Order<T> {
  return {
    compare: (from, to) => (JSON.stringify(from) === JSON.stringify(to) ? 'same' : 'weaker'),
    combine: (_, b) => b,
    words: 'none: every change counts as weaker',
  }
}

function changeOf(more: number): PolicyChange {
  return more === 0 ? 'same' : more > 0 ? 'stricter' : 'weaker'
}

function within(some: readonly string[], all: readonly string[]): boolean {
  return some.every((one) => all.includes(one))
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return within(a, b) && within(b, a)
}
