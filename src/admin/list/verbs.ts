/** Distribution lists: make, members, who may post, list. */
import { z } from 'zod'
import { addListMember } from '../../directory/write/add-list-member.ts'
import { createList } from '../../directory/write/create-list.ts'
import { removeListMember } from '../../directory/write/remove-list-member.ts'
import { setListPolicy } from '../../directory/write/set-list-policy.ts'
import type { DistributionList } from '../../directory/types.ts'
import { address, exampleId, id, madeId, namesFields, namesOf, ref, text } from '../fields.ts'
import { codeOf, getDepartment, getList } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, reading, type Verb, write } from '../verb.ts'

const posting = z.enum(['anyone', 'internal', 'members', 'moderated'], {
  error: 'Who may post (--posting) is anyone, internal, members or moderated.',
})

const list = z.strictObject({
  id,
  address: z.string(),
  name: z.string(),
  nameZh: z.string(),
  department: z.string(),
  posting,
  owner: z.string(),
  members: z.array(z.string()),
})
const example = {
  id: exampleId,
  address: 'all@td.example',
  name: 'Everybody',
  nameZh: '全體人員',
  department: 'TD',
  posting: 'internal',
  owner: 'seo.a2@td.example',
  members: ['chan.tai.man@td.example'],
} as const
const which = ref('The list')
const addresses = z.array(z.string().max(1_024)).max(1_000)

const all = listing({
  id: 'lists.list',
  path: '/lists',
  act: 'directory.read',
  summary: 'Distribution lists with their members.',
  input: z.object({}),
  item: list,
  example: { ...example, members: [...example.members] },
  run: async (ports) => ports.directory.lists().map((one) => viewOf(ports, one)),
})

const get = reading({
  id: 'lists.get',
  path: '/lists/{list}',
  act: 'directory.read',
  summary: 'One distribution list, by id or address.',
  input: z.object({ list: which }),
  output: list,
  example: { ...example, members: [...example.members] },
  run: async (ports, input) => viewOf(ports, getList(ports.directory, input.list)),
})

const create = changing({
  id: 'lists.create',
  path: '/lists',
  act: 'list.create',
  summary: 'Makes a distribution list.',
  status: 201,
  input: z.object({
    address: address(),
    department: text('The department (--department)'),
    ...namesFields,
    posting: posting.default('internal'),
    owner: address('The owner (--owner)'),
    members: addresses.default([]),
  }),
  output: madeId,
  example: { id: exampleId },
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

const change = changing({
  id: 'lists.change',
  method: 'PATCH',
  path: '/lists/{list}',
  act: ['list.set-posting', 'list.set-owner'],
  summary: 'Changes who may post to a list and who owns it.',
  input: z.object({ list: which, posting: posting.optional(), owner: z.string().optional() }),
  output: list,
  example: { ...example, members: [...example.members] },
  current: (ports, input) => viewOf(ports, getList(ports.directory, input.list)),
  run: async (ports, input) => {
    const listId = getList(ports.directory, input.list).id
    const { posting, owner } = input
    await write(ports, (tx) =>
      setListPolicy(tx, ports.writing, {
        listId,
        ...(posting === undefined ? {} : { posting }),
        ...(owner === undefined ? {} : { ownerAddress: owner }),
      }),
    )
    return viewOf(ports, getList(ports.directory, listId))
  },
})

const changeMembers = changing({
  id: 'lists.change-members',
  method: 'PATCH',
  path: '/lists/{list}/members',
  act: ['list.add-member', 'list.remove-member'],
  summary: 'Puts addresses on a list and takes others off, all of them or none.',
  input: z.object({ list: which, add: addresses.default([]), remove: addresses.default([]) }),
  output: list,
  example: { ...example, members: [...example.members] },
  run: async (ports, { list: wanted, add, remove }) => {
    const listId = getList(ports.directory, wanted).id
    await write(ports, async (tx) => {
      for (const address of remove) await removeListMember(tx, ports.writing, { listId, address })
      for (const address of add) await addListMember(tx, ports.writing, { listId, address })
    })
    return viewOf(ports, getList(ports.directory, listId))
  },
})

function viewOf(ports: AdminPorts, one: DistributionList): z.input<typeof list> {
  return {
    id: one.id,
    address: one.address,
    name: one.names.en,
    nameZh: one.names.zh,
    department: codeOf(ports, one.departmentId),
    posting: one.posting,
    owner: one.ownerAddress,
    members: [...one.members],
  }
}

export const listVerbs: readonly Verb[] = [all, get, create, change, changeMembers]
