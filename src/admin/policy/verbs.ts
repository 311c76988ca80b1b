/**
 * Policies: what holds, since when, who set it; a new version, and what it would need. Which way is
 * weaker is said by the catalogue of policies, who must agree by that of acts.
 */
import { z } from 'zod'
import { ruleOf } from '../../access/acts.ts'
import { approverWords } from '../../approval/rule.ts'
import { Refusal } from '../../base/refusal.ts'
import {
  allPolicies,
  isPolicy,
  policyRuleOf,
  type PolicyName,
} from '../../directory/policies/catalogue.ts'
import type { PolicyVersion } from '../../directory/policies/view-policies.ts'
import { actOf, changeOf, checkPolicy, setPolicy } from '../../directory/write/set-policy.ts'
import { explainMail } from './explain-mail.ts'
import { exampleId, id, millis, ref, text } from '../fields.ts'
import { getDepartment } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, reading, type Verb, write } from '../verb.ts'

const valueSchema = z.union([
  z.number(),
  z.boolean(),
  z.string(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
])
const department = text('The department').optional()
const which = ref('The policy')
const acts = ['policy.raise', 'policy.lower', 'audit.change-settings'] as const

const version = z.strictObject({
  id,
  /** Null: of the platform. */
  department: z.string().nullable(),
  version: z.int(),
  /** Null: withdrawn. */
  value: valueSchema.nullable(),
  at: millis,
  by: z.string(),
  reason: z.string().nullable(),
  approval: z.string().nullable(),
  isWeaker: z.boolean(),
})
const item = z.strictObject({
  /** The policy's name. */
  id: z.string(),
  words: z.string(),
  /** What holds: for the department that was asked about, or for the platform. */
  value: valueSchema,
  initially: valueSchema,
  /** What stricter is, in words. */
  stricter: z.string(),
  isPerDepartment: z.boolean(),
  /** How often it was set there; 0: never. */
  version: z.int(),
})
const example = {
  id: 'delegation.days-max',
  words: 'how long a delegation of a mailbox lasts at most, in days',
  value: 180,
  initially: 365,
  stricter: 'less',
  isPerDepartment: true,
  version: 1,
}
const detail = item.extend({ versions: z.array(version) })
const detailExample = {
  ...example,
  versions: [
    {
      id: exampleId,
      department: null,
      version: 1,
      value: 180,
      at: 1_767_225_600_000,
      by: 'administrator@hq.example',
      reason: 'Circular 3/2026',
      approval: null,
      isWeaker: false,
    },
  ],
}

const list = listing({
  id: 'policies.list',
  path: '/policies',
  act: 'policy.read',
  summary: 'Every policy, and what holds for the platform or for a department.',
  input: z.object({ department }),
  item,
  example,
  run: async (ports, input) =>
    allPolicies.map((name) => itemOf(ports, name, whoseOf(ports, input))),
})

const get = reading({
  id: 'policies.get',
  path: '/policies/{policy}',
  act: 'policy.read',
  summary: 'A policy with every version of it, of the platform and of departments.',
  input: z.object({ policy: which, department }),
  output: detail,
  example: detailExample,
  run: async (ports, input) => detailOf(ports, input),
})

const set = changing({
  id: 'policies.set',
  method: 'PUT',
  path: '/policies/{policy}',
  act: acts,
  summary: 'Sets a policy of the platform or of a department; a weaker one needs two people.',
  input: z.object({ policy: which, department, value: valueSchema }),
  output: detail,
  example: detailExample,
  run: async (ports, input) => {
    await change(ports, { ...input, value: input.value })
    return detailOf(ports, input)
  },
})

const withdraw = changing({
  id: 'policies.withdraw',
  method: 'DELETE',
  path: '/policies/{policy}',
  act: acts,
  summary: 'Withdraws what was set: what holds without it holds again.',
  input: z.object({ policy: which, department }),
  output: detail,
  example: detailExample,
  run: async (ports, input) => {
    await change(ports, { ...input, value: undefined })
    return detailOf(ports, input)
  },
})

const explanation = z.strictObject({
  from: valueSchema,
  to: valueSchema,
  change: z.enum(['stricter', 'weaker']),
  /** Who must agree, in words; null: nobody. */
  needs: z.string().nullable(),
  sentence: z.string(),
})

const explain = changing({
  id: 'policies.explain',
  path: '/policies/{policy}/explanation',
  act: 'policy.read',
  summary: 'Says what setting a policy would change, and who would have to agree. Changes nothing.',
  input: z.object({ policy: which, department, value: valueSchema }),
  output: explanation,
  example: {
    from: 365,
    to: 180,
    change: 'stricter',
    needs: null,
    sentence: 'delegation.days-max goes from 365 to 180, which is stricter: one person does it.',
  },
  run: async (ports, input) => explanationOf(ports, input),
})

interface Which {
  readonly policy: string
  readonly department?: string | undefined
}

function nameOf({ policy }: Which): PolicyName {
  if (isPolicy(policy)) return policy
  const message = `There is no policy ${policy}.`
  throw new Refusal('not-found', { field: 'policy', message })
}

function whoseOf({ directory }: AdminPorts, { department: code }: Pick<Which, 'department'>) {
  return code === undefined ? undefined : getDepartment(directory, code).id
}

async function change(ports: AdminPorts, wanted: Which & { readonly value: unknown }) {
  const name = nameOf(wanted)
  const departmentId = whoseOf(ports, wanted)
  const { value } = wanted
  await write(ports, (tx) => setPolicy(tx, ports.writing, { name, departmentId, value }))
}

function itemOf(
  { directory }: AdminPorts,
  name: PolicyName,
  departmentId: string | undefined,
): z.input<typeof item> {
  const { words, initially, order, isPerDepartment } = policyRuleOf(name)
  return {
    id: name,
    words,
    value: shown(directory.policy(name, departmentId)),
    initially: shown(initially),
    stricter: order.words,
    isPerDepartment,
    version: versionsIn(directory, name, departmentId)[0]?.number ?? 0,
  }
}

function versionsIn(
  directory: Pick<AdminPorts['directory'], 'policyVersions'>,
  name: PolicyName,
  departmentId: string | undefined,
): readonly PolicyVersion[] {
  return directory.policyVersions(name).filter((one) => one.departmentId === departmentId)
}

function detailOf(ports: AdminPorts, input: Which): z.input<typeof detail> {
  const name = nameOf(input)
  const versions = ports.directory.policyVersions(name)
  return {
    ...itemOf(ports, name, whoseOf(ports, input)),
    versions: versions.map((one) => viewOf(ports, one)),
  }
}

function viewOf({ nameOf: names }: AdminPorts, one: PolicyVersion): z.input<typeof version> {
  const { id: versionId, departmentId, number, value, at, by, reason, approvalId, isWeaker } = one
  return {
    id: versionId,
    department: departmentId === undefined ? null : names.department(departmentId),
    version: number,
    value: value === undefined ? null : shown(value),
    at,
    by: by === undefined ? '' : names.person(by),
    reason: reason ?? null,
    approval: approvalId ?? null,
    isWeaker,
  }
}

function explanationOf(
  ports: AdminPorts,
  input: Which & { readonly value: unknown },
): z.input<typeof explanation> {
  const { directory } = ports
  const departmentId = whoseOf(ports, input)
  const name = nameOf(input)
  const { rule, value } = checkPolicy({ name, departmentId, value: input.value })
  const own = versionsIn(directory, name, departmentId)[0]?.value
  const platform = directory.policy(name)
  const change = changeOf(rule, { platform, own }, { departmentId, value })
  const { approval } = ruleOf(actOf(rule, change === 'weaker'))
  const needs = approval === undefined ? null : `${approval.count} of ${approverWords(approval)}`
  const [from, to] = [shown(directory.policy(name, departmentId)), shown(value)]
  const who = needs === null ? 'one person does it' : `it needs ${needs} besides who asks`
  const sentence = `${name} goes from ${JSON.stringify(from)} to ${JSON.stringify(to)}, which is ${change}: ${who}.`
  return { from, to, change, needs, sentence }
}

/** Values of policies are JSON, by their schemas. */
function shown(value: unknown): z.input<typeof valueSchema> {
  return valueSchema.parse(value)
}

export const policyVerbs: readonly Verb[] = [list, get, set, withdraw, explain, explainMail]
