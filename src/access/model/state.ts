/**
 * The small world in which the model check plays: two departments, one victim with a post, a shared
 * mailbox and a list of his, and one person who may invent others. Nobody else ever agrees to anything.
 */
import type { Act } from '../acts.ts'
import type { Office } from '../decide.ts'
import type { ActObject } from '../types.ts'

export type Dept = 'A' | 'B'
export const depts: readonly Dept[] = ['A', 'B']
export const puppetsMax = 3

export interface World {
  /** Departments of the people he has invented, in order: they are alike in all else. */
  readonly puppets: readonly Dept[]
  readonly victim: 'active' | 'suspended' | 'left'
  readonly victimDept: Dept
  /** An address besides the victim's first: still his, or taken from him. */
  readonly alias: 'his' | 'former'
  readonly isPostVacant: boolean
}

export const beginning: World = {
  puppets: [],
  victim: 'active',
  victimDept: 'A',
  alias: 'his',
  isPostVacant: false,
}

/** What an act may be about. */
export interface Thing {
  readonly kind:
    | 'victim'
    | 'himself'
    | 'puppet'
    | 'post'
    | 'shared'
    | 'list'
    | 'department'
    | 'platform'
  readonly words: string
  readonly object: ActObject
  readonly dept: Dept | undefined
  /** Whose consent as owner or holder would count. */
  readonly owner: string | undefined
}

/** One of the people he is, or plays. */
export interface Identity {
  readonly id: string
  readonly words: string
  readonly dept: Dept
  readonly isOperator: boolean
  readonly offices: readonly Office[]
}

export interface Step {
  readonly by: Identity
  readonly act: Act
  readonly thing: Thing
  /** Of his own identities, who said yes. */
  readonly agreed: readonly Identity[]
}

export const accountOf = (id: string) => `account of ${id}`

export function thingsOf(world: World): readonly Thing[] {
  const person = (kind: Thing['kind'], id: string, words: string, dept: Dept): Thing => {
    const object = { personId: id, accountId: accountOf(id), departmentId: dept }
    return { kind, words, object, dept, owner: id }
  }
  const office = (kind: Thing['kind'], words: string, owner: string | undefined): Thing => {
    const object = { objectId: kind, accountId: accountOf(kind), departmentId: 'A' }
    return { kind, words, object, dept: 'A', owner }
  }
  return [
    person('victim', 'victim', 'the victim', world.victimDept),
    person('himself', 'himself', 'himself', 'A'),
    ...invented(world).map(({ id, words, dept }) => person('puppet', id, words, dept)),
    office('post', 'the victim’s post', world.isPostVacant ? undefined : 'victim'),
    office('shared', 'the shared mailbox', 'victim'),
    office('list', 'the victim’s list', 'victim'),
    ...depts.map((dept) => ({
      kind: 'department' as const,
      words: `department ${dept}`,
      object: { departmentId: dept },
      dept,
      owner: undefined,
    })),
    { kind: 'platform', words: 'the platform', object: {}, dept: undefined, owner: undefined },
  ]
}

/** Puppets of one department are alike: the first of each stands for all. */
export function invented({ puppets }: World): readonly Identity[] {
  return depts
    .filter((dept) => puppets.includes(dept))
    .map((dept) => ({
      id: `puppet in ${dept}`,
      words: `a person invented in ${dept}`,
      dept,
      isOperator: false,
      offices: [],
    }))
}

/** In words that a reader of a failed test understands. */
export function describeSteps(steps: readonly Step[], rule: (act: Act) => string): string {
  return steps
    .map(({ by, act, thing, agreed }, at) => {
      const yes = agreed.map(({ words }) => words).join(' and ')
      const consent = yes === '' ? '' : `, agreed to by ${yes}`
      return `${at + 1}. ${by.words} may ${rule(act)} (${act}): ${thing.words}${consent}`
    })
    .join('\n')
}
