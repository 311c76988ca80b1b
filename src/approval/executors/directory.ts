/** Acts of the directory, done as a request says: by the very writers that do them without one. */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { addAlias } from '../../directory/write/add-alias.ts'
import { addDomain } from '../../directory/write/add-domain.ts'
import { addListMember } from '../../directory/write/add-list-member.ts'
import { appoint } from '../../directory/write/appoint.ts'
import { removeDomain } from '../../directory/write/remove-domain.ts'
import { setPolicy } from '../../directory/write/set-policy.ts'
import { setListPolicy } from '../../directory/write/set-list-policy.ts'
import { setPersonState } from '../../directory/write/set-person-state.ts'
import { setSharedMember } from '../../directory/write/set-shared-member.ts'
import type { Executor, Executors } from '../execute.ts'
import { objectIdOf, personIdOf } from './object.ts'

const appointment = z.object({
  personId: z.string(),
  from: z.number().optional(),
  to: z.number().optional(),
  isActing: z.boolean().default(false),
})
const membership = z.object({ personId: z.string(), rights: z.string() })
const alias = z.object({
  address: z.string(),
  kind: z.enum(['person', 'post', 'shared', 'list']),
  targetId: z.string(),
})
const listPolicy = z.object({
  posting: z.enum(['anyone', 'internal', 'members', 'moderated']),
  ownerAddress: z.string(),
})
const policy = z.object({ policy: z.string(), value: z.string().optional(), after: z.number() })
const state = z.object({ state: z.enum(['active', 'suspended', 'left']) })

const weaken: Executor = (tx, writing, request) => {
  const { policy: name, value, after } = policy.parse(request.input)
  const { departmentId } = request.object
  return setPolicy(tx, writing, { name, departmentId, value: jsonOf(value), after })
}

export const directoryExecutors: Executors = {
  'post.appoint': (tx, writing, request) =>
    appoint(tx, writing, { postId: objectIdOf(request), ...appointment.parse(request.input) }),

  'shared.add-member': (tx, writing, request) =>
    setSharedMember(tx, writing, {
      sharedId: objectIdOf(request),
      ...membership.parse(request.input),
    }),

  'list.add-member': (tx, writing, request) => {
    const { address } = z.object({ address: z.string() }).parse(request.input)
    return addListMember(tx, writing, { listId: objectIdOf(request), address })
  },

  'list.set-owner': (tx, writing, request) =>
    setListPolicy(tx, writing, { listId: objectIdOf(request), ...listPolicy.parse(request.input) }),

  'address.add-alias': async (tx, writing, request) => {
    await addAlias(tx, writing, alias.parse(request.input))
  },

  'domain.add': async (tx, writing, request) => {
    const { domain } = z.object({ domain: z.string() }).parse(request.input)
    const { departmentId = '' } = request.object
    await addDomain(tx, writing, { departmentId, domain })
  },

  'domain.remove': (tx, writing, request) =>
    removeDomain(tx, writing, z.object({ domain: z.string() }).parse(request.input)),

  'address.reassign': async (tx, writing, request) => {
    const { objectId: targetId } = request.object
    const message = 'Who asked for it can make the person, post or list with that address now.'
    if (targetId === undefined) throw new Refusal('invalid', { message })
    const { address, kind } = alias.omit({ targetId: true }).parse(request.input)
    await addAlias(tx, writing, { address, kind, targetId })
  },

  'policy.lower': weaken,
  'audit.change-settings': weaken,

  'person.reactivate': (tx, writing, request) =>
    setPersonState(tx, writing, { personId: personIdOf(request), ...state.parse(request.input) }),
}

/** As the writer put it into its question; a policy withdrawn has no value. */
function jsonOf(value: string | undefined): unknown {
  return value === undefined ? undefined : (JSON.parse(value) as unknown)
}
