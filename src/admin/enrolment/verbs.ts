/** A password for who has none: asked for by one, agreed to by another, chosen by the person. */
import { z } from 'zod'
import { askForReset } from '../../approval/enrolment/issue.ts'
import { Refusal } from '../../base/refusal.ts'
import { byOf } from '../approval/verbs.ts'
import { exampleId, id, millis, ref, text } from '../fields.ts'
import { getPerson } from '../find.ts'
import { changing, type Verb } from '../verb.ts'

const reset = changing({
  id: 'people.reset-password',
  path: '/people/{person}/password-reset',
  act: 'password.reset-for-another',
  summary:
    'Asks that a person may choose a new password. The caller gets half a code for him, who approves gets the other.',
  status: 201,
  isSecret: true,
  input: z.object({ person: ref('The person') }),
  output: z.strictObject({ approval: id, firstHalf: z.string(), waitsUntil: millis }),
  example: {
    approval: exampleId,
    firstHalf: 'k3va-7qpo-x2nd-e5um',
    waitsUntil: 1_767_225_600_000,
  },
  run: async (ports, { person }) => {
    const { approvals, actor, writing } = ports
    const { id: personId } = getPerson(ports.directory, person)
    const lines = await approvals.rehearse((tx) => askForReset(tx, writing, personId))
    const { reason = '', ticket } = actor
    if (lines.length === 0)
      throw new Refusal('invalid', { message: 'Nobody must agree yet: use tamar password set.' })
    const [asked] = await approvals.ask({ by: byOf(ports), reason, ticket, lines })
    if (asked?.half === undefined)
      throw new Refusal('already-exists', {
        message: `You have asked for this: ${asked?.request.id}. Withdraw it to get a new half.`,
      })
    const { request, half } = asked
    return { approval: request.id, firstHalf: half, waitsUntil: request.expiresAt }
  },
})

const redeem = changing({
  id: 'enrolments.redeem',
  path: '/enrolments',
  act: 'anyone',
  summary: 'A person chooses his password with both halves of his code.',
  input: z.object({
    address: text('The address'),
    halves: z.tuple([z.string().max(64), z.string().max(64)], {
      error: 'A code has two halves.',
    }),
    password: z.string().min(12, 'A password has at least 12 characters.').max(256),
  }),
  output: z.strictObject({}),
  example: {},
  run: async (ports, { address, halves, password }) => {
    const { remoteAddress } = ports.actor
    const from = remoteAddress === undefined ? {} : { remoteAddress }
    await ports.approvals.redeem({ address, halves, password, ...from })
    return {}
  },
})

export const enrolmentVerbs: readonly Verb[] = [reset, redeem]
