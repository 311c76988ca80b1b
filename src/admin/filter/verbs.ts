/** Scripts of an account (RFC 5228), by its owner or holder alone. */
import { z } from 'zod'
import {
  putFilter,
  putInForce,
  removeFilter,
  renameFilter,
} from '../../directory/write/set-filter.ts'
import { scriptOctetsMax } from '../../sieve/limits.ts'
import { done, exampleId, id, ref, text } from '../fields.ts'
import { notFound, ownOrInCare } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, reading, type Verb, write } from '../verb.ts'

const account = ref('The account')
const name = ref('The name of the script')
/** With room for what JSON makes of its characters. */
const bodyOctetsMax = 4 * scriptOctetsMax

/** What somebody does with his mail is his business alone: not his department's either. */
function filtersOf(ports: AdminPorts, wanted: string) {
  const { accountId, departmentId } = ownOrInCare(ports, wanted)
  ports.caller.gate.permit('filter.read-own', { accountId, departmentId })
  return ports.directory.filtersOf(accountId)
}

const list = listing({
  id: 'filters.list',
  path: '/accounts/{account}/filters',
  act: 'filter.read-own',
  summary: 'The scripts of one’s own account or post, without their text.',
  input: z.object({ account }),
  item: z.strictObject({ id, name: z.string(), octets: z.int(), isInForce: z.boolean() }),
  example: { id: exampleId, name: 'holiday', octets: 120, isInForce: true },
  run: async (ports, input) => {
    return filtersOf(ports, input.account).map(
      ({ id: filterId, name: called, script, isInForce }) => ({
        id: filterId,
        name: called,
        octets: Buffer.byteLength(script),
        isInForce,
      }),
    )
  },
})

const get = reading({
  id: 'filters.get',
  path: '/accounts/{account}/filters/{name}',
  act: 'filter.read-own',
  summary: 'A script as it was written.',
  input: z.object({ account, name }),
  output: z.strictObject({ script: z.string() }),
  example: { script: 'keep;' },
  run: async (ports, input) => {
    const found = filtersOf(ports, input.account).find((one) => one.name === input.name)
    if (found === undefined) throw notFound('name', 'There is no script of that name.')
    return { script: found.script }
  },
})

const put = changing({
  id: 'filters.put',
  method: 'PUT',
  path: '/accounts/{account}/filters/{name}',
  act: 'filter.set-own',
  summary: 'Keeps a script, checked whole; what is in force is in force with its new text.',
  bodyOctetsMax,
  input: z.object({ account, name, script: z.string('The script is missing.').max(bodyOctetsMax) }),
  output: done,
  example: {},
  run: async (ports, input) => {
    const { accountId } = ownOrInCare(ports, input.account)
    const wanted = { accountId, name: input.name, script: input.script }
    await write(ports, (tx) => putFilter(tx, ports.writing, wanted))
    return {}
  },
})

const force = changing({
  id: 'filters.put-in-force',
  method: 'PUT',
  path: '/accounts/{account}/filter-in-force',
  act: ['filter.set-own', 'filter.remove-own'],
  summary: 'Puts a script in force in the place of the one before; without a name none is.',
  input: z.object({ account, name: text('The name of the script').optional() }),
  output: done,
  example: {},
  run: async (ports, input) => {
    const { accountId } = ownOrInCare(ports, input.account)
    await write(ports, (tx) => putInForce(tx, ports.writing, { accountId, name: input.name }))
    return {}
  },
})

const rename = changing({
  id: 'filters.rename',
  path: '/accounts/{account}/filters/{name}/rename',
  act: 'filter.set-own',
  summary: 'Gives a script another name.',
  input: z.object({ account, name, to: text('The new name (--to)') }),
  output: done,
  example: {},
  run: async (ports, input) => {
    const { accountId } = ownOrInCare(ports, input.account)
    const wanted = { accountId, name: input.name, to: input.to }
    await write(ports, (tx) => renameFilter(tx, ports.writing, wanted))
    return {}
  },
})

const remove = changing({
  id: 'filters.remove',
  method: 'DELETE',
  path: '/accounts/{account}/filters/{name}',
  act: 'filter.remove-own',
  summary: 'Removes a script that is not in force.',
  input: z.object({ account, name }),
  output: done,
  example: {},
  run: async (ports, input) => {
    const { accountId } = ownOrInCare(ports, input.account)
    await write(ports, (tx) => removeFilter(tx, ports.writing, { accountId, name: input.name }))
    return {}
  },
})

export const filterVerbs: readonly Verb[] = [list, get, put, force, rename, remove]
