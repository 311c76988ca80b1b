/** The owner's ledger: who opened his mailbox, when, in what role, on what basis, approved by whom. */
import { z } from 'zod'
import { shownLines, type ShownLine } from '../../approval/ledger/shown-lines.ts'
import { Refusal } from '../../base/refusal.ts'
import { millis, millisOrNull } from '../fields.ts'
import type { AdminPorts } from '../ports.ts'
import { reading, type Verb } from '../verb.ts'

const line = z.strictObject({
  at: millis,
  /** Of reads that stand together, the last. */
  lastAt: millis,
  by: z.string(),
  what: z.string(),
  basis: z.string(),
  role: z.string().nullable(),
  messages: z.int().nullable(),
  until: millisOrNull,
  approval: z.string().nullable(),
  approvedBy: z.array(z.string()),
  /** An approved act kept it from the owner until then. */
  delayedUntil: millisOrNull,
})

const read = reading({
  id: 'ledger.read',
  path: '/ledger',
  act: 'ledger.read-own',
  summary: 'Who opened the caller’s own mailbox, or that of a post he holds.',
  input: z.object({ mailbox: z.string().optional() }),
  output: z.strictObject({
    mailbox: z.string(),
    lines: z.array(line),
    /** Numbers of lines that are gone or were altered: somebody wrote to the database. */
    damaged: z.array(z.int()),
  }),
  example: {
    mailbox: 'chan@td.example',
    lines: [
      {
        at: 1_767_225_600_000,
        lastAt: 1_767_227_000_000,
        by: 'lee@td.example',
        what: 'read',
        basis: 'examined',
        role: null,
        messages: 12,
        until: null,
        approval: '0197f3a0-5b1c-7c2d-8e4f-123456789abc',
        approvedBy: ['security@hq.example'],
        delayedUntil: null,
      },
    ],
    damaged: [],
  },
  run: async (ports, { mailbox }) => {
    const accountId = ownAccount(ports, mailbox)
    const page = await ports.ledger.read(ports.database, accountId)
    const { actor, approvals, audit, clock } = ports
    await audit.recordAlone({ kind: 'ledger-read', accountId, ...actor })
    const shown = shownLines(page.lines, approvals.delays(accountId), clock.now())
    return {
      mailbox: ports.nameOf.anything(accountId) ?? '',
      lines: shown.map((one) => viewOf(ports, one)),
      damaged: [...page.damaged],
    }
  },
})

/** His own, or of a post he holds: nobody else’s, whatever his role. */
function ownAccount({ approvals, caller, nameOf }: AdminPorts, mailbox: string | undefined) {
  const { personId } = caller
  if (personId === undefined) throw new Refusal('not-permitted')
  const { ownAccounts } = approvals.parts.people.speaker(personId)
  const wanted = mailbox === undefined ? undefined : nameOf.account(mailbox)
  const [own] = [...ownAccounts].find(([, basis]) => basis === 'owner') ?? []
  const accountId = mailbox === undefined ? own : wanted
  if (accountId !== undefined && ownAccounts.has(accountId)) return accountId
  throw new Refusal('not-found', { message: 'You have no such mailbox.' })
}

function viewOf({ nameOf }: AdminPorts, one: ShownLine): z.infer<typeof line> {
  return {
    at: one.at,
    lastAt: one.lastAt,
    by: nameOf.person(one.byId) || 'the operator of the machine',
    what: one.what,
    basis: one.basis,
    role: one.role ?? null,
    messages: one.count ?? null,
    until: one.until ?? null,
    approval: one.approvalId ?? null,
    approvedBy: (one.approvedBy ?? []).map((by) => nameOf.person(by)),
    delayedUntil: one.delayedUntil ?? null,
  }
}

export const ledgerVerbs: readonly Verb[] = [read]
