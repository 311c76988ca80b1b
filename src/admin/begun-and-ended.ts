/**
 * An act that no transaction holds: an entry says that it began, in the transaction in which the gate is
 * asked, and another how it ended. Architecture D11.
 */
import type { Act } from '../access/types.ts'
import type { AskedOfDirectory } from '../directory/write/writing.ts'
import type { AdminPorts } from './ports.ts'
import { write } from './verb.ts'

export async function begunAndEnded<T>(
  ports: AdminPorts,
  act: Act,
  object: AskedOfDirectory['object'],
  work: () => Promise<T>,
): Promise<T> {
  const { writing, audit } = ports
  const { accountId, objectId = accountId, departmentId } = object
  const entry = await write(ports, async (tx) => {
    const granted = await writing.requireGrant(tx, { act, object, input: {} })
    const said = {
      kind: 'privilege',
      ...(objectId === undefined ? {} : { objectId }),
      ...(departmentId === undefined ? {} : { departmentId }),
      ...writing.actor,
      ...granted,
    } as const
    await audit.record(tx, { ...said, act: `${act}-begun` })
    return said
  })
  const end = { ...entry, act: `${act}-ended` } as const
  try {
    const done = await work()
    await audit.recordAlone({ ...end, result: 'done' })
    return done
  } catch (error) {
    await audit.recordAlone({ ...end, result: 'failed' })
    throw error
  }
}
