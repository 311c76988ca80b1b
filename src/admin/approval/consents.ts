/** Consent given beforehand by the holder of a post, or the owner of a mailbox, to a named person. */
import { z } from 'zod'
import { acts } from '../../access/acts.ts'
import { isAct } from '../../approval/rule.ts'
import { Refusal } from '../../base/refusal.ts'
import { exampleId, id, madeId, millis, moment, text } from '../fields.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, type Verb } from '../verb.ts'
import { byOf } from './verbs.ts'

const consent = z.strictObject({
  id,
  act: z.string(),
  mailbox: z.string(),
  person: z.string(),
  from: millis,
  to: millis,
})

const list = listing({
  id: 'consents.list',
  path: '/consents',
  act: 'approval.read',
  summary: 'What the caller consented to beforehand.',
  input: z.object({}),
  item: consent,
  example: {
    id: exampleId,
    act: 'post.appoint',
    mailbox: 'seo.a2@td.example',
    person: 'lee@td.example',
    from: 1_767_225_600_000,
    to: 1_769_817_600_000,
  },
  run: async (ports) =>
    ports.approvals.standingConsents(ports.caller.personId ?? '').map((one) => ({
      id: one.id,
      act: one.act,
      mailbox: ports.nameOf.anything(one.accountId) ?? one.accountId,
      person: ports.nameOf.person(one.forPersonId),
      from: one.from,
      to: one.to,
    })),
})

const give = changing({
  id: 'consents.give',
  path: '/consents',
  act: 'approval.decide',
  summary: 'Consent beforehand: a named person may follow into a mailbox of the caller’s.',
  status: 201,
  input: z.object({
    act: z.string().default('post.appoint'),
    mailbox: text('The mailbox or post'),
    delegate: text('The person (--for)'),
    from: moment.optional(),
    to: moment,
  }),
  output: madeId,
  example: { id: exampleId },
  run: async (ports, { act, mailbox, delegate, from, to }) => {
    if (!isAct(act)) {
      const known = Object.keys(acts).filter((one) => one.includes('appoint'))
      throw new Refusal('invalid', { message: `There is no act ${act}, such as ${known.join()}.` })
    }
    const forPersonId = ports.nameOf.anybody(delegate)
    if (forPersonId === undefined)
      throw new Refusal('not-found', { message: `Nobody has the address ${delegate}.` })
    const accountId = accountOf(ports, mailbox)
    const wanted = { by: byOf(ports), act, accountId, forPersonId, from, to }
    return { id: await ports.approvals.consentBeforehand(wanted) }
  },
})

const revoke = changing({
  id: 'consents.revoke',
  method: 'DELETE',
  path: '/consents/{consent}',
  act: 'approval.decide',
  summary: 'Take a consent back.',
  input: z.object({ consent: z.uuid() }),
  output: z.strictObject({}),
  example: {},
  run: async (ports, input) => {
    await ports.approvals.revokeConsent(byOf(ports), input.consent)
    return {}
  },
})

function accountOf(ports: AdminPorts, mailbox: string): string {
  const accountId = ports.nameOf.account(mailbox)
  if (accountId !== undefined) return accountId
  throw new Refusal('not-found', { message: `There is no mailbox ${mailbox}.` })
}

export const consentVerbs: readonly Verb[] = [list, give, revoke]
