/** Aliases, and the question where an address leads. */
import { z } from 'zod'
import { addAlias } from '../../directory/write/add-alias.ts'
import { removeAlias } from '../../directory/write/remove-alias.ts'
import { address } from '../fields.ts'
import { codeOf, getTarget } from '../find.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

const add = changing({
  path: 'address/add',
  act: 'directory.write',
  input: z.object({
    address: address('The new address'),
    target: address('Whose it becomes (--for)'),
  }),
  run: async (ports, input) => {
    const { kind, id: targetId } = getTarget(ports.directory, input.target)
    const alias = { address: input.address, kind, targetId }
    return { address: await write(ports, (tx) => addAlias(tx, ports.writing, alias)) }
  },
})

const remove = changing({
  path: 'address/remove',
  act: 'directory.write',
  input: z.object({ address: address() }),
  run: async (ports, input) => {
    await write(ports, (tx) => removeAlias(tx, ports.writing, { address: input.address }))
    return {}
  },
})

const find = reading({
  path: 'address/find',
  act: 'directory.read',
  input: z.object({ address: address() }),
  run: async ({ directory }, input) => {
    const { kind, id } = getTarget(directory, input.address)
    const destination = directory.findAddress(input.address)
    const isList = destination?.kind === 'list'
    const departmentId = isList ? destination.list.departmentId : destination?.departmentId
    return {
      kind,
      id,
      address: isList ? destination.list.address : (destination?.address ?? ''),
      department: codeOf(directory, departmentId ?? ''),
      isSuspended: destination?.kind === 'account' && destination.isSuspended,
    }
  },
})

export const addressVerbs: readonly Verb[] = [add, remove, find]
