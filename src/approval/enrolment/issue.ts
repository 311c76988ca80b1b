/**
 * Gives a person the right to choose a password, at the yes of a second officer. The code has two
 * halves: who asked has shown the first, who said the last yes is shown the second, each hands his
 * over himself. One half opens nothing, and nobody but the person has both.
 */
import assert from 'node:assert/strict'
import type { LedgerWriter } from '../../access/ledger/types.ts'
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { getRow } from '../../directory/write/shelf.ts'
import { newHalf } from '../code.ts'
import type { ExecutedFacts } from '../execute.ts'
import { personIdOf } from '../executors/object.ts'
import type { ApprovedWriting } from '../opened-mail/open-mail.ts'
import type { Parts } from '../parts.ts'
import { addRow, changeRow, findRow, lockFeeds } from '../rows.ts'
import type { ApprovalRequest } from '../types.ts'
import { enrolmentLivesMs } from './limits.ts'

export interface IssuePorts {
  readonly parts: Parts
  readonly ledger: LedgerWriter
}

/** The same question as of him who sets a password: see `access/write/credential-writing.ts`. */
export async function askForReset(
  tx: Tx,
  writing: ApprovedWriting,
  personId: string,
): Promise<{ readonly departmentId: string; readonly accountId: string | undefined }> {
  const { departmentId, accountId, state } = await getRow(tx, writing, 'person', personId)
  if (state === 'left') throw new Refusal('invalid', { message: 'This person has left.' })
  const act = 'password.reset-for-another'
  await writing.requireGrant(tx, { act, object: { departmentId, personId }, input: {} })
  return { departmentId, accountId }
}

export async function issueEnrolment(
  tx: Tx,
  { parts, ledger }: IssuePorts,
  writing: ApprovedWriting,
  request: ApprovalRequest,
): Promise<ExecutedFacts> {
  const personId = personIdOf(request)
  const { departmentId, accountId } = await askForReset(tx, writing, personId)
  const last = request.voices.at(-1)
  assert(last !== undefined && request.firstHalf !== undefined, 'two people stand behind a code')
  await lockFeeds(tx)
  await endEnrolments(tx, parts, personId)
  const second = newHalf(parts.keys)
  const issuedAt = parts.clock.now()
  const expiresAt = issuedAt + enrolmentLivesMs
  const content = {
    personId,
    approvalId: request.id,
    issuedBy: request.requesterId,
    approvedBy: last.by,
    issuedAt,
    expiresAt,
    halves: [request.firstHalf, second.hash],
    failures: 0,
  } as const
  const id = newId(parts.clock)
  const row = { id, departmentId, parentId: personId, accountId, lookup: undefined, content }
  await addRow(tx, parts.keys, 'enrolment', row)
  const { actor } = writing
  const event = 'reset'
  const entry = {
    kind: 'credential',
    event,
    credential: 'password',
    ofPrincipalId: personId,
  } as const
  const basis = { role: request.requesterRole, approvalId: request.id }
  await parts.audit.record(tx, { ...entry, ...actor, ...basis })
  if (accountId !== undefined)
    await ledger.write(tx, accountId, {
      byId: request.requesterId,
      what: 'credential-reset',
      basis: request.requesterRole,
      approvalId: request.id,
      approvedBy: request.voices.map(({ by }) => by),
    })
  return { 'second half of the code': second.shown, until: new Date(expiresAt).toISOString() }
}

/** A new code ends the one before. */
async function endEnrolments(tx: Tx, parts: Parts, personId: string): Promise<void> {
  for (const { id, content } of parts.memory.list('enrolment')) {
    if (content.personId !== personId) continue
    const row = await findRow(tx, parts.keys, 'enrolment', { id }, parts.onAlarm)
    if (row !== undefined)
      await changeRow(tx, parts.keys, 'enrolment', { ...row, state: 'deleted' }, undefined)
  }
}
