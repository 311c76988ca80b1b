/** Sets the password of a person; who may do that for another is the business of `access`. */
import { z } from 'zod'
import { address } from '../fields.ts'
import { getPerson } from '../find.ts'
import { changing, type Verb, write } from '../verb.ts'

const passwordLengthMin = 12
const passwordLengthMax = 256

const set = changing({
  path: 'password/set',
  act: 'credential.write',
  input: z.object({
    person: address('The person'),
    password: z
      .string()
      .min(passwordLengthMin, `A password has at least ${passwordLengthMin} characters.`)
      .max(passwordLengthMax, `A password has at most ${passwordLengthMax} characters.`)
      .optional(),
  }),
  run: async (ports, { person, password }) => {
    const { id } = getPerson(ports.directory, person)
    const given = await write(ports, (tx) => ports.credentials.setPassword(tx, id, password))
    return password === undefined ? { password: given } : {}
  },
})

export const passwordVerbs: readonly Verb[] = [set]
