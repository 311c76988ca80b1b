/** Reports of other systems, read instead of delivered. RFC 8460 §5.3, RFC 7489 §7.2. */
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { Authentication } from '../mailauth/verify/types.ts'
import type { Arriving } from './deliver.ts'
import type { Judged } from './judge/arrival.ts'
import type { ReportCopy } from './plan.ts'
import type { DeliveryParts, ReportKind } from './ports.ts'
import { isPassing } from './statuses.ts'
import type { Peer } from './types.ts'

/**
 * @returns what became of each.
 * @throws Refusal when it may be taken later, or when nobody else has the message
 */
export async function takeReports(
  parts: DeliveryParts,
  { peer, envelope, message }: Arriving,
  { plan, authentication }: Pick<Judged, 'plan' | 'authentication'>,
): Promise<readonly ReportCopy[]> {
  const { reversePath } = envelope
  const taken: ReportCopy[] = []
  const faults: Refusal[] = []
  for (const report of plan.reports) {
    const { kind, refused } = report
    const fault =
      refused === undefined
        ? await readReport(parts, { peer, reversePath, kind, message, authentication })
        : new Refusal(refused, { what: 'report' })
    if (fault !== undefined) faults.push(fault)
    taken.push(fault === undefined ? report : { ...report, refused: fault.code })
  }
  const others = plan.targets.length + plan.relays.length + taken.length - faults.length
  const against =
    faults.find(({ code }) => isPassing(code)) ?? (others === 0 ? faults[0] : undefined)
  if (against !== undefined) throw against
  return taken
}

export interface ReportMail {
  readonly peer: Peer
  readonly reversePath: string
  readonly kind: ReportKind
  readonly message: Buffer
  /** Who brings a message is believed where he is a system of ours; who made it never is. */
  readonly authentication?: Authentication | undefined
}

/** @returns why it was not taken. */
export async function readReport(
  { reports, trust, clock, log }: DeliveryParts,
  { peer, reversePath, kind, message, authentication: known }: ReportMail,
): Promise<Refusal | undefined> {
  if (reports === undefined) throw new TypeError('a report is planned where none is read')
  try {
    const { remoteAddress, heloName } = peer
    const question = { remoteAddress, heloName, reversePath, message, at: clock.now() }
    const authentication = known ?? (await trust?.authenticate(question))
    if (authentication === undefined) throw new Refusal('unauthenticated', { what: 'report' })
    await reports.takeMail({ kind, message, authentication })
    return undefined
  } catch (error) {
    if (!isRefusal(error)) throw error
    const { reason } = error.facts
    log.info({ code: error.code, reason, what: kind }, 'a report was not taken')
    return error
  }
}
