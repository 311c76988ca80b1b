/** A founder becomes a person of the directory: what opens this is his own key. Architecture D10. */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { address, done, text } from '../fields.ts'
import { changing, type Verb } from '../verb.ts'

const take = changing({
  id: 'seats.take',
  path: '/seats',
  act: 'anyone',
  summary:
    'A founder says, with his sign-in name and passphrase of the founding, which person he is: that ' +
    'person has the roles of his seat from then on, and this password.',
  isSecret: true,
  input: z.object({
    signInName: text('The sign-in name'),
    passphrase: text('The passphrase'),
    /** Who he is from now on; answered alike whether there is such an address. */
    holder: address('The person'),
    password: text('The new password'),
  }),
  output: done,
  example: {},
  run: async (ports, { holder, ...claim }) => {
    const personId = ports.nameOf.anybody(holder)
    const fault = await ports.takeSeat({ ...claim, personId })
    if (fault === 'wrong') throw new Refusal('bad-credentials')
    if (fault === 'not-yet')
      throw new Refusal('invalid', { message: 'The founding is not over yet.' })
    await ports.refresh()
    return {}
  },
})

export const seatVerbs: readonly Verb[] = [take]
