/** What becomes of a message in clear under each marking, so that whoever writes one knows before he sends it. */
import type { DepartmentId } from '../../base/id.ts'
import type { RefusalCode } from '../../base/refusal.ts'
import { markingWords, type MarkedGrade, type MarkingWords } from '../../marking/words.ts'
import { decide } from '../../policy/decide.ts'
import { unknownFacts } from '../../policy/facts.ts'
import type { PolicySettings } from '../../policy/settings.ts'
import type { Facts } from '../../policy/types.ts'

/** `held`: somebody looks at it first. */
export type Outcome = 'taken' | 'held' | RefusalCode

export interface Marking {
  readonly grade: MarkedGrade
  readonly words: MarkingWords
  /** As a draft, and as the copy of what was sent. */
  readonly kept: Outcome
  readonly inside: Outcome
  /** Where somebody at another system gets it. */
  readonly outside: Outcome
  /** It leaves only over TLS that is verified. */
  readonly needsVerifiedTls: boolean
}

export interface MarkingDepartments {
  readonly sender: DepartmentId | undefined
  /** Whose mailbox keeps it. */
  readonly keeper: DepartmentId | undefined
}

/** Settings are replaced whole, never changed: what follows from each is found once. */
const known = new WeakMap<PolicySettings, Map<string, readonly Marking[]>>()

export function markingsUnder(
  settings: PolicySettings,
  departments: MarkingDepartments,
): readonly Marking[] {
  const sets = known.get(settings) ?? new Map<string, readonly Marking[]>()
  known.set(settings, sets)
  const key = `${departments.sender ?? ''} ${departments.keeper ?? ''}`
  const markings = sets.get(key) ?? findMarkings(settings, departments)
  sets.set(key, markings)
  return markings
}

function findMarkings(
  settings: PolicySettings,
  { sender, keeper }: MarkingDepartments,
): readonly Marking[] {
  const of = (facts: Partial<Facts>, department: DepartmentId | undefined) =>
    decide({ ...unknownFacts, ...facts }, settings, department)
  return Object.entries(markingWords).map(([name, words]) => {
    // The keys of the table are the grades.
    const grade = name as MarkedGrade
    const outside = of({ direction: 'out', grade, externalRecipients: 1 }, sender)
    return {
      grade,
      words,
      kept: outcomeOf(of({ direction: 'kept', grade, isOwnWriting: true }, keeper)),
      inside: outcomeOf(of({ direction: 'out', grade }, sender)),
      outside: outcomeOf(outside),
      needsVerifiedTls: outside.marks.includes('verified-tls'),
    }
  })
}

function outcomeOf({ action, code }: ReturnType<typeof decide>): Outcome {
  if (action === 'refuse' || action === 'defer') return code
  return action === 'accept' || action === 'tag' ? 'taken' : 'held'
}
