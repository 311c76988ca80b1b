/** Sessions at the admin API that end: one's own, and another's by the help desk. */
import assert from 'node:assert/strict'
import type { Person } from '../../support/platform.ts'
import type { Day } from '../day.ts'
import { isDone } from './desk.ts'

export async function signOut(day: Day, person: Person): Promise<void> {
  const { address: principalId } = person
  const own = { kind: 'administration', act: 'session.end-own' } as const
  await day.act(
    `${principalId} signs out`,
    async () => isDone(await day.call(person, 'sessions/current', { method: 'DELETE' })),
    { ...own, principalId, objectId: `session of ${principalId}` },
  )
}

export async function endForAnother(day: Day, helpDesk: Person, person: Person): Promise<void> {
  const { address: ofPrincipalId } = person
  const { address: principalId } = helpDesk
  const path = `people/${ofPrincipalId}/sessions`
  const { body } = isDone(await day.call(helpDesk, path))
  const id = /"id":"([0-9a-f-]{36})"/.exec(JSON.stringify(body))?.[1]
  assert.ok(id, 'he has a session')
  await day.act(
    `${principalId} ends the session of ${ofPrincipalId}`,
    async () => isDone(await day.call(helpDesk, `${path}/${id}`, { method: 'DELETE' })),
    { kind: 'session-ended', principalId, ofPrincipalId, cause: 'administrator' },
  )
}
