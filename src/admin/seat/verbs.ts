/** A founder becomes a person of the directory: what opens this is his own key. Architecture D10. */
import { z } from 'zod'
import { seatNames } from '../../access/seats.ts'
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
    if (fault === 'not-yet') throw tooEarly()
    await ports.refresh()
    return {}
  },
})

const signer = z.strictObject({
  signInName: text('The sign-in name'),
  passphrase: text('The passphrase'),
})

const replace = changing({
  id: 'seats.replace',
  path: '/seats/{seat}/founder',
  act: 'anyone',
  summary:
    'The founding is opened again for one seat: the three other founders say, each with his own ' +
    'key, who sits there from now on. The roles of the seat end until he takes it.',
  isSecret: true,
  input: z.object({
    seat: z.enum(seatNames, `A seat is one of ${seatNames.join(', ')}.`),
    nameEn: text('The English name'),
    nameZh: z.string().max(1_024).default(''),
    signInName: text('The sign-in name'),
    passphrase: text('The passphrase'),
    signers: z.array(signer).max(seatNames.length),
  }),
  output: done,
  example: {},
  run: async (ports, { signers, ...newcomer }) => {
    const fault = await ports.replaceFounder({ newcomer, signers })
    if (fault === 'wrong') throw new Refusal('bad-credentials')
    if (fault === 'not-yet') throw tooEarly()
    if (fault === 'invalid') {
      const message =
        'The newcomer’s name or sign-in name is taken, or his sign-in name or passphrase too short.'
      throw new Refusal('invalid', { message })
    }
    await ports.refresh()
    return {}
  },
})

function tooEarly(): Refusal {
  return new Refusal('invalid', { message: 'The founding is not over yet.' })
}

export const seatVerbs: readonly Verb[] = [take, replace]
