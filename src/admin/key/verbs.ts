/**
 * Rotation of keys. It takes its time and is no transaction: an entry says that it began, one how it
 * ended. What was interrupted goes on when it is asked for again. Architecture D3.
 */
import { z } from 'zod'
import type { AskedOfDirectory } from '../../directory/write/writing.ts'
import { ref } from '../fields.ts'
import { getDepartment } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { getAccount } from '../quota/verbs.ts'
import { changing, type Verb, write } from '../verb.ts'

const rewrapped = z.strictObject({
  /** Keys that are wrapped under the new one now. */
  rewrapped: z.int(),
})

const master = changing({
  id: 'keys.rotate-master',
  path: '/keys/master/rotation',
  act: 'key.rotate',
  summary: 'Wraps all keys of the platform and of departments under the present master key.',
  input: z.object({}),
  output: rewrapped,
  example: { rewrapped: 41 },
  hasProgress: true,
  run: (ports) =>
    rotate(ports, { what: 'master', keyId: 'master', object: {} }, () =>
      ports.writing.keys.rotation.rotateMaster(ports.onProgress),
    ),
})

const department = changing({
  id: 'keys.rotate-department',
  path: '/keys/departments/{department}/rotation',
  act: 'key.rotate',
  summary: 'Makes a new key for a department and wraps the keys of its accounts under it.',
  input: z.object({ department: ref('The department') }),
  output: rewrapped,
  example: { rewrapped: 1_512 },
  hasProgress: true,
  run: (ports, input) => {
    const { id } = getDepartment(ports.directory, input.department)
    const object = { departmentId: id }
    return rotate(ports, { what: 'department', keyId: id, object }, () =>
      ports.writing.keys.rotation.rotateDepartment(id, ports.onProgress),
    )
  },
})

const account = changing({
  id: 'keys.rotate-account',
  path: '/keys/accounts/{address}/rotation',
  act: 'key.rotate',
  summary: 'Makes a new key for one account and wraps the keys of its months under it.',
  input: z.object({ address: ref('The address') }),
  output: rewrapped,
  example: { rewrapped: 14 },
  run: (ports, input) => {
    const object = getAccount(ports, input.address)
    return rotate(ports, { what: 'account', keyId: object.accountId, object }, () =>
      ports.writing.keys.rotation.rotateAccount(object.accountId),
    )
  },
})

interface Rotation {
  readonly what: 'master' | 'department' | 'account'
  /** Whose key it is. */
  readonly keyId: string
  readonly object: AskedOfDirectory['object']
}

async function rotate(
  ports: AdminPorts,
  { what, keyId, object }: Rotation,
  work: () => Promise<number>,
): Promise<z.input<typeof rewrapped>> {
  const { writing, audit } = ports
  const asked = { act: 'key.rotate', object, input: { what, keyId } } as const
  const entry = await write(ports, async (tx) => {
    const granted = await writing.requireGrant(tx, asked)
    const said = { kind: 'key', keyId, ...writing.actor, ...granted } as const
    await audit.record(tx, { ...said, event: `${what}.rotation-begun` })
    return said
  })
  const event = `${what}.rotation-ended`
  try {
    const done = await work()
    await audit.recordAlone({ ...entry, event, result: 'done' })
    return { rewrapped: done }
  } catch (error) {
    await audit.recordAlone({ ...entry, event, result: 'failed' })
    throw error
  }
}

export const keyVerbs: readonly Verb[] = [master, department, account]
