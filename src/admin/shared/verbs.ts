/** Shared mailboxes and who may do what in them (RFC 4314 §2.1). */
import { z } from 'zod'
import { createShared } from '../../directory/write/create-shared.ts'
import { removeSharedMember } from '../../directory/write/remove-shared-member.ts'
import { setSharedMember } from '../../directory/write/set-shared-member.ts'
import { address, namesFields, namesOf, nothing, text } from '../fields.ts'
import { codeOf, getDepartment, getPerson, getShared } from '../find.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

/** Reading, filing, answering; not administering. */
const rightsInitially = 'lrswipkxte'

const create = changing({
  path: 'shared/create',
  act: 'directory.write',
  input: z.object({
    address: address(),
    department: text('The department (--department)'),
    ...namesFields,
  }),
  run: async (ports, input) => {
    const departmentId = getDepartment(ports.directory, input.department).id
    const shared = { departmentId, address: input.address, names: namesOf(input) }
    return { id: await write(ports, (tx) => createShared(tx, ports.writing, shared)) }
  },
})

const setMember = changing({
  path: 'shared/set-member',
  act: 'directory.write',
  input: z.object({
    address: address('The shared mailbox'),
    person: address('The person'),
    rights: z.string().default(rightsInitially),
  }),
  run: async (ports, input) => {
    const sharedId = getShared(ports.directory, input.address).id
    const personId = getPerson(ports.directory, input.person).id
    const { rights } = input
    await write(ports, (tx) => setSharedMember(tx, ports.writing, { sharedId, personId, rights }))
    return { id: sharedId }
  },
})

const removeMember = changing({
  path: 'shared/remove-member',
  act: 'directory.write',
  input: z.object({ address: address('The shared mailbox'), person: address('The person') }),
  run: async (ports, input) => {
    const sharedId = getShared(ports.directory, input.address).id
    const personId = getPerson(ports.directory, input.person).id
    await write(ports, (tx) => removeSharedMember(tx, ports.writing, { sharedId, personId }))
    return { id: sharedId }
  },
})

const list = reading({
  path: 'shared/list',
  act: 'directory.read',
  input: nothing,
  run: async ({ directory }) =>
    directory.sharedMailboxes().map((shared) => ({
      id: shared.id,
      address: shared.address,
      name: shared.names.en,
      nameZh: shared.names.zh,
      department: codeOf(directory, shared.departmentId),
      members: shared.members.map(({ personId, rights }) => ({
        address: directory.person(personId)?.address ?? '',
        rights,
      })),
    })),
})

export const sharedVerbs: readonly Verb[] = [create, setMember, removeMember, list]
