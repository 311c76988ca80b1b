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
  hold: 'src/admin/approval/approval.test.ts places and releases one',
  'audit-policy':
    'a disclosure that is delayed: src/approval/ledger; how long a trail is kept: src/directory/policies',
  policy:
    'src/admin/approval/approval.test.ts sets them, src/directory/policies looks at the entries',
  protection: 'there is no protection that a door can switch yet',
  forwarding: 'src/directory/redirects.test.ts and src/admin/approval/approval.test.ts',
  'mail-override': 'src/delivery/judge/submission.test.ts: a sender insists where a rule warns',
}
