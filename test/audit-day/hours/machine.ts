/** The machine itself: first roles by its operator, keys, queue, backup, stop and start. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Person } from '../../support/platform.ts'
import { until } from '../../support/until.ts'
import { operator, signedIn, type Day } from '../day.ts'
import { isDone } from './desk.ts'

const queuedMs = 20_000

/** While it is a demo, who has the machine gives the first roles. */
export async function giveRole(day: Day, person: Person, granted: string, code?: string) {
  const { address } = person
  const scope = code === undefined ? [] : ['--for', code]
  const of = { toPrincipalId: address, granted, ...(code !== undefined && { departmentId: code }) }
  await day.act(
    `the operator makes ${address} ${granted}`,
    () => day.command('role', 'grant', address, granted, ...scope),
    { kind: 'role', event: 'grant', principalId: operator, ...of },
  )
}

export async function rotateKeys(day: Day, central: Person): Promise<void> {
  const byOperator = { kind: 'key', principalId: operator, keyId: 'master' } as const
  await day.act(
    'the operator rotates the master key',
    () => day.command('key', 'rotate', 'master'),
    { ...byOperator, event: 'master.rotation-begun' },
    { ...byOperator, event: 'master.rotation-ended', result: 'done' },
  )
  const by = { principalId: central.address, role: 'central-administrator' }
  const fact = { kind: 'key', ...by, keyId: 'PIO' } as const
  const path = 'keys/departments/PIO/rotation'
  await day.act(
    'a new key for a department',
    async () => isDone(await day.call(central, path, { method: 'POST', body: {} })),
    { ...fact, event: 'department.rotation-begun' },
    { ...fact, event: 'department.rotation-ended', result: 'done' },
  )
}

/** Mail that waits for a way out is taken out by hand. */
export async function emptyQueue(day: Day, sender: Person, central: Person): Promise<void> {
  const mail = { from: sender.address, to: 'who@far.example', subject: 'Out' }
  const fact = signedIn('smtp', 'PLAIN', sender.address)
  await day.act('mail for elsewhere', () => day.submit(sender, mail), fact)
  const messageId = await until('mail to wait', queuedMs, async () => {
    const { body } = await day.call(central, 'queue')
    return /"messageId":"([0-9a-f-]{36})"/.exec(JSON.stringify(body))?.[1]
  })
  const act = 'queue.remove'
  await day.act(
    'it is taken out of the queue',
    async () =>
      isDone(
        await day.call(central, 'queue/cancel', { method: 'POST', body: { message: messageId } }),
      ),
    { kind: 'privilege', principalId: central.address, act, objectId: messageId },
  )
  await day.act('nothing waits', async () => {
    const { body } = await day.call(central, 'queue')
    assert.deepEqual(body['items'], [])
  })
}

/** Beside the running node, with a chain of its own. */
export async function backUp(day: Day, nodeId: string): Promise<void> {
  const file = join(day.platform.folder, `backup-${day.acts}`)
  const node = { kind: 'node', nodeId: `${nodeId}.recovery` } as const
  const backup = { kind: 'backup', event: 'make' } as const
  await day.act(
    'a backup is made',
    () => day.command('backup', file),
    { ...node, event: 'start' },
    { ...backup, stage: 'begun' },
    { ...backup, stage: 'ended', result: 'done' },
    { ...node, event: 'stop' },
  )
}

export async function restart(day: Day, nodeId: string): Promise<void> {
  const node = { kind: 'node', nodeId } as const
  await day.act('the node is stopped', () => day.platform.stop(), { ...node, event: 'stop' })
  await day.act(
    'the node is started',
    () => day.platform.start(),
    { ...node, event: 'start' },
    signedIn('admin', 'local', operator),
  )
}
