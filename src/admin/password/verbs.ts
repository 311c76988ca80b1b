/** Sets the password of a person; who may do that for another is the business of `access`. */
import { z } from 'zod'
import { ref } from '../fields.ts'
import { getPerson } from '../find.ts'
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
  }),
  output: z.strictObject({ password: z.string().optional() }),
  example: { password: 'p2hb-x7wq-m4td-k9rf' },
  run: async (ports, { person, password }) => {
    const { id } = getPerson(ports.directory, person)
    const given = await write(ports, (tx) => ports.credentials.setPassword(tx, id, password))
    return password === undefined ? { password: given } : {}
  },
})

export const passwordVerbs: readonly Verb[] = [set]
