/**
 * Uses up an approval in the transaction of its act: exactly this act, on this object, with this
 * input, by who asked for it; once. Whatever the door, this is where it is decided.
 */
import type { ApprovalAsked } from '../access/types.ts'
import { newId, type PrincipalId } from '../base/id.ts'
import type { Tx } from '../db/types.ts'
import { asExecuted } from './machine.ts'
import { NeedsApproval } from './needs-approval.ts'
import { findBelieved, lookupOf, requestOf, type Parts } from './parts.ts'
import { recordApproval } from './record.ts'
import { afterwardsOf, approverWords, isHandedOver } from './rule.ts'
import { changeRow, lockFeeds, type ApprovalRow } from './rows.ts'
import { stateAt } from './state.ts'

/** @returns the id of the approval. @throws Refusal('needs-approval') that says what it waits for. */
export async function consume(tx: Tx, parts: Parts, asked: ApprovalAsked): Promise<string> {
  const rehearsal = parts.rehearsing.get(tx)
  if (rehearsal !== undefined) {
    rehearsal.push(asked)
    return newId(parts.clock)
  }
  await lockFeeds(tx)
  const lookup = lookupOf(parts, asked.actorId, asked.inputDigest)
  const row = await findBelieved(tx, parts, 'approval', { lookup })
  if (row === undefined) throw notAsked(asked)
  requireSame(row, asked)
  const now = parts.clock.now()
  const state = stateAt(row.content, now)
  if (state === 'waiting') throw waiting(asked, row)
  if (state !== 'approved') throw notAsked(asked)
  // What goes to somebody else than who asked is done by the platform when the last yes comes.
  if (isHandedOver(asked.act) && !parts.executing.has(tx)) throw notAsked(asked)
  if (!(await markUsed(tx, parts, row.id, now))) throw notAsked(asked)
  const content = asExecuted(row.content, now)
  await changeRow(tx, parts.keys, 'approval', { ...row, content }, undefined)
  await recordApproval(tx, parts, 'execute', requestOf({ ...row, content }, now), {
    principalId: asked.actorId,
  })
  if (afterwardsOf(asked.act).isLoud === true)
    await parts.audit.record(tx, { kind: 'alarm', what: asked.act, objectId: row.id })
  return row.id
}

/** The look-up value is keyed and under the MAC; this is the second lock on the same door. */
function requireSame({ content }: ApprovalRow<'approval'>, asked: ApprovalAsked): void {
  const { act, digest, requesterId } = content
  const isSame = act === asked.act && digest === asked.inputDigest && requesterId === asked.actorId
  if (!isSame) throw notAsked(asked)
}

/** A row of its own besides the state: there is never a second one. */
async function markUsed(tx: Tx, parts: Parts, id: PrincipalId, now: number): Promise<boolean> {
  const mac = parts.keys.authority.mac('approval_use', [id, now])
  const inserted = await tx.execute({
    name: 'approval.mark-used',
    text: `INSERT INTO approval_use (approval_id, used_at, mac) VALUES ($1, $2, $3)
      ON CONFLICT (approval_id) DO NOTHING`,
    values: [id, now, mac],
  })
  if (inserted === 1) return true
  parts.onAlarm({ what: 'approval-used-twice', table: 'approval_use', rowId: id })
  return false
}

function waiting(asked: ApprovalAsked, row: ApprovalRow<'approval'>): NeedsApproval {
  const until = new Date(row.content.expiresAt).toISOString()
  const message = `Waiting for approval by ${approverWords(asked.rule)} until ${until}.`
  return new NeedsApproval(asked, { approvalId: row.id, state: 'waiting', until, message })
}

function notAsked(asked: ApprovalAsked): NeedsApproval {
  const who = approverWords(asked.rule)
  const message = `This needs the approval of ${who}, because ${asked.rule.why}. Give a reason to ask for it.`
  return new NeedsApproval(asked, { message })
}
