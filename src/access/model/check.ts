/**
 * The model check: every sequence of acts that one person can make with what he holds and whom he
 * invents, breadth first, until nothing new appears. Asks the very decision of the gate.
 */
import type { AccountGrant } from '../types.ts'
import { allActs, ruleOf, type Act } from '../acts.ts'
import { decide, type Actor, type Office } from '../decide.ts'
import type { ActRule, ApprovalRule } from '../rules.ts'
import { effects } from './effects.ts'
import {
  accountOf,
  beginning,
  invented,
  thingsOf,
  type Dept,
  type Identity,
  type Step,
  type Thing,
  type World,
} from './state.ts'

export interface Suspect {
  readonly offices: readonly Office[]
  readonly dept?: Dept
  /** He sits at the local socket of the machine. */
  readonly isOperator?: boolean
}

export interface Asking {
  readonly rule: ApprovalRule
  readonly act: Act
  readonly by: Identity
  readonly thing: Thing
}

/** Who of these could complete a request of his own: given by the room that keeps approvals. */
export type Agreeing = (
  asking: Asking,
  others: readonly Identity[],
) => { readonly by: readonly Identity[]; readonly isApproval: boolean } | undefined

export interface Check {
  readonly suspect: Suspect
  readonly agreeing: Agreeing
  readonly rules?: (act: Act) => ActRule
}

export interface Finding {
  readonly harm: string
  readonly steps: readonly Step[]
}

/** Undefined: there is no such sequence. `worlds` counts what was looked at. */
export function findHarm(check: Check): { finding: Finding | undefined; worlds: number } {
  const seen = new Set([keyOf(beginning)])
  const asked: Asked = new Map()
  let level: readonly { world: World; steps: readonly Step[] }[] = [{ world: beginning, steps: [] }]
  while (level.length > 0) {
    const next: { world: World; steps: readonly Step[] }[] = []
    for (const { world, steps } of level)
      for (const { step, harm, after } of movesOf(check, world, seen, asked)) {
        const path = [...steps, step]
        if (harm !== undefined) return { finding: { harm, steps: path }, worlds: seen.size }
        if (after === undefined) continue
        seen.add(keyOf(after))
        next.push({ world: after, steps: path })
      }
    level = next
  }
  return { finding: undefined, worlds: seen.size }
}

interface Move {
  readonly step: Step
  readonly harm?: string
  readonly after?: World
}

/** Answers of the gate: the same in many worlds, which differ in what was done, not in who he is. */
type Asked = Map<string, ReturnType<Agreeing>>

function* movesOf(
  check: Check,
  world: World,
  seen: ReadonlySet<string>,
  asked: Asked,
): Iterable<Move> {
  const identities = [himself(check.suspect), ...invented(world)]
  const everybody = identities.map(({ id }) => id).join()
  const { rules = ruleOf } = check
  for (const thing of thingsOf(world))
    for (const act of allActs) {
      const outcome = effects[act](world, thing)
      const leadsOn =
        outcome !== undefined && ('harm' in outcome || !seen.has(keyOf(outcome.world)))
      // What changes nothing is asked about only where a yes could come from the wrong people.
      if (!leadsOn && rules(act).approval === undefined) continue
      for (const by of identities) {
        const key = [act, by.id, thing.words, thing.dept, thing.owner, everybody].join()
        if (!asked.has(key)) asked.set(key, mayDo(check, { by, act, thing }, identities))
        const agreed = asked.get(key)
        if (agreed === undefined) continue
        const step = { by, act, thing, agreed: agreed.by }
        if (agreed.isApproval) yield { step, harm: 'he approves his own request' }
        if (outcome === undefined) continue
        if ('harm' in outcome) yield { step, harm: outcome.harm }
        else if (!seen.has(keyOf(outcome.world))) yield { step, after: outcome.world }
      }
    }
}

const alone = { by: [], isApproval: false }

function mayDo(
  { agreeing, rules = ruleOf }: Check,
  { by, act, thing }: Omit<Step, 'agreed'>,
  identities: readonly Identity[],
): ReturnType<Agreeing> {
  for (const session of ['office', 'mail'] as const) {
    const decision = decide(actorOf(by, session), act, thing.object, rules)
    if (decision.kind === 'allowed') return alone
    if (decision.kind === 'refused') continue
    const others = identities.filter((one) => one.id !== by.id)
    return agreeing({ rule: decision.rule, act, by, thing }, others)
  }
  return undefined
}

function himself({ offices, dept = 'A', isOperator = false }: Suspect): Identity {
  const words = isOperator ? 'the operator of the machine' : 'he himself'
  return { id: 'himself', words, dept, isOperator, offices }
}

function actorOf(by: Identity, session: Actor['session']): Actor {
  const accountId = accountOf(by.id)
  const grant: AccountGrant = {
    accountId,
    departmentId: by.dept,
    kind: 'person',
    basis: 'own',
    name: '',
    rights: 'lrswipkxtea',
    address: '',
  }
  const { id, offices, isOperator } = by
  const state = 'founded'
  if (isOperator)
    return { kind: 'operator', id, accounts: new Map(), offices: [], session: 'office', state }
  return { kind: 'person', id, accounts: new Map([[accountId, grant]]), offices, session, state }
}

function keyOf({ puppets, victim, victimDept, alias, isPostVacant }: World): string {
  return [puppets.join(), victim, victimDept, alias, isPostVacant].join(' ')
}
