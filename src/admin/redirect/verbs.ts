/** Redirects: where the mail of somebody is sent on to, by whom, until when. */
import { z } from 'zod'
import { sendOn } from '../../approval/redirects/send-on.ts'
import { removeRedirect } from '../../directory/write/set-redirect.ts'
import { account, changingAccount } from '../account-verb.ts'
import { address, exampleId, id, millis, millisOrNull, moment } from '../fields.ts'
import { ownOrInCare } from '../find.ts'
import { listing, type Verb } from '../verb.ts'

const target = address('The address that mail is sent on to')

const list = listing({
  id: 'redirects.list',
  path: '/accounts/{account}/redirects',
  act: ['redirect.read-own', 'redirect.read'],
  summary: 'Where mail of an account is sent on to. The account is an address, an id, or `me`.',
  input: z.object({ account }),
  item: z.strictObject({
    id,
    target: z.string(),
    isExternal: z.boolean(),
    from: millis,
    to: millisOrNull,
    /** Empty: the machine’s operator, at the founding. */
    setBy: z.string(),
    approval: z.string().nullable(),
    /** False: its time is over, or who set it holds the post no more. */
    isInForce: z.boolean(),
  }),
  example: {
    id: exampleId,
    target: 'lee@td.example',
    isExternal: false,
    from: 1_767_225_600_000,
    to: null,
    setBy: 'chan@td.example',
    approval: null,
    isInForce: true,
  },
  run: async (ports, input) => {
    const { accountId } = ownOrInCare(ports, input.account)
    const { directory, clock, nameOf } = ports
    const inForce = directory.redirectsInForce(accountId, clock.now())
    return directory.redirectsOf(accountId).map((one) => ({
      id: one.id,
      target: one.target,
      isExternal: one.isExternal,
      from: one.from,
      to: one.to ?? null,
      setBy: one.setBy === undefined ? '' : nameOf.person(one.setBy),
      approval: one.approvalId ?? null,
      isInForce: inForce.some((each) => each.id === one.id),
    }))
  },
})

const set = changingAccount({
  id: 'redirects.set',
  method: 'PUT',
  path: 'redirects/{target}',
  act: ['redirect.set-own', 'redirect.set-external', 'redirect.set'],
  summary: 'Sends mail of an account on to another address, until a date; a copy stays.',
  fields: z.object({ target, to: moment.optional() }),
  change: ({ approvals, ledger, writing }, accountId, input) => {
    const mail = { parts: approvals.parts, ledger }
    return (tx) => sendOn(tx, mail, writing, { accountId, target: input.target, to: input.to })
  },
})

const remove = changingAccount({
  id: 'redirects.remove',
  method: 'DELETE',
  path: 'redirects/{target}',
  act: ['redirect.remove-own', 'redirect.remove'],
  summary: 'Ends a redirect at once.',
  fields: z.object({ target }),
  change:
    ({ writing }, accountId, input) =>
    (tx) =>
      removeRedirect(tx, writing, { accountId, target: input.target }),
})

export const redirectVerbs: readonly Verb[] = [list, set, remove]
