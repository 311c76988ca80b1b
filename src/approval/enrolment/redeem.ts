/**
 * A person chooses his password with both halves of his code. The same answer for a wrong half, a
 * code that is over and somebody who does not exist. He signs in afterwards as everybody does.
 */
import type { WritingGate } from '../../access/types.ts'
import { setPassword } from '../../access/write/set-password.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { Directory } from '../../directory/types.ts'
import type { Writing } from '../../directory/write/writing.ts'
import { isHalf } from '../code.ts'
import { findBelieved, type Parts } from '../parts.ts'
import { changeRow, lockFeeds, type ApprovalRow } from '../rows.ts'
import { failuresMax } from './limits.ts'

export interface Redeeming {
  readonly address: string
  /** In either order. */
  readonly halves: readonly [string, string]
  readonly password: string
  readonly remoteAddress?: string
}

export interface RedeemPorts {
  readonly parts: Parts
  readonly directory: Directory
  readonly writing: Writing
  readonly gateOf: (personId: string) => WritingGate
}

export async function redeem(ports: RedeemPorts, redeeming: Redeeming): Promise<void> {
  const { parts, directory } = ports
  const person = directory.personByAddress(redeeming.address.trim())
  if (person?.state !== 'active') throw wrong()
  const isRight = await parts.database.transaction(async (tx) => {
    await lockFeeds(tx)
    const row = await findOpen(tx, parts, person.id)
    if (row === undefined) return false
    if (!fits(parts, row, redeeming.halves)) {
      await countFailure(tx, parts, row, redeeming)
      return false
    }
    await choose(tx, ports, row, redeeming)
    return true
  })
  if (!isRight) throw wrong()
}

async function findOpen(
  tx: Tx,
  parts: Parts,
  personId: string,
): Promise<ApprovalRow<'enrolment'> | undefined> {
  const now = parts.clock.now()
  for (const { id, content } of parts.memory.list('enrolment')) {
    if (content.personId !== personId) continue
    const row = await findBelieved(tx, parts, 'enrolment', { id })
    if (row === undefined || row.content.usedAt !== undefined) continue
    if (now < row.content.expiresAt && row.content.failures < failuresMax) return row
  }
  return undefined
}

function fits({ keys }: Parts, { content }: ApprovalRow<'enrolment'>, given: Redeeming['halves']) {
  const [first, second] = content.halves
  const [a, b] = given
  const straight = [isHalf(keys, a, first), isHalf(keys, b, second)]
  const crossed = [isHalf(keys, b, first), isHalf(keys, a, second)]
  return straight.every(Boolean) || crossed.every(Boolean)
}

async function choose(
  tx: Tx,
  { parts, writing, gateOf }: RedeemPorts,
  row: ApprovalRow<'enrolment'>,
  { password, remoteAddress }: Redeeming,
): Promise<void> {
  const { personId } = row.content
  const from = remoteAddress === undefined ? {} : { remoteAddress }
  const himself = {
    ...writing,
    actor: { principalId: personId, ...from },
    requireGrant: gateOf(personId),
  }
  await setPassword(tx, himself, { personId, password })
  const content = { ...row.content, usedAt: parts.clock.now() }
  await changeRow(tx, parts.keys, 'enrolment', { ...row, content }, undefined)
  await record(tx, parts, row, 'enrol', from)
}

async function countFailure(
  tx: Tx,
  parts: Parts,
  row: ApprovalRow<'enrolment'>,
  { remoteAddress }: Redeeming,
): Promise<void> {
  const content = { ...row.content, failures: row.content.failures + 1 }
  await changeRow(tx, parts.keys, 'enrolment', { ...row, content }, undefined)
  await record(tx, parts, row, 'try', remoteAddress === undefined ? {} : { remoteAddress })
}

function record(
  tx: Tx,
  { audit }: Parts,
  { content }: ApprovalRow<'enrolment'>,
  event: 'enrol' | 'try',
  from: { readonly remoteAddress?: string },
): Promise<void> {
  const { personId: ofPrincipalId, approvalId } = content
  const entry = { kind: 'credential', event, credential: 'password', ofPrincipalId } as const
  const result = event === 'try' ? ({ result: 'refused' } as const) : {}
  return audit.record(tx, { ...entry, approvalId, ...from, ...result })
}

function wrong(): Refusal {
  const message = 'The code is not right, or it is over. Ask who gave it to you for a new one.'
  return new Refusal('bad-credentials', { message })
}
