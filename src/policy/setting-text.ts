/**
 * Settings of rules as one line of text each, so that people can read and write them: `macros refuse`,
 * `account-rate recipientsInHour=500`, `spam-likely reroute to=review@hq.example`. Pure.
 */
import { builtInRules } from './rules.ts'
import {
  faultsOf,
  isWeaker,
  noSettings,
  rankOf,
  rulesFor,
  type RuleSetting,
  type RuleSettings,
} from './settings.ts'
import { actions, type Action } from './types.ts'

export interface RuleLine {
  readonly rule: string
  readonly setting: RuleSetting
}

/** Undefined: no setting of a rule there is. */
export function parseRuleLine(text: string): RuleLine | undefined {
  const [rule = '', ...words] = text.trim().split(/\s+/)
  let action: Action | undefined
  let to: string | undefined
  const atLeast: Record<string, number> = {}
  for (const word of words) {
    const [name = '', value] = word.split('=')
    if (value === undefined) {
      action = actions.find((one) => one === name)
      if (action === undefined) return undefined
    } else if (name === 'to') to = value
    else atLeast[name] = Number(value)
  }
  const setting: RuleSetting = {
    ...(action === undefined ? {} : { action }),
    ...(to === undefined ? {} : { to }),
    ...(Object.keys(atLeast).length === 0 ? {} : { atLeast }),
  }
  if (words.length === 0) return undefined
  const faults = faultsOf(builtInRules, { platform: { [rule]: setting }, departments: {} })
  return faults.length === 0 ? { rule, setting } : undefined
}

export function formatRuleLine({ rule, setting }: RuleLine): string {
  const { action, to, atLeast = {} } = setting
  return [
    rule,
    ...(action === undefined ? [] : [action]),
    ...Object.entries(atLeast).map(([fact, number]) => `${fact}=${number}`),
    ...(to === undefined ? [] : [`to=${to}`]),
  ].join(' ')
}

export function settingsOf(lines: readonly string[]): RuleSettings {
  const parsed = lines.flatMap((line) => parseRuleLine(line) ?? [])
  return Object.fromEntries(parsed.map(({ rule, setting }) => [rule, setting]))
}

/** Lines that lead a message to somebody else give him something to read. */
const grantsIn = (lines: readonly string[]) => lines.filter((line) => / to=/.test(line)).toSorted()

/** Milder anywhere, or somebody new gets to read: weaker. */
export function compareRuleLines(
  from: readonly string[],
  to: readonly string[],
): 'same' | 'stricter' | 'weaker' {
  if (from.toSorted().join('\n') === to.toSorted().join('\n')) return 'same'
  const grants = grantsIn(from)
  if (grantsIn(to).some((line) => !grants.includes(line))) return 'weaker'
  const [before, after] = [from, to].map((lines) => ({
    platform: settingsOf(lines),
    departments: {},
  }))
  return isWeaker(builtInRules, before ?? noSettings, after ?? noSettings) ? 'weaker' : 'stricter'
}

/** Of each rule the stricter action and the smaller numbers. */
export function combineRuleLines(a: readonly string[], b: readonly string[]): readonly string[] {
  const [one, other] = [settingsOf(a), settingsOf(b)]
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].toSorted()
  return names.map((rule) => formatRuleLine({ rule, setting: stricterOf(rule, one, other) }))
}

function stricterOf(rule: string, a: RuleSettings, b: RuleSettings): RuleSetting {
  const [first, second] = [a, b].map((settings) =>
    rulesFor(builtInRules, { platform: settings, departments: {} }, undefined).find(
      ({ name }) => name === rule,
    ),
  )
  const [mine = {}, theirs = {}] = [a[rule], b[rule]]
  if (first === undefined || second === undefined) return mine
  const strictest = rankOf(second.action) > rankOf(first.action) ? second : first
  const facts = [
    ...new Set([...Object.keys(mine.atLeast ?? {}), ...Object.keys(theirs.atLeast ?? {})]),
  ]
  const atLeast = Object.fromEntries(
    facts.map((fact) => [fact, Math.min(numberOf(first.when, fact), numberOf(second.when, fact))]),
  )
  const { action, to } = strictest
  return {
    action,
    ...(to === undefined ? {} : { to }),
    ...(facts.length === 0 ? {} : { atLeast }),
  }
}

function numberOf(when: object, fact: string): number {
  const wanted: unknown = Object.entries(when).find(([name]) => name === fact)?.[1]
  const isNumeric = typeof wanted === 'object' && wanted !== null && 'atLeast' in wanted
  return isNumeric ? Number(wanted.atLeast) : Infinity
}
