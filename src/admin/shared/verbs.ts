/** Shared mailboxes and who may do what in them (RFC 4314 §2.1). */
import { z } from 'zod'
import { createShared } from '../../directory/write/create-shared.ts'
import { removeSharedMember } from '../../directory/write/remove-shared-member.ts'
import { setSharedMember } from '../../directory/write/set-shared-member.ts'
import type { SharedMailbox } from '../../directory/types.ts'
import { address, exampleId, id, madeId, namesFields, namesOf, ref, text } from '../fields.ts'
import { codeOf, getDepartment, getPerson, getShared } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, reading, type Verb, write } from '../verb.ts'

/** Reading, filing, answering; not administering. */
const rightsInitially = 'lrswipkxte'

const shared = z.strictObject({
  id,
  address: z.string(),
  name: z.string(),
  nameZh: z.string(),
  department: z.string(),
  members: z.array(z.strictObject({ id, address: z.string(), rights: z.string() })),
})
const example = {
  id: exampleId,
  address: 'works@td.example',
  name: 'Road works',
  nameZh: '道路工程',
  department: 'TD',
  members: [{ id: exampleId, address: 'chan.tai.man@td.example', rights: rightsInitially }],
}
const which = ref('The shared mailbox')

const list = listing({
  id: 'shared-mailboxes.list',
  path: '/shared-mailboxes',
  act: 'directory.read',
  summary: 'Mailboxes that several people read, and what each may do.',
  input: z.object({}),
  item: shared,
  example,
  run: async (ports) => ports.directory.sharedMailboxes().map((one) => viewOf(ports, one)),
})

const get = reading({
  id: 'shared-mailboxes.get',
  path: '/shared-mailboxes/{shared}',
  act: 'directory.read',
  summary: 'One shared mailbox, by id or address.',
  input: z.object({ shared: which }),
  output: shared,
  example,
  run: async (ports, input) => viewOf(ports, getShared(ports.directory, input.shared)),
})

const create = changing({
  id: 'shared-mailboxes.create',
  path: '/shared-mailboxes',
  act: 'shared.create',
  summary: 'Makes a shared mailbox. Nobody reads it yet.',
  status: 201,
  input: z.object({
    address: address(),
    department: text('The department (--department)'),
    ...namesFields,
  }),
  output: madeId,
  example: { id: exampleId },
  run: async (ports, input) => {
    const departmentId = getDepartment(ports.directory, input.department).id
    const wanted = { departmentId, address: input.address, names: namesOf(input) }
    return { id: await write(ports, (tx) => createShared(tx, ports.writing, wanted)) }
  },
})

const setMember = changing({
  id: 'shared-mailboxes.set-member',
  method: 'PUT',
  path: '/shared-mailboxes/{shared}/members/{person}',
  act: 'shared.add-member',
  summary: 'Says what a person may do in a shared mailbox, as letters of RFC 4314.',
  input: z.object({
    shared: which,
    person: ref('The person'),
    rights: z.string().max(32).default(rightsInitially),
  }),
  output: shared,
  example,
  run: async (ports, input) => {
    const sharedId = getShared(ports.directory, input.shared).id
    const personId = getPerson(ports.directory, input.person).id
    const { rights } = input
    await write(ports, (tx) => setSharedMember(tx, ports.writing, { sharedId, personId, rights }))
    return viewOf(ports, getShared(ports.directory, sharedId))
  },
})

const removeMember = changing({
  id: 'shared-mailboxes.remove-member',
  method: 'DELETE',
  path: '/shared-mailboxes/{shared}/members/{person}',
  act: 'shared.remove-member',
  summary: 'Ends what a person may do in a shared mailbox.',
  input: z.object({ shared: which, person: ref('The person') }),
  output: shared,
  example,
  run: async (ports, input) => {
    const sharedId = getShared(ports.directory, input.shared).id
    const personId = getPerson(ports.directory, input.person).id
    await write(ports, (tx) => removeSharedMember(tx, ports.writing, { sharedId, personId }))
    return viewOf(ports, getShared(ports.directory, sharedId))
  },
})

function viewOf(ports: AdminPorts, one: SharedMailbox): z.input<typeof shared> {
  return {
    id: one.id,
    address: one.address,
    name: one.names.en,
    nameZh: one.names.zh,
    department: codeOf(ports, one.departmentId),
    members: one.members.map(({ personId, rights }) => ({
      id: personId,
      address: ports.nameOf.person(personId),
      rights,
    })),
  }
}

export const sharedVerbs: readonly Verb[] = [list, get, create, setMember, removeMember]
