/**
 * No sequence of acts that one person can make ends in reading another's mail alone, in a role he
 * gave himself, in an approval of his own, or in a silent trail. Architecture D10.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isComplete } from '../../approval/complete.ts'
import { decideVoice } from '../../approval/decide-voice.ts'
import type { ApprovalRequest, Voice } from '../../approval/types.ts'
import { isRefusal } from '../../base/refusal.ts'
import { allActs, ruleOf, type Act } from '../acts.ts'
import type { Office } from '../decide.ts'
import { allRoles, findConflict, roles } from '../roles.ts'
import type { ActRule, Role } from '../rules.ts'
import { findHarm, type Agreeing, type Suspect } from './check.ts'
import { accountOf, depts, describeSteps, type Dept } from './state.ts'

/** As the approvals decide it. The days in which an invented person may not speak are over. */
const agreeing: Agreeing = ({ rule, act, by, thing }, others) => {
  const request = {
    id: 'request',
    version: 1,
    state: 'waiting',
    act,
    object: thing.object,
    input: thing.object.personId === undefined ? {} : { personId: thing.object.personId },
    digest: '',
    requesterId: by.id,
    requesterRole: '',
    requesterDepartmentId: by.dept,
    reason: '',
    askedAt: 0,
    expiresAt: Infinity,
    voices: [] as readonly Voice[],
  } satisfies ApprovalRequest
  const concerns = thing.owner === undefined ? undefined : accountOf(thing.owner)
  const speakers = others.filter((one) => {
    const ownAccounts = new Map([[accountOf(one.id), 'owner' as const]])
    const speaker = { ...one, departmentId: one.dept, ownAccounts, makings: [] }
    try {
      const facts = { rule, request, concerns, speaker, requesterMakings: [], now: 1 }
      request.voices = [...request.voices, decideVoice(facts)]
      return true
    } catch (error) {
      if (isRefusal(error)) return false
      throw error
    }
  })
  if (!isComplete(rule, request, request.voices)) return undefined
  const isApproval = request.voices.every((voice) => voice.as === 'approval')
  return { by: speakers, isApproval }
}

const grantable = allRoles.filter((role) => roles[role].comesBy.startsWith('role.'))

/** Every set of roles that one person may hold. */
function combinations(from: readonly Role[] = [...grantable, 'audit-authority']): Role[][] {
  const [first, ...rest] = from
  if (first === undefined) return [[]]
  const without = combinations(rest)
  const having = without.map((set) => [first, ...set])
  return [...without, ...having.filter((set) => findConflict(set) === undefined)]
}

function suspectWith(held: readonly Role[], of: readonly Dept[]): Suspect {
  const offices = held.flatMap((role): readonly Office[] =>
    roles[role].scope === 'own-department'
      ? of.map((departmentId) => ({ role, departmentId }))
      : [{ role, departmentId: undefined }],
  )
  return { offices }
}

/** A role for a department may be for the victim's, for another, or given for both. */
function scopesOf(held: readonly Role[]): readonly (readonly Dept[])[] {
  const isForOne = held.some((role) => roles[role].scope === 'own-department')
  return isForOne ? [['A'], ['B'], depts] : [depts]
}

/** The catalogue with one rule changed. */
function weakened(act: Act, change: (rule: ActRule) => ActRule): (asked: Act) => ActRule {
  return (asked) => (asked === act ? change(ruleOf(act)) : ruleOf(asked))
}

function withoutApproval({ words, need, neverHimself = false }: ActRule): ActRule {
  return { words, need, neverHimself }
}

const wordsOf = (act: Act) => ruleOf(act).words

test('nobody alone does harm, whatever roles he may hold together', () => {
  let worlds = 0
  const sets = combinations()
  for (const held of sets)
    for (const scope of scopesOf(held)) {
      const looked = findHarm({ suspect: suspectWith(held, scope), agreeing })
      const { finding } = looked
      worlds += looked.worlds
      const steps = finding && describeSteps(finding.steps, wordsOf)
      assert.equal(finding, undefined, `${held.join(', ')}: ${finding?.harm}\n${steps}`)
    }
  assert.ok(sets.length > 30)
  assert.ok(worlds > 1_000)
})

test('nor does who has the machine in his hands, at its local socket', () => {
  const suspect = { offices: [], isOperator: true }
  assert.equal(findHarm({ suspect, agreeing }).finding, undefined)
})

test('with one approval dropped, the check finds the way and says it in words', () => {
  const suspect = suspectWith(['department-administrator'], ['A'])
  const rules = weakened('post.appoint', withoutApproval)
  const { finding } = findHarm({ suspect, agreeing, rules })
  assert.equal(finding?.harm, 'he reads the mail of the victim’s post')
  assert.equal(
    finding && describeSteps(finding.steps, wordsOf),
    '1. he himself may appoint somebody to a post (post.appoint): the victim’s post',
  )
})

test('an address taken away and given to an invented person is found, two steps away', () => {
  const suspect = suspectWith(['department-administrator'], ['A'])
  const rules = weakened('address.reassign', withoutApproval)
  const { finding } = findHarm({ suspect, agreeing, rules })
  assert.deepEqual(
    finding?.steps.map(({ act }) => act),
    ['address.remove-alias', 'address.reassign'],
  )
})

test('every approval of the catalogue stands between somebody and a harm, or is named here', () => {
  // A new address is nobody's mail yet, who is back signs in himself, who makes auditors cannot
  // invent the people, and out of the government goes only what is one's own.
  const harmless = new Set<Act>([
    'address.add-alias',
    'person.reactivate',
    'role.grant-auditor',
    'redirect.set-external',
  ])
  const everybody = combinations().map((held) => suspectWith(held, depts))
  for (const act of allActs) {
    if (ruleOf(act).approval === undefined) continue
    const rules = weakened(act, withoutApproval)
    const isFound = everybody.some(
      (suspect) => findHarm({ suspect, agreeing, rules }).finding !== undefined,
    )
    assert.equal(isFound, !harmless.has(act), act)
  }
})

test('were roles granted alone, an invented person would approve what his maker asks for', () => {
  const puppetsApprove = weakened('role.grant-security', (rule) => withoutApproval(rule))
  const suspect = suspectWith(['central-administrator'], depts)
  const { finding } = findHarm({ suspect, agreeing, rules: puppetsApprove })
  assert.equal(finding?.harm, 'he grants himself a role')
  assert.deepEqual(
    finding?.steps.map(({ act }) => act),
    ['person.create', 'role.grant-security'],
  )
})
