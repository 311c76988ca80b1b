/** App passwords: one for each mail program, scoped, expiring, revocable alone. Architecture D14. */
import { z } from 'zod'
import { address, moment, text } from '../fields.ts'
import { getPerson } from '../find.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

const scopes = ['imap', 'smtp', 'jmap', 'dav'] as const

const create = changing({
  path: 'app-password/create',
  act: 'credential.write',
  input: z.object({
    person: address('The person'),
    label: text('What it is for (--label)'),
    scopes: z
      .array(z.enum(scopes, { error: `A scope is one of ${scopes.join(', ')}.` }))
      .min(1)
      .default(['imap', 'smtp']),
    expiresAt: moment.optional(),
  }),
  run: async (ports, { person, label, scopes, expiresAt }) => {
    const personId = getPerson(ports.directory, person).id
    const wanted = { personId, label, scopes, expiresAt }
    return write(ports, (tx) => ports.credentials.createAppPassword(tx, wanted))
  },
})

const revoke = changing({
  path: 'app-password/revoke',
  act: 'credential.write',
  input: z.object({ person: address('The person'), id: text('The id') }),
  run: async (ports, { person, id }) => {
    const personId = getPerson(ports.directory, person).id
    await write(ports, (tx) => ports.credentials.revokeAppPassword(tx, personId, id))
    return {}
  },
})

const list = reading({
  path: 'app-password/list',
  act: 'directory.read',
  input: z.object({ person: address('The person') }),
  run: async (ports, { person }) =>
    ports.credentials.listAppPasswords(getPerson(ports.directory, person).id),
})

export const appPasswordVerbs: readonly Verb[] = [create, revoke, list]
