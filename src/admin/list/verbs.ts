/** Distribution lists: make, members, who may post, list. */
import { z } from 'zod'
import { addListMember } from '../../directory/write/add-list-member.ts'
import { createList } from '../../directory/write/create-list.ts'
import { removeListMember } from '../../directory/write/remove-list-member.ts'
import { setListPolicy } from '../../directory/write/set-list-policy.ts'
import { address, namesFields, namesOf, nothing, text } from '../fields.ts'
import { codeOf, getDepartment, getList } from '../find.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

const posting = z.enum(['anyone', 'internal', 'members', 'moderated'], {
  error: 'Who may post (--posting) is anyone, internal, members or moderated.',
})

const create = changing({
  path: 'list/create',
  act: 'directory.write',
  input: z.object({
    address: address(),
    department: text('The department (--department)'),
    ...namesFields,
    posting: posting.default('internal'),
    owner: address('The owner (--owner)'),
    members: z.array(z.string()).default([]),
  }),
  run: async (ports, input) => {
    const departmentId = getDepartment(ports.directory, input.department).id
    const { address, posting, owner: ownerAddress, members } = input
    const wanted = { departmentId, address, names: namesOf(input), posting, ownerAddress }
    const id = await write(ports, async (tx) => {
      const listId = await createList(tx, ports.writing, wanted)
      for (const member of members)
        await addListMember(tx, ports.writing, { listId, address: member })
      return listId
    })
    return { id }
  },
})

const memberFields = z.object({
  list: address('The list'),
  members: z.array(z.string()).min(1, 'Name at least one member.'),
})

const addMember = changing({
  path: 'list/add-member',
  act: 'directory.write',
  input: memberFields,
  run: async (ports, { list, members }) => {
    const listId = getList(ports.directory, list).id
    await write(ports, async (tx) => {
      for (const address of members) await addListMember(tx, ports.writing, { listId, address })
    })
    return { id: listId }
  },
})

const removeMember = changing({
  path: 'list/remove-member',
  act: 'directory.write',
  input: memberFields,
  run: async (ports, { list, members }) => {
    const listId = getList(ports.directory, list).id
    await write(ports, async (tx) => {
      for (const address of members) await removeListMember(tx, ports.writing, { listId, address })
    })
    return { id: listId }
  },
})

const setPolicy = changing({
  path: 'list/set-policy',
  act: 'directory.write',
  input: z.object({
    list: address('The list'),
    posting: posting.optional(),
    owner: z.string().optional(),
  }),
  run: async (ports, { list, posting, owner }) => {
    const listId = getList(ports.directory, list).id
    await write(ports, (tx) =>
      setListPolicy(tx, ports.writing, {
        listId,
        ...(posting === undefined ? {} : { posting }),
        ...(owner === undefined ? {} : { ownerAddress: owner }),
      }),
    )
    return { id: listId }
  },
})

const list = reading({
  path: 'list/list',
  act: 'directory.read',
  input: nothing,
  run: async ({ directory }) =>
    directory.lists().map((one) => ({
      id: one.id,
      address: one.address,
      name: one.names.en,
      nameZh: one.names.zh,
      department: codeOf(directory, one.departmentId),
      posting: one.posting,
      owner: one.ownerAddress,
      members: one.members,
    })),
})

export const listVerbs: readonly Verb[] = [create, addMember, removeMember, setPolicy, list]
