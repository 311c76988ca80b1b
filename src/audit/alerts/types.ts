/** What somebody should look at now, found in the log by who keeps it. Requirement AUD-10. */
import type { Millis } from '../../base/clock.ts'

export type AlertRule =
  | 'mass-reading'
  | 'non-owner-access'
  | 'off-hours-privilege'
  | 'failed-sign-ins'
  | 'refused-acts'
  | 'external-forwarding'
  | 'weaker-protection'
  | 'authority'
  | 'certificate-ends'
  | 'audit-silence'
  | 'chain-break'

export interface Alert {
  readonly rule: AlertRule
  /** When it happened by the node's clock; for a silence, when it was noticed. */
  readonly at: Millis
  readonly node: string
  /** The entry that made it an alert; undefined for what is no entry. */
  readonly seq: number | undefined
  /** Pseudonyms as they stand in the log: who may resolve them finds the names there. */
  readonly who: string | undefined
  readonly about: string | undefined
  readonly count: number | undefined
  /** One plain sentence, without names. */
  readonly sentence: string
}

/** One way to who must hear it. */
export interface AlertSender {
  readonly name: string
  /** Rejects when it did not arrive: it is tried again. */
  send(alert: Alert): Promise<void>
}

/** When privileges are used as a matter of course. */
export interface OfficeHours {
  /** `Asia/Hong_Kong` */
  readonly timeZone: string
  /** Hours of the day, 0 to 24. */
  readonly from: number
  readonly to: number
  /** 1 is Monday, 7 is Sunday. */
  readonly days: readonly number[]
}
