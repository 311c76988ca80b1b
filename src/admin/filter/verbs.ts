/** Scripts of an account (RFC 5228), by its owner or holder alone. */
import { z } from 'zod'
import {
  putFilter,
  putInForce,
  removeFilter,
  renameFilter,
} from '../../directory/write/set-filter.ts'
import { scriptOctetsMax } from '../../sieve/limits.ts'
import { account, changingAccount } from '../account-verb.ts'
import { exampleId, id, ref, text } from '../fields.ts'
import { notFound, ownOrInCare } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { listing, reading, type Verb } from '../verb.ts'

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

const put = changingAccount({
  id: 'filters.put',
  method: 'PUT',
  path: 'filters/{name}',
  act: 'filter.set-own',
  summary: 'Keeps a script, checked whole; what is in force is in force with its new text.',
  bodyOctetsMax,
  fields: z.object({ name, script: z.string('The script is missing.').max(bodyOctetsMax) }),
  change:
    ({ writing }, accountId, { name: called, script }) =>
    (tx) =>
      putFilter(tx, writing, { accountId, name: called, script }),
})

const force = changingAccount({
  id: 'filters.put-in-force',
  method: 'PUT',
  path: 'filter-in-force',
  act: ['filter.set-own', 'filter.remove-own'],
  summary: 'Puts a script in force in the place of the one before; without a name none is.',
  fields: z.object({ name: text('The name of the script').optional() }),
  change:
    ({ writing }, accountId, { name: called }) =>
    (tx) =>
      putInForce(tx, writing, { accountId, name: called }),
})

const rename = changingAccount({
  id: 'filters.rename',
  path: 'filters/{name}/rename',
  act: 'filter.set-own',
  summary: 'Gives a script another name.',
  fields: z.object({ name, to: text('The new name (--to)') }),
  change:
    ({ writing }, accountId, { name: called, to }) =>
    (tx) =>
      renameFilter(tx, writing, { accountId, name: called, to }),
})

const remove = changingAccount({
  id: 'filters.remove',
  method: 'DELETE',
  path: 'filters/{name}',
  act: 'filter.remove-own',
  summary: 'Removes a script that is not in force.',
  fields: z.object({ name }),
  change:
    ({ writing }, accountId, { name: called }) =>
    (tx) =>
      removeFilter(tx, writing, { accountId, name: called }),
})

export const filterVerbs: readonly Verb[] = [list, get, put, force, rename, remove]
