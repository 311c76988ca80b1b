/** From verified rows to the policies in force, of the platform and of each department. Pure. */
import type { Millis } from '../../base/clock.ts'
import type { NounRow } from '../memory.ts'
import {
  allPolicies,
  isPolicy,
  policyRuleOf,
  type PolicyName,
  type PolicyValue,
} from './catalogue.ts'

/** One version of a policy, in force or before. */
export interface PolicyVersion {
  readonly id: string
  readonly name: PolicyName
  /** Undefined: of the platform. */
  readonly departmentId: string | undefined
  /** 1 is the first that somebody set. */
  readonly number: number
  /** Undefined: withdrawn; what holds without it holds. */
  readonly value: unknown
  readonly at: Millis
  readonly by: string | undefined
  readonly reason: string | undefined
  readonly approvalId: string | undefined
  readonly isWeaker: boolean
}

export interface PolicyView {
  readonly values: ReadonlyMap<string, unknown>
  /** Of a policy, of the platform and of all departments, the newest first. */
  readonly versions: ReadonlyMap<PolicyName, readonly PolicyVersion[]>
}

export function buildPolicies(rows: readonly NounRow<'policy'>[]): PolicyView {
  const versions = Map.groupBy(
    rows
      .flatMap((row) => versionOf(row) ?? [])
      .toSorted((a, b) => b.at - a.at || b.number - a.number),
    ({ name }) => name,
  )
  const current = rows
    .filter(({ state }) => state === 'active')
    .flatMap((row) => versionOf(row) ?? [])
  const values = new Map<string, unknown>()
  for (const name of allPolicies) values.set(name, policyRuleOf(name).initially)
  for (const one of current) if (one.departmentId === undefined) setValue(values, one)
  // After those of the platform: a department's is never weaker.
  for (const one of current) if (one.departmentId !== undefined) setValue(values, one)
  return { values, versions }
}

/** What holds for a department, or for all of them. */
export function valueIn<N extends PolicyName>(
  { values }: PolicyView,
  name: N,
  departmentId?: string,
): PolicyValue<N> {
  const own = departmentId === undefined ? undefined : values.get(keyOf(name, departmentId))
  // Every value went through the schema of its name.
  return (own ?? values.get(name)) as PolicyValue<N>
}

function setValue(
  values: Map<string, unknown>,
  { name, departmentId, value }: PolicyVersion,
): void {
  const { schema, order } = policyRuleOf(name)
  const parsed = schema.safeParse(value)
  // Withdrawn; or written by a release that knew another shape: what holds without it holds.
  if (!parsed.success) return
  if (departmentId === undefined) values.set(name, parsed.data)
  else values.set(keyOf(name, departmentId), order.combine(values.get(name), parsed.data))
}

function keyOf(name: PolicyName, departmentId: string): string {
  return `${name} ${departmentId}`
}

/** Undefined: a policy that this release does not know. */
function versionOf({ id, content }: NounRow<'policy'>): PolicyVersion | undefined {
  const { name, departmentId, number, value, at, by, reason, approvalId, isWeaker } = content
  if (!isPolicy(name)) return undefined
  return { id, name, departmentId, number, value, at, by, reason, approvalId, isWeaker }
}
