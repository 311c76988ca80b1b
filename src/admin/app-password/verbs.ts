/** App passwords: one for each mail program, scoped, expiring, revocable alone. Architecture D14. */
import { z } from 'zod'
import { done, exampleId, id, millis, millisOrNull, moment, ref, text } from '../fields.ts'
import { getPerson } from '../find.ts'
import { changing, listing, type Verb, write } from '../verb.ts'

const scopes = ['imap', 'smtp', 'jmap', 'dav', 'sieve'] as const
const which = ref('The person')

const list = listing({
  id: 'app-passwords.list',
  path: '/people/{person}/app-passwords',
  act: ['app-password.read-own', 'app-password.read'],
  summary: 'The app passwords of a person, without what opens.',
  input: z.object({ person: which }),
  item: z.strictObject({
    id,
    label: z.string(),
    scopes: z.array(z.string()),
    createdAt: millis,
    expiresAt: millisOrNull,
    /** To the hour. */
    lastUsedAt: millisOrNull,
  }),
  example: {
    id: exampleId,
    label: 'Phone',
    scopes: ['imap', 'smtp'],
    createdAt: 1_767_225_600_000,
    expiresAt: null,
    lastUsedAt: null,
  },
  run: async (ports, { person }) => {
    const found = await ports.credentials.listAppPasswords(getPerson(ports.directory, person).id)
    return found.map((one) => ({
      ...one,
      scopes: [...one.scopes],
      expiresAt: one.expiresAt ?? null,
      lastUsedAt: one.lastUsedAt ?? null,
    }))
  },
})

const create = changing({
  id: 'app-passwords.create',
  path: '/people/{person}/app-passwords',
  act: ['app-password.create-own', 'app-password.create-for-another'],
  summary: 'Makes an app password; it is given once.',
  status: 201,
  isSecret: true,
  input: z.object({
    person: which,
    label: text('What it is for (--label)'),
    scopes: z
      .array(z.enum(scopes, { error: `A scope is one of ${scopes.join(', ')}.` }))
      .min(1)
      .max(scopes.length)
      .default(['imap', 'smtp']),
    expiresAt: moment.optional(),
  }),
  output: z.strictObject({ id, password: z.string() }),
  example: { id: exampleId, password: 'abcd-efgh-ijkl-mnop-qrst-uvwx-yz23' },
  run: async (ports, { person, label, scopes, expiresAt }) => {
    const personId = getPerson(ports.directory, person).id
    const wanted = { personId, label, scopes, expiresAt }
    return write(ports, (tx) => ports.credentials.createAppPassword(tx, wanted))
  },
})

const revoke = changing({
  id: 'app-passwords.revoke',
  method: 'DELETE',
  path: '/people/{person}/app-passwords/{id}',
  act: ['app-password.revoke-own', 'app-password.revoke-for-another'],
  summary: 'Ends an app password.',
  input: z.object({ person: which, id: z.uuid('The id of an app password is a UUID.') }),
  output: done,
  example: {},
  run: async (ports, { person, id }) => {
    const personId = getPerson(ports.directory, person).id
    await write(ports, (tx) => ports.credentials.revokeAppPassword(tx, personId, id))
    return {}
  },
})

export const appPasswordVerbs: readonly Verb[] = [list, create, revoke]
