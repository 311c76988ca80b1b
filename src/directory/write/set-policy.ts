/**
 * A new version of a policy, of the platform or of a department. What is stricter one person does;
 * what is weaker needs two. An approval holds for the change from exactly the version it was asked
 * about: the version stands in its input.
 */
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import {
  isPolicy,
  policyRuleOf,
  type PolicyName,
  type PolicyRule,
  type PolicyValue,
} from '../policies/catalogue.ts'
import { invalid } from './check.ts'
import { changeRow, findByLookup, insertRow, lookups, type FoundRow } from './shelf.ts'
import type { PowersWriting } from './writing.ts'

export interface NewPolicy {
  readonly name: string
  /** Undefined: of the platform. */
  readonly departmentId?: string | undefined
  /** Undefined: withdrawn; of the platform, what it began with holds again. */
  readonly value: unknown
  /** The version it takes the place of, when who asks knows: 0 for none. */
  readonly after?: number | undefined
}

export type PolicyWriting = PowersWriting

/** The zero of ids: whose the policies of the platform are. */
export const platformId = '00000000-0000-0000-0000-000000000000'

export async function setPolicy(tx: Tx, writing: PolicyWriting, wanted: NewPolicy): Promise<void> {
  const { departmentId } = wanted
  const { rule, name, value } = checkPolicy(wanted)
  const ofPlatform = await findPolicy(tx, writing, name, undefined)
  const found =
    departmentId === undefined ? ofPlatform : await findPolicy(tx, writing, name, departmentId)
  const number = found?.content.number ?? 0
  if (wanted.after !== undefined && wanted.after !== number)
    throw invalid('value', 'The policy was changed meanwhile. Look at it again.')
  const held = { platform: valueOf(rule, ofPlatform), own: found?.content.value }
  const change = changeOf(rule, held, { departmentId, value })
  const isWeaker = change === 'weaker'
  const act = actOf(rule, isWeaker)
  const object = departmentId === undefined ? {} : { departmentId }
  const input = { policy: name, value: JSON.stringify(value), after: number }
  const granted = await writing.requireGrant(tx, { act, object, input })
  const { principalId: by, reason } = writing.actor
  const { approvalId } = granted
  const at = writing.clock.now()
  const written = { name, departmentId, number: number + 1, value, at }
  const content = { ...written, by, reason, approvalId, isWeaker }
  if (found !== undefined)
    await changeRow(tx, writing, 'policy', { ...found, state: 'former', lookup: undefined })
  await insertRow(tx, writing, 'policy', {
    id: newId(writing.clock),
    departmentId: departmentId ?? platformId,
    parentId: found?.id,
    accountId: undefined,
    state: 'active',
    content,
    lookup: lookups.policy(writing, name, departmentId),
  })
  await writing.audit.record(tx, {
    kind: 'policy',
    event: value === undefined ? 'withdraw' : 'set',
    policy: name,
    policyVersion: number + 1,
    isWeaker,
    ...object,
    ...writing.actor,
    ...granted,
  })
  if (rule.isOfTrail !== true) return
  const entry = { kind: 'audit-policy', event: 'set', setting: name } as const
  const said = value === undefined ? {} : { value: JSON.stringify(value) }
  await writing.audit.record(tx, { ...entry, ...said, ...writing.actor, ...granted })
}

export function actOf(
  { isOfTrail = false }: Pick<PolicyRule<unknown>, 'isOfTrail'>,
  isWeaker: boolean,
): 'policy.raise' | 'policy.lower' | 'audit.change-settings' {
  if (!isWeaker) return 'policy.raise'
  return isOfTrail ? 'audit.change-settings' : 'policy.lower'
}

export interface CheckedPolicy {
  readonly rule: PolicyRule<unknown>
  readonly name: PolicyName
  readonly value: unknown
}

/** @throws Refusal('not-found' | 'invalid') */
export function checkPolicy({ name, departmentId, value }: NewPolicy): CheckedPolicy {
  if (!isPolicy(name))
    throw new Refusal('not-found', { field: 'policy', message: `There is no policy ${name}.` })
  const rule = policyRuleOf(name)
  if (departmentId !== undefined && !rule.isPerDepartment)
    throw invalid('department', `${name} is the same for all departments.`)
  if (value === undefined) return { rule, name, value }
  const parsed = rule.schema.safeParse(value)
  if (parsed.success) return { rule, name, value: parsed.data }
  const [issue] = parsed.error.issues
  throw invalid('value', `This is not a value of ${name}: ${issue?.message ?? 'wrong shape'}.`)
}

interface Held {
  /** What holds where a department says nothing. */
  readonly platform: unknown
  /** What the department, or the platform, set itself. */
  readonly own: unknown
}

/** Pure. @throws Refusal('already-exists' | 'invalid') */
export function changeOf(
  { order, initially }: PolicyRule<unknown>,
  { platform, own }: Held,
  { departmentId, value }: Pick<NewPolicy, 'departmentId' | 'value'>,
): 'stricter' | 'weaker' {
  if (JSON.stringify(value) === JSON.stringify(own))
    throw new Refusal('already-exists', { field: 'value', message: 'It is so already.' })
  if (departmentId === undefined)
    return order.compare(platform, value ?? initially) === 'weaker' ? 'weaker' : 'stricter'
  if (value !== undefined && order.compare(platform, value) === 'weaker') {
    const message = `A department can only be stricter: the platform has ${JSON.stringify(platform)}, and stricter is ${order.words}.`
    throw invalid('value', message)
  }
  // Of two stricter ones the weaker is weaker, though both are within what the platform allows.
  const before = own === undefined ? platform : order.combine(platform, own)
  return order.compare(before, value ?? platform) === 'weaker' ? 'weaker' : 'stricter'
}

/** What holds for a department, as writers ask: true until their transaction ends. */
export async function policyIn<N extends PolicyName>(
  tx: Tx,
  writing: Pick<PolicyWriting, 'keys'>,
  name: N,
  departmentId: string,
): Promise<PolicyValue<N>> {
  const rule = policyRuleOf(name)
  const platform = valueOf(rule, await findPolicy(tx, writing, name, undefined))
  const own = rule.schema.safeParse(
    (await findPolicy(tx, writing, name, departmentId))?.content.value,
  )
  // Both are of the schema of this name.
  return (own.success ? rule.order.combine(platform, own.data) : platform) as PolicyValue<N>
}

async function findPolicy(
  tx: Tx,
  writing: Pick<PolicyWriting, 'keys'>,
  name: PolicyName,
  departmentId: string | undefined,
): Promise<FoundRow<'policy'> | undefined> {
  return findByLookup(tx, writing, 'policy', lookups.policy(writing, name, departmentId))
}

function valueOf(rule: PolicyRule<unknown>, row: FoundRow<'policy'> | undefined): unknown {
  const parsed = rule.schema.safeParse(row?.content.value)
  return parsed.success ? parsed.data : rule.initially
}
