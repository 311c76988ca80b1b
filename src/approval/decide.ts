/** What becomes of a request by somebody's word: a yes, a no, withdrawn, reviewed. One row each. */
import { roleHas } from '../access/roles.ts'
import { Refusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import { decideVoice } from './decide-voice.ts'
import { asRefused, asReviewed, asWithdrawn, withVoice } from './machine.ts'
import { getLocked, lookupOf, requestOf, type By, type Parts } from './parts.ts'
import { recordApproval, type ApprovalEvent, type RecordedBy } from './record.ts'
import { approvalRuleOf } from './rule.ts'
import { changeRow, type ApprovalRow } from './rows.ts'
import { isOpen } from './state.ts'
import type { ApprovalRequest, RequestContent } from './types.ts'

/** @returns the request as it is now; `approved` when this was the last yes it needed. */
export async function sayYes(tx: Tx, parts: Parts, by: By, id: string): Promise<ApprovalRequest> {
  const row = await getLocked(tx, parts, 'approval', id)
  const now = parts.clock.now()
  const request = requestOf(row, now)
  const rule = approvalRuleOf(row.content.act)
  const voice = decideVoice({
    rule,
    request,
    concerns: row.content.accountId,
    speaker: parts.people.speaker(by.principalId),
    requesterMakings: parts.people.makings(request.requesterId),
    now,
  })
  const event = voice.as === 'consent' ? 'consent' : 'approve'
  const recorded = { ...by, role: voice.role }
  return save(tx, parts, row, withVoice(row.content, rule, voice), { event, by: recorded })
}

/** Who could say yes may say no; one no is enough. */
export async function sayNo(
  tx: Tx,
  parts: Parts,
  by: By,
  of: { readonly id: string; readonly reason: string },
): Promise<ApprovalRequest> {
  const row = await getLocked(tx, parts, 'approval', of.id)
  const now = parts.clock.now()
  const request = requestOf(row, now)
  const rule = approvalRuleOf(row.content.act)
  const speaker = parts.people.speaker(by.principalId)
  // Being too close to somebody is no reason to be unable to stop him.
  const strangers = { speaker: { ...speaker, makings: [] }, requesterMakings: [] }
  const anyOffice = { ...rule, otherOffice: false }
  const concerns = row.content.accountId
  const { role } = decideVoice({ rule: anyOffice, request, concerns, ...strangers, now })
  const ending = { by: by.principalId, at: now, reason: of.reason }
  const recorded = { ...by, role, reason: of.reason }
  const content = asRefused(row.content, ending)
  return save(tx, parts, row, content, { event: 'refuse', by: recorded })
}

export async function withdraw(tx: Tx, parts: Parts, by: By, id: string): Promise<ApprovalRequest> {
  const row = await getLocked(tx, parts, 'approval', id)
  const content = asWithdrawn(row.content, { by: by.principalId, at: parts.clock.now() })
  return save(tx, parts, row, content, { event: 'withdraw', by })
}

export interface ReviewWords {
  readonly id: string
  readonly finding: 'in-order' | 'not-in-order'
  readonly remark: string
}

export async function review(
  tx: Tx,
  parts: Parts,
  by: By,
  { id, finding, remark }: ReviewWords,
): Promise<ApprovalRequest> {
  const row = await getLocked(tx, parts, 'approval', id)
  const { offices } = parts.people.speaker(by.principalId)
  const office = offices.find(({ role }) => roleHas(role, 'approval.review'))
  if (office === undefined)
    throw new Refusal('not-permitted', { message: 'A security officer reviews what was done.' })
  const at = parts.clock.now()
  const content = asReviewed(row.content, { by: by.principalId, at, finding, remark })
  const recorded = { ...by, role: office.role, reason: remark }
  return save(tx, parts, row, content, { event: 'review', by: recorded })
}

async function save(
  tx: Tx,
  parts: Parts,
  row: ApprovalRow<'approval'>,
  content: RequestContent,
  step: { readonly event: ApprovalEvent; readonly by: RecordedBy },
): Promise<ApprovalRequest> {
  const { requesterId, digest, state } = content
  // Only an open request keeps its place from another of the same.
  const lookup = isOpen(state) ? lookupOf(parts, requesterId, digest) : undefined
  await changeRow(tx, parts.keys, 'approval', { ...row, content }, lookup)
  const request = requestOf({ ...row, content }, parts.clock.now())
  await recordApproval(tx, parts, step.event, request, step.by)
  return request
}
