/**
 * Sets the password of a person; who may do that for another is the business of `access`. For his own
 * he says the present one: a token that was left lying about must not become an account.
 */
import { z } from 'zod'
import { isRefusal, Refusal } from '../../base/refusal.ts'
import { done, ref } from '../fields.ts'
import { getPerson } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, type Verb, write } from '../verb.ts'

const passwordLengthMin = 12
const passwordLengthMax = 256

const set = changing({
  id: 'people.set-password',
  method: 'PUT',
  path: '/people/{person}/password',
  act: ['password.change-own', 'password.reset-for-another'],
  summary: 'Sets a password; a good one is made and given once if none is given.',
  isSecret: true,
  input: z.object({
    person: ref('The person'),
    password: z
      .string()
      .min(passwordLengthMin, `A password has at least ${passwordLengthMin} characters.`)
      .max(passwordLengthMax, `A password has at most ${passwordLengthMax} characters.`)
      .optional(),
    /** One's own, as it is now. */
    present: z.string().max(passwordLengthMax).optional(),
  }),
  output: z.strictObject({ password: z.string().optional() }),
  example: { password: 'p2hb-x7wq-m4td-k9rf' },
  run: async (ports, { person, password, present }) => {
    const { id, address } = getPerson(ports.directory, person)
    if (ports.caller.personId === id) await requirePresent(ports, address, present)
    const given = await write(ports, (tx) => ports.credentials.setPassword(tx, id, password))
    return password === undefined ? { password: given } : {}
  },
})

/** Throttled as every sign-in is. */
async function requirePresent(ports: AdminPorts, address: string, present: string | undefined) {
  const message = 'To set your own password, give the present one: it is missing or wrong.'
  if (present === undefined) throw new Refusal('not-permitted', { message })
  try {
    await ports.callers.prove(address, present, ports.actor.remoteAddress ?? '')
  } catch (error) {
    if (!isRefusal(error, 'bad-credentials')) throw error
    throw new Refusal('not-permitted', { message }, { cause: error })
  }
}

const resetFactors = changing({
  id: 'people.reset-factors',
  method: 'DELETE',
  path: '/people/{person}/factors',
  act: 'factor.reset-for-another',
  summary:
    'Takes away the passkeys and codes of who has lost them. With an approval, by the platform; he adds ' +
    'new ones when he signs in next.',
  input: z.object({ person: ref('The person') }),
  output: done,
  example: {},
  run: async (ports, { person }) => {
    const { id } = getPerson(ports.directory, person)
    await write(ports, (tx) => ports.credentials.resetFactors(tx, id))
    return {}
  },
})

export const passwordVerbs: readonly Verb[] = [set, resetFactors]
