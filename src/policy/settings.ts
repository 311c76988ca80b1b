/**
 * What may be set: the action of each rule, and its numbers, for the platform and, only stricter, for
 * a department. Pure: where settings are kept is not known here.
 */
import type { DepartmentId } from '../base/id.ts'
import { actions, type Action, type FactName, type FiredRule, type Rule } from './types.ts'

export interface RuleSetting {
  readonly action?: Action
  /** Instead of the numbers in the rule's condition; a smaller one is stricter. */
  readonly atLeast?: Readonly<Partial<Record<FactName, number>>>
  /** Where `reroute` leads. */
  readonly to?: string
}

export type RuleSettings = Readonly<Record<string, RuleSetting>>

export interface PolicySettings {
  readonly platform: RuleSettings
  readonly departments: Readonly<Record<DepartmentId, RuleSettings>>
}

export const noSettings: PolicySettings = { platform: {}, departments: {} }

/** A rule as it holds in one place. */
export interface SetRule extends Rule {
  readonly setBy: FiredRule['setBy']
  readonly to?: string
}

/**
 * The rules for one department, or for nobody's mail. A department's word counts only where it is
 * stricter, whatever stands in its settings.
 */
export function rulesFor(
  rules: readonly Rule[],
  { platform, departments }: PolicySettings,
  departmentId: DepartmentId | undefined,
): readonly SetRule[] {
  const own = departmentId === undefined ? undefined : departments[departmentId]
  return rules.map((rule) => {
    const base = set({ ...rule, setBy: 'built-in' }, platform[rule.name], 'platform')
    const local = own?.[rule.name]
    return local === undefined ? base : set(base, stricterPart(base, local), 'department')
  })
}

function set(
  rule: SetRule,
  setting: RuleSetting | undefined,
  setBy: 'platform' | 'department',
): SetRule {
  if (setting === undefined || Object.keys(setting).length === 0) return rule
  const { action = rule.action, atLeast = {}, to } = setting
  const when = Object.fromEntries(
    Object.entries(rule.when).map(([fact, wanted]) => {
      const number = Object.hasOwn(atLeast, fact) ? atLeast[fact as FactName] : undefined
      return [fact, isNumeric(wanted) && number !== undefined ? { atLeast: number } : wanted]
    }),
  )
  return { ...rule, when, action, setBy, ...(to === undefined ? {} : { to }) }
}

function stricterPart(base: SetRule, local: RuleSetting): RuleSetting {
  const { action, atLeast = {}, to } = local
  const numbers = Object.entries(atLeast).filter(([fact, number]) => {
    const wanted = base.when[fact as FactName]
    return isNumeric(wanted) && number < wanted.atLeast
  })
  return {
    ...(action !== undefined && rankOf(action) > rankOf(base.action)
      ? { action, ...(to === undefined ? {} : { to }) }
      : {}),
    ...(numbers.length > 0 ? { atLeast: Object.fromEntries(numbers) } : {}),
  }
}

export function rankOf(action: Action): number {
  return actions.indexOf(action)
}

function isNumeric(wanted: unknown): wanted is { readonly atLeast: number } {
  return typeof wanted === 'object' && wanted !== null && 'atLeast' in wanted
}

/** What is wrong with settings before they are kept, as sentences; none when they are fine. */
export function faultsOf(
  rules: readonly Rule[],
  { platform, departments }: PolicySettings,
): readonly string[] {
  const known = new Map(rules.map((rule) => [rule.name, rule]))
  const faults: string[] = []
  const check = (where: string, settings: RuleSettings, base?: ReadonlyMap<string, SetRule>) => {
    for (const [name, setting] of Object.entries(settings)) {
      const rule = base?.get(name) ?? known.get(name)
      if (rule === undefined) faults.push(`${where}: there is no rule ${name}`)
      else faults.push(...settingFaults(where, rule, setting, base !== undefined))
    }
  }
  check('platform', platform)
  const base = new Map(
    rulesFor(rules, { platform, departments: {} }, undefined).map((rule) => [rule.name, rule]),
  )
  for (const [id, settings] of Object.entries(departments))
    check(`department ${id}`, settings, base)
  return faults
}

function settingFaults(
  where: string,
  rule: Rule,
  { action, atLeast = {}, to }: RuleSetting,
  isDepartment: boolean,
): readonly string[] {
  const faults: string[] = []
  if (action !== undefined && isDepartment && rankOf(action) < rankOf(rule.action))
    faults.push(`${where}: ${rule.name} is ${rule.action} for the platform; ${action} is milder`)
  if (action === 'reroute' && to === undefined)
    faults.push(`${where}: ${rule.name} is to reroute and says not where to`)
  for (const [fact, number] of Object.entries(atLeast)) {
    const wanted = rule.when[fact as FactName]
    if (!isNumeric(wanted)) faults.push(`${where}: ${rule.name} has no number for ${fact}`)
    else if (!Number.isSafeInteger(number) || number < 1)
      faults.push(`${where}: ${rule.name} wants a whole number of at least 1 for ${fact}`)
    else if (isDepartment && number > wanted.atLeast)
      faults.push(`${where}: ${rule.name} holds from ${wanted.atLeast}; ${number} is milder`)
  }
  return faults
}

/** Whether the second is milder than the first anywhere: that wants two people. */
export function isWeaker(
  rules: readonly Rule[],
  before: PolicySettings,
  after: PolicySettings,
): boolean {
  const departments = [undefined, ...Object.keys({ ...before.departments, ...after.departments })]
  return departments.some((id) => {
    const then = rulesFor(rules, before, id)
    return rulesFor(rules, after, id).some((now, at) => {
      const was = then[at]
      return was !== undefined && (rankOf(now.action) < rankOf(was.action) || isLaxer(was, now))
    })
  })
}

function isLaxer(was: SetRule, now: SetRule): boolean {
  return Object.entries(now.when).some(([fact, wanted]) => {
    const old = was.when[fact as FactName]
    return isNumeric(wanted) && isNumeric(old) && wanted.atLeast > old.atLeast
  })
}
