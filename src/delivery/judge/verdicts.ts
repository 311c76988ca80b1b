/** The policy's word for each copy of a message, and what becomes of the plan by it. Pure. */
import type { DepartmentId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Verdict } from '../../policy/types.ts'
import type { Filing, Plan, Relay, ReportCopy, Target } from '../plan.ts'

/** Where a copy goes when the policy leads it elsewhere; undefined: nobody is there. */
export type Reroute = (target: Target, to: string) => Target | undefined

export interface Ruling {
  /** Of a copy for an account; of one for another system, by whose list it goes, or by its sender. */
  readonly verdictFor: (departmentId: DepartmentId | undefined, target?: Target) => Verdict
  readonly senderDepartment: DepartmentId | undefined
  readonly reroute: Reroute
}

/**
 * One reply answers for all recipients. Where one is to wait, all wait; where all are refused, the
 * message is; where some are, theirs is set aside, because a stranger is not to be written to.
 * @throws Refusal
 */
export function applyVerdicts(plan: Plan, ruling: Ruling): Plan {
  const { verdictFor, senderDepartment, reroute } = ruling
  const targets = plan.targets.map((target) => ({
    target,
    verdict: verdictFor(senderDepartment ?? target.departmentId, target),
  }))
  const relays = plan.relays.map((relay) => ({
    relay,
    verdict: verdictFor(
      relay.redirectedBy?.at(-1)?.departmentId ?? relay.list?.departmentId ?? senderDepartment,
    ),
  }))
  const reports = plan.reports.map((report) => ({ report, verdict: verdictFor(undefined) }))
  requireTaken([...targets, ...relays, ...reports].map(({ verdict }) => verdict))
  return {
    ...plan,
    targets: targets.map(({ target, verdict }) => fileTarget(target, verdict, reroute)),
    relays: relays.map(({ relay, verdict }): Relay => ({ ...relay, filing: filingOf(verdict) })),
    reports: reports.map(({ report, verdict }) => readOrNot(report, verdict)),
  }
}

function requireTaken(verdicts: readonly Verdict[]): void {
  const deferred = verdicts.find(({ action }) => action === 'defer')
  const isRefused = verdicts.length > 0 && verdicts.every(({ action }) => action === 'refuse')
  const against = isRefused ? verdicts[0] : deferred
  if (against !== undefined) throw new Refusal(against.code, { reason: against.reason })
}

function fileTarget(target: Target, verdict: Verdict, reroute: Reroute): Target {
  if (verdict.action === 'reroute' && verdict.to !== undefined) {
    const elsewhere = reroute(target, verdict.to)
    if (elsewhere !== undefined) return { ...elsewhere, filing: { marks: verdict.marks } }
  }
  return { ...target, filing: filingOf(verdict) }
}

/** What is not fit for a mailbox is not read either. */
function readOrNot(report: ReportCopy, { action, code }: Verdict): ReportCopy {
  return action === 'accept' || action === 'tag' ? report : { ...report, refused: code }
}

function filingOf({ action, reason, marks, fired }: Verdict): Filing {
  const isHeld = action !== 'accept' && action !== 'tag'
  if (!isHeld) return { marks }
  const isDangerous = fired.some(({ name }) => name === 'virus')
  return { marks, heldFor: reason, ...(isDangerous ? { isDangerous } : {}) }
}
