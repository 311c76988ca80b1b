/** Aliases, and the question where an address leads. */
import { z } from 'zod'
import { addAlias } from '../../directory/write/add-alias.ts'
import { removeAlias } from '../../directory/write/remove-alias.ts'
import { address, done, exampleId, id, ref } from '../fields.ts'
import { codeOf, getTarget } from '../find.ts'
import { setPrimary } from './set-primary.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

const kinds = ['person', 'post', 'shared', 'list'] as const

const find = reading({
  id: 'addresses.get',
  path: '/addresses/{address}',
  act: 'directory.read',
  summary: 'Where mail to an address goes.',
  input: z.object({ address: ref('The address') }),
  output: z.strictObject({
    kind: z.enum(kinds),
    id,
    /** The primary address of what it leads to. */
    address: z.string(),
    department: z.string(),
    isSuspended: z.boolean(),
  }),
  example: {
    kind: 'person',
    id: exampleId,
    address: 'chan.tai.man@td.example',
    department: 'TD',
    isSuspended: false,
  },
  run: async (ports, input) => {
    const { directory } = ports
    const { kind, id } = getTarget(directory, input.address)
    const destination = directory.findAddress(input.address)
    const isList = destination?.kind === 'list'
    const departmentId = isList ? destination.list.departmentId : destination?.departmentId
    return {
      kind,
      id,
      address: isList ? destination.list.address : (destination?.address ?? ''),
      department: codeOf(ports, departmentId ?? ''),
      isSuspended: destination?.kind === 'account' && destination.isSuspended,
    }
  },
})

const add = changing({
  id: 'addresses.add',
  path: '/addresses',
  act: 'address.add-alias',
  summary: 'Gives one more address to a person, post, shared mailbox or list.',
  status: 201,
  input: z.object({
    address: address('The new address'),
    target: address('Whose it becomes (--for)'),
  }),
  output: z.strictObject({ address: z.string() }),
  example: { address: 'tm.chan@td.example' },
  run: async (ports, input) => {
    const { kind, id: targetId } = getTarget(ports.directory, input.target)
    const alias = { address: input.address, kind, targetId }
    return { address: await write(ports, (tx) => addAlias(tx, ports.writing, alias)) }
  },
})

const remove = changing({
  id: 'addresses.remove',
  method: 'DELETE',
  path: '/addresses/{address}',
  act: 'address.remove-alias',
  summary: 'Takes an alias away.',
  input: z.object({ address: ref('The address') }),
  output: done,
  example: {},
  run: async (ports, input) => {
    // Another department's alias is nobody's for this caller.
    getTarget(ports.directory, input.address)
    await write(ports, (tx) => removeAlias(tx, ports.writing, { address: input.address }))
    return {}
  },
})

export const addressVerbs: readonly Verb[] = [find, add, remove, setPrimary]
