/** Room: what an account and a department hold, and how much they may. RFC 9208. */
import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { setAccountQuota } from '../../directory/write/set-account-quota.ts'
import { setDepartmentLimit } from '../../directory/write/set-department-limit.ts'
import { ref } from '../fields.ts'
import { getDepartment } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

const room = z.strictObject({
  usedOctets: z.int(),
  usedMessages: z.int(),
  limitOctets: z.int().nullable(),
  limitMessages: z.int().nullable(),
})
const example = {
  usedOctets: 1_834_221_905,
  usedMessages: 40_112,
  limitOctets: 5_000_000_000,
  limitMessages: null,
}
const limit = (what: string) =>
  z
    .int(`${what} is a whole number, or null for none.`)
    .min(1, `${what} is above zero, or null for none.`)
    .nullable()
const limits = {
  limitOctets: limit('The limit of octets'),
  limitMessages: limit('The limit of messages'),
}
const which = { address: ref('The address') }
const department = { department: ref('The department') }

const get = reading({
  id: 'quotas.get',
  path: '/quotas/{address}',
  act: 'directory.read',
  summary: 'What a person, post or shared mailbox holds, and how much it may.',
  input: z.object(which),
  output: room,
  example,
  run: async (ports, { address }) => roomOf(ports, getAccount(ports, address).accountId),
})

const set = changing({
  id: 'quotas.set',
  method: 'PUT',
  path: '/quotas/{address}',
  act: 'quota.set',
  summary: 'Sets how much a person, post or shared mailbox may hold.',
  input: z.object({ ...which, ...limits }),
  output: room,
  example,
  run: async (ports, { address, limitOctets, limitMessages }) => {
    const account = getAccount(ports, address)
    const wanted = { ...account, ...withoutNull({ limitOctets, limitMessages }) }
    await write(ports, (tx) => setAccountQuota(tx, ports.writing, wanted))
    return roomOf(ports, account.accountId)
  },
})

const getOfDepartment = reading({
  id: 'departments.get-quota',
  path: '/departments/{department}/quota',
  act: 'directory.read',
  summary: 'What all accounts of a department hold together, and how much they may.',
  input: z.object(department),
  output: room,
  example,
  run: async (ports, input) => roomOfDepartment(ports, input.department),
})

const setOfDepartment = changing({
  id: 'departments.set-quota',
  method: 'PUT',
  path: '/departments/{department}/quota',
  act: 'department.set-limit',
  summary: 'Sets how much all accounts of a department may hold together.',
  input: z.object({ ...department, ...limits }),
  output: room,
  example,
  run: async (ports, input) => {
    const { id: departmentId } = getDepartment(ports.directory, input.department)
    const { limitOctets, limitMessages } = input
    const wanted = { departmentId, ...withoutNull({ limitOctets, limitMessages }) }
    await write(ports, (tx) => setDepartmentLimit(tx, ports.writing, wanted))
    return roomOfDepartment(ports, departmentId)
  },
})

interface Limits {
  readonly limitOctets: number | null
  readonly limitMessages: number | null
}

function withoutNull({ limitOctets, limitMessages }: Limits) {
  return { limitOctets: limitOctets ?? undefined, limitMessages: limitMessages ?? undefined }
}

export function getAccount({ directory }: AdminPorts, address: string) {
  const found = directory.findAddress(address.trim())
  if (found?.kind !== 'account') {
    const message = `No person, post or shared mailbox has the address ${address}.`
    throw new Refusal('not-found', { field: 'address', message })
  }
  const { accountId, departmentId } = found
  return { accountId, departmentId }
}

async function roomOf({ room: store }: AdminPorts, accountId: string) {
  const { usedOctets, usedMessages, limitOctets, limitMessages } = await store.quota(accountId)
  return {
    usedOctets,
    usedMessages,
    limitOctets: limitOctets ?? null,
    limitMessages: limitMessages ?? null,
  }
}

async function roomOfDepartment({ directory, room: store }: AdminPorts, code: string) {
  const { id, limitOctets, limitMessages } = getDepartment(directory, code)
  const { octets: usedOctets, messages: usedMessages } = await store.departmentUse(id)
  return {
    usedOctets,
    usedMessages,
    limitOctets: limitOctets ?? null,
    limitMessages: limitMessages ?? null,
  }
}

export const quotaVerbs: readonly Verb[] = [get, set, getOfDepartment, setOfDepartment]
