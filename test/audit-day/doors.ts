/**
 * Kinds of entries that no act of the day leaves, each with the reason. With the kinds of the day
 * these are all there are; a test holds them to `events.ts`. HKSARG IT security guidelines (G3) §14.4.
 */
import type { EntryKind } from '../../src/audit/events.ts'

export const elsewhere: Readonly<Partial<Record<EntryKind, string>>> = {
  founding: 'before the day: the first entry of the log, looked at by test/journeys/audit.test.ts',
  backup: 'in the whole day (npm run test:audit-day): its chain is taken over after half a minute',
  void: 'an act that was rolled back; made on purpose in src/audit/audit.test.ts',
  alarm: 'somebody forged a row; test/rogue makes them by the hundred',
  hold: 'no door places a hold yet; a release is in src/approval',
  'audit-policy':
    'a disclosure that is delayed: src/approval/ledger; nothing else of it can be set',
  policy: 'there is no policy that a door can set yet',
  protection: 'there is no protection that a door can switch yet',
  forwarding: 'no door sets a redirect yet',
}
