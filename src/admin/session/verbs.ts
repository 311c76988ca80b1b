/** Who calls: sign-in with a token, who am I, what sessions are open, sign-out. */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { address, done, exampleId, id, millis, ref, text } from '../fields.ts'
import { getPerson } from '../find.ts'
import { changing, listing, reading, type Verb } from '../verb.ts'

const exampleAt = 1_767_225_600_000

const open = changing({
  id: 'sessions.open',
  path: '/sessions',
  act: 'anyone',
  summary:
    'Signs a person in and gives a token for the Authorization field (Bearer, RFC 6750). It ends ' +
    'after 15 minutes without use and after eight hours at the latest.',
  status: 201,
  isSecret: true,
  input: z.object({
    address: address(),
    password: text('The password'),
    /** Of who has a second factor: a code of his, or a recovery code. */
    code: z.string().max(64).optional(),
  }),
  output: z.strictObject({ id, token: z.string(), personId: id, expiresAt: millis }),
  example: {
    id: exampleId,
    token: 'tamar_9vX0c3RpbGwgYW4gZXhhbXBsZSwgbm90IGEgdG9rZW4',
    personId: exampleId,
    expiresAt: exampleAt,
  },
  run: async (ports, { address: identity, password, code }) => {
    const { remoteAddress = '' } = ports.actor
    const given = { address: identity, password, code }
    return { ...(await ports.callers.signIn(given, remoteAddress)) }
  },
})

const whoAmI = reading({
  id: 'me.get',
  path: '/me',
  act: 'signed-in',
  summary: 'Who calls, and in which departments he has something to do.',
  input: z.object({}),
  output: z.strictObject({
    kind: z.enum(['operator', 'person']),
    id: id.nullable(),
    address: z.string().nullable(),
    department: z.string().nullable(),
    sessionId: z.string().nullable(),
    /** The offices that count in this session; `department` null: for all of them. */
    roles: z.array(z.strictObject({ role: z.string(), department: z.string().nullable() })),
  }),
  example: {
    kind: 'person',
    id: exampleId,
    address: 'chan.tai.man@td.example',
    department: 'TD',
    sessionId: exampleId,
    roles: [{ role: 'department-administrator', department: 'TD' }],
  },
  run: async ({ caller, nameOf }) => {
    const { kind, personId = null, departmentId, sessionId = null } = caller
    return {
      kind,
      id: personId,
      address: personId === null ? null : nameOf.person(personId),
      department: departmentId === undefined ? null : nameOf.department(departmentId),
      sessionId,
      roles: caller.offices().map((one) => ({
        role: one.role,
        department: one.departmentId === undefined ? null : nameOf.department(one.departmentId),
      })),
    }
  },
})

const close = changing({
  id: 'sessions.close',
  method: 'DELETE',
  path: '/sessions/current',
  act: 'signed-in',
  summary: 'Signs out: the token opens nothing any more, on any node.',
  input: z.object({}),
  output: done,
  example: {},
  run: async ({ caller, callers, actor }) => {
    const { personId, sessionId } = caller
    if (personId !== undefined && sessionId !== undefined)
      await callers.end(personId, sessionId, actor)
    return {}
  },
})

const list = listing({
  id: 'sessions.list',
  path: '/people/{person}/sessions',
  act: ['session.end-own', 'session.read'],
  summary: 'The open sessions of a person at this API.',
  input: z.object({ person: ref('The person') }),
  item: z.strictObject({
    id,
    personId: id,
    createdAt: millis,
    usedAt: millis,
    expiresAt: millis,
    remoteAddress: z.string(),
  }),
  example: {
    id: exampleId,
    personId: exampleId,
    createdAt: exampleAt,
    usedAt: exampleAt,
    expiresAt: exampleAt,
    remoteAddress: '192.0.2.7',
  },
  run: async ({ directory, callers }, { person }) => [
    ...(await callers.sessionsOf(getPerson(directory, person).id)),
  ],
})

const end = changing({
  id: 'sessions.end',
  method: 'DELETE',
  path: '/people/{person}/sessions/{session}',
  act: ['session.end-own', 'session.end'],
  summary: 'Ends a session of a person, on every node.',
  input: z.object({ person: ref('The person'), session: z.uuid() }),
  output: done,
  example: {},
  run: async ({ directory, callers, actor }, { person, session }) => {
    const isEnded = await callers.end(getPerson(directory, person).id, session, actor)
    if (!isEnded) throw new Refusal('not-found', { message: 'He has no such session.' })
    return {}
  },
})

export const sessionVerbs: readonly Verb[] = [open, whoAmI, close, list, end]
