/** Holds: what a matter keeps of somebody's mail from being destroyed. One places, two release. */
import { z } from 'zod'
import { placeHoldOn } from '../../approval/holds/place-hold.ts'
import { releaseHoldOf } from '../../approval/holds/release-hold.ts'
import type { AccountId } from '../../base/id.ts'
import type { Hold } from '../../directory/types.ts'
import { exampleId, id, millis, millisOrNull, moment, text } from '../fields.ts'
import { getMailbox } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, type Verb, write } from '../verb.ts'

const hold = z.strictObject({
  id,
  /** Of the matter: several mailboxes are held for one. */
  matter: id,
  words: z.string(),
  mailbox: z.string(),
  department: z.string(),
  receivedFrom: millisOrNull,
  /** Null: what comes until the hold is released, too. */
  receivedBefore: millisOrNull,
  reason: z.string(),
  ticket: z.string().nullable(),
  placedAt: millis,
  placedBy: z.string(),
})
const example = {
  id: exampleId,
  matter: exampleId,
  words: 'Inquiry into the tunnel fire',
  mailbox: 'chan@td.example',
  department: 'TD',
  receivedFrom: 1_735_689_600_000,
  receivedBefore: null,
  reason: 'Letter of the Department of Justice of 3 March',
  ticket: 'DOJ-118',
  placedAt: 1_767_225_600_000,
  placedBy: 'records@td.example',
}
const mailbox = text('The mailbox')

const list = listing({
  id: 'holds.list',
  path: '/holds',
  act: ['hold.place', 'hold.release'],
  summary: 'What is held in the caller’s department, for which matter, since when and why.',
  input: z.object({ mailbox: mailbox.optional(), matter: z.uuid().optional() }),
  item: hold,
  example,
  run: async (ports, input) => {
    const accountId =
      input.mailbox === undefined ? undefined : getMailbox(ports.directory, input.mailbox)
    return ports.directory
      .holds()
      .filter((one) => input.matter === undefined || one.matterId === input.matter)
      .filter((one) => accountId === undefined || one.accountId === accountId)
      .map((one) => viewOf(ports, one))
  },
})

const place = changing({
  id: 'holds.place',
  path: '/holds',
  act: 'hold.place',
  summary:
    'Holds what a mailbox received in a time, for a matter that is named or for one that is there.',
  status: 201,
  input: z.object({
    mailbox,
    words: text('The matter (--matter)').optional(),
    matter: z.uuid('A matter that is there is named by its id.').optional(),
    receivedFrom: moment.optional(),
    receivedBefore: moment.optional(),
  }),
  output: z.strictObject({ matter: id, messages: z.int() }),
  example: { matter: exampleId, messages: 4_211 },
  run: async (ports, input) => {
    const { words, matter: matterId, receivedFrom, receivedBefore } = input
    const accountId = getMailbox(ports.directory, input.mailbox)
    const wanted = { accountId, matterId, matter: words, receivedFrom, receivedBefore }
    const placed = await write(ports, (tx) => placeHoldOn(tx, ports.writing, wanted))
    return { matter: placed.matterId, messages: placed.messages }
  },
})

const release = changing({
  id: 'holds.release',
  path: '/hold-releases',
  act: 'hold.release',
  summary: 'Releases what a matter holds in a mailbox; somebody else must agree.',
  input: z.object({ mailbox, matter: z.uuid('The id of the matter') }),
  output: z.strictObject({ released: z.int() }),
  example: { released: 12 },
  run: async (ports, input) => {
    const { matter: matterId } = input
    const accountId = heldAccount(ports, input)
    const wanted = { accountId, matterId }
    return { released: await write(ports, (tx) => releaseHoldOf(tx, ports.writing, wanted)) }
  },
})

/** Of who has moved since, what his department of then holds is its matter still. */
function heldAccount(
  { directory, nameOf }: AdminPorts,
  { mailbox: address, matter }: { readonly mailbox: string; readonly matter: string },
): AccountId {
  const held = directory
    .holds()
    .find((one) => one.matterId === matter && nameOf.anything(one.accountId) === address.trim())
  return held?.accountId ?? getMailbox(directory, address)
}

function viewOf({ nameOf }: AdminPorts, one: Hold): z.input<typeof hold> {
  return {
    id: one.id,
    matter: one.matterId,
    words: one.matter,
    mailbox: nameOf.anything(one.accountId) ?? one.accountId,
    department: nameOf.department(one.departmentId),
    receivedFrom: one.receivedFrom ?? null,
    receivedBefore: one.receivedBefore ?? null,
    reason: one.reason,
    ticket: one.ticket ?? null,
    placedAt: one.placedAt,
    placedBy: one.placedBy === undefined ? '' : nameOf.person(one.placedBy),
  }
}

export const holdVerbs: readonly Verb[] = [list, place, release]
