/**
 * Facts in, a verdict with a named reason out. Pure: it waits for nothing, asks nobody, and the same
 * facts under the same rules have the same verdict.
 */
import type { DepartmentId } from '../base/id.ts'
import { builtInRules } from './rules.ts'
import { noSettings, rankOf, rulesFor, type PolicySettings, type SetRule } from './settings.ts'
import type { FactName, Facts, Verdict } from './types.ts'

export function decide(
  facts: Facts,
  settings: PolicySettings = noSettings,
  departmentId?: DepartmentId,
): Verdict {
  return decideBy(cachedRules(settings, departmentId), facts)
}

/** Settings are replaced whole, never changed: the rules of each are made once. */
const known = new WeakMap<PolicySettings, Map<string, readonly SetRule[]>>()

function cachedRules(
  settings: PolicySettings,
  departmentId: DepartmentId | undefined,
): readonly SetRule[] {
  const sets = known.get(settings) ?? new Map<string, readonly SetRule[]>()
  known.set(settings, sets)
  const key = departmentId ?? ''
  const set = sets.get(key) ?? rulesFor(builtInRules, settings, departmentId)
  sets.set(key, set)
  return set
}

/** The reason of a message that no rule is against. */
export const nothingAgainst = 'nothing-against'

export function decideBy(rules: readonly SetRule[], facts: Facts): Verdict {
  const fired = rules
    .filter((rule) => holds(rule, facts))
    .toSorted((a, b) => rankOf(b.action) - rankOf(a.action))
  const [first] = fired
  // A rule that is set to accept is off, its marks too.
  const counting = fired.filter(({ action }) => action !== 'accept')
  return {
    action: first?.action ?? 'accept',
    reason: counting[0]?.name ?? nothingAgainst,
    code: first?.code ?? (first?.action === 'defer' ? 'try-again' : 'refused-by-policy'),
    marks: [...new Set(counting.flatMap(({ marks = [] }) => marks))],
    ...(first?.to === undefined ? {} : { to: first.to }),
    fired: fired.map(({ name, action, setBy }) => ({ name, action, setBy })),
  }
}

export function holds({ when }: SetRule, facts: Facts): boolean {
  return Object.entries(when).every(([name, wanted]) => {
    const value = facts[name as FactName]
    // A condition is a list of values or a number to reach; which one is the rule's to say.
    if (Array.isArray(wanted)) return wanted.includes(value)
    return typeof value === 'number' && 'atLeast' in wanted && value >= wanted.atLeast
  })
}
