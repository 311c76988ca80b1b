/** Others' mail, opened by two people for a time: examined, taken over, exported; and its end. */
import { z } from 'zod'
import { beginExport } from '../../approval/export/begin-export.ts'
import { delayDisclosure } from '../../approval/ledger/delay.ts'
import { closeMail, openMail, type MailOpening } from '../../approval/opened-mail/open-mail.ts'
import type { OpenedMailContent } from '../../approval/types.ts'
import { Refusal } from '../../base/refusal.ts'
import { byOf } from '../approval/verbs.ts'
import { exampleId, id, madeId, millis, moment, text } from '../fields.ts'
import { getMailbox } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, type Verb, write } from '../verb.ts'

const kinds = {
  examine: 'mailbox.examine',
  'take-over': 'mail.take-over',
  export: 'mail.export',
  restore: 'mail.restore-to-another',
  'break-glass': 'break-glass',
} as const satisfies Record<string, MailOpening['act']>
const openingActs = Object.values(kinds)

const opened = z.strictObject({
  id,
  mailbox: z.string(),
  person: z.string(),
  basis: z.enum(['examined', 'taken-over', 'export', 'restore']),
  from: millis,
  to: millis,
  approval: z.string().nullable(),
  approvedBy: z.array(z.string()),
})
const example = {
  id: exampleId,
  mailbox: 'chan@td.example',
  person: 'lee@td.example',
  basis: 'examined',
  from: 1_767_225_600_000,
  to: 1_767_312_000_000,
  approval: exampleId,
  approvedBy: ['security@hq.example'],
} as const

const list = listing({
  id: 'examinations.list',
  path: '/examinations',
  act: [...openingActs, 'mailbox.close'],
  summary: 'Mail of others that is open now, to whom, until when and by whose consent.',
  input: z.object({}),
  item: opened,
  example: { ...example, approvedBy: [...example.approvedBy] },
  run: async (ports) =>
    ports.approvals
      .opened()
      .filter(({ departmentId }) => ports.directory.department(departmentId) !== undefined)
      .map((one) => ({
        id: one.id,
        mailbox: ports.nameOf.anything(one.accountId) ?? '',
        person: ports.nameOf.person(one.personId),
        basis: basisOf(one),
        from: one.from,
        to: one.to,
        approval: one.approvalId ?? null,
        approvedBy: one.approvedBy.map((by) => ports.nameOf.person(by)),
      })),
})

const open = changing({
  id: 'examinations.open',
  path: '/examinations',
  act: openingActs,
  summary: 'Opens the mail of an account to a named person until a date; somebody else must agree.',
  status: 201,
  input: z.object({
    kind: z.enum(['examine', 'take-over', 'export', 'restore', 'break-glass']).default('examine'),
    mailbox: text('The mailbox'),
    delegate: text('Who may read it (--for)'),
    to: moment,
  }),
  output: madeId,
  example: { id: exampleId },
  run: async (ports, { kind, mailbox, delegate, to }) => {
    const { accountId, personId } = thingsOf(ports, mailbox, delegate)
    const mail = { parts: ports.approvals.parts, ledger: ports.ledger }
    const opening = { act: kinds[kind], accountId, personId, to }
    return { id: await write(ports, (tx) => openMail(tx, mail, ports.writing, opening)) }
  },
})

const close = changing({
  id: 'examinations.close',
  method: 'DELETE',
  path: '/examinations/{opened}',
  act: 'mailbox.close',
  summary: 'Ends an examination, a takeover or an export at once.',
  input: z.object({ opened: z.uuid() }),
  output: z.strictObject({}),
  example: {},
  run: async (ports, input) => {
    const mail = { parts: ports.approvals.parts, ledger: ports.ledger }
    await write(ports, (tx) => closeMail(tx, mail, ports.writing, input.opened))
    await ports.approvals.refresh()
    return {}
  },
})

const delay = changing({
  id: 'ledger.delay',
  path: '/ledger-delays',
  act: 'ledger.delay',
  summary: 'Keeps from the owner until a date what one examiner does; somebody else must agree.',
  input: z.object({
    mailbox: text('The mailbox'),
    delegate: text('The examiner (--for)'),
    to: moment,
  }),
  output: z.strictObject({}),
  example: {},
  run: async (ports, { mailbox, delegate, to }) => {
    const wanted = { ...thingsOf(ports, mailbox, delegate), to }
    await write(ports, (tx) => delayDisclosure(tx, ports.approvals.parts, ports.writing, wanted))
    return {}
  },
})

const restore = changing({
  id: 'examinations.restore',
  path: '/examinations/{opened}/restore',
  act: 'signed-in',
  summary: 'Puts what the owner of the account deleted into a mailbox of the caller’s own.',
  input: z.object({ opened: z.uuid() }),
  output: z.strictObject({ mailbox: z.string(), messages: z.int() }),
  example: { mailbox: 'Restored', messages: 12 },
  run: async (ports, { opened: of }) => {
    const { approvals, ledger, actor } = ports
    const by = byOf(ports)
    const copying = { id: of, event: 'restore' } as const
    const mail = { parts: approvals.parts, ledger }
    const from = await beginExport(mail, { ...actor, ...by }, copying)
    return ports.restoreMail(from, by.principalId)
  },
})

function basisOf(one: Pick<OpenedMailContent, 'mayExport' | 'mayRestore' | 'basis'>) {
  if (one.mayExport === true) return 'export' as const
  return one.mayRestore === true ? ('restore' as const) : one.basis
}

function thingsOf(ports: AdminPorts, mailbox: string, delegate: string) {
  const personId = ports.nameOf.anybody(delegate)
  if (personId === undefined)
    throw new Refusal('not-found', { message: `Nobody has the address ${delegate}.` })
  return { accountId: getMailbox(ports.directory, mailbox), personId }
}

export const examinationVerbs: readonly Verb[] = [list, open, close, restore, delay]
