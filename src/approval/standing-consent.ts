/**
 * A yes beforehand: the owner or holder lets a named person in between two dates, so that a handover
 * does not wait for him. It holds while nobody else has taken his place, and can be taken back.
 */
import type { Act } from '../access/types.ts'
import type { Millis } from '../base/clock.ts'
import { newId, type AccountId, type PrincipalId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import { standingConsentMaxMs } from './limits.ts'
import { getLocked, type By, type Parts } from './parts.ts'
import { approvalRuleOf } from './rule.ts'
import { addRow, changeRow, lockFeeds } from './rows.ts'
import type { RequestContent, StandingConsent, Voice } from './types.ts'

export interface NewStandingConsent {
  readonly by: By
  readonly act: Act
  readonly accountId: AccountId
  readonly forPersonId: PrincipalId
  readonly from?: Millis | undefined
  readonly to: Millis
}

export async function consentBeforehand(
  tx: Tx,
  parts: Parts,
  wanted: NewStandingConsent,
): Promise<string> {
  const { by, act, accountId, forPersonId, to } = wanted
  const from = wanted.from ?? parts.clock.now()
  if (approvalRuleOf(act).consent === 'none')
    throw new Refusal('invalid', { field: 'act', message: 'The owner’s consent is no use here.' })
  if (to <= from || to > parts.clock.now() + standingConsentMaxMs)
    throw new Refusal('invalid', { field: 'to', message: 'A consent ends within a year.' })
  const giver = parts.people.speaker(by.principalId)
  if (!giver.ownAccounts.has(accountId))
    throw new Refusal('not-permitted', { message: 'Only its owner or holder consents for it.' })
  parts.people.speaker(forPersonId)
  await lockFeeds(tx)
  const id = newId(parts.clock)
  const content = { giverId: giver.id, act, accountId, forPersonId, from, to }
  const { departmentId } = giver
  const row = { id, departmentId, parentId: giver.id, accountId, lookup: undefined, content }
  await addRow(tx, parts.keys, 'standing_consent', row)
  await record(tx, parts, by, 'consent', { id, ...content })
  return id
}

export async function revokeConsent(tx: Tx, parts: Parts, by: By, id: string): Promise<void> {
  const row = await getLocked(tx, parts, 'standing_consent', id)
  if (row.content.giverId !== by.principalId)
    throw new Refusal('not-permitted', { message: 'Only who gave a consent takes it back.' })
  await changeRow(tx, parts.keys, 'standing_consent', { ...row, state: 'deleted' }, undefined)
  await record(tx, parts, by, 'revoke', { id, ...row.content })
}

/** The consent of this room's memory that fits; it is still the giver's to give. */
export function findStandingVoice(parts: Parts, request: RequestContent): Voice | undefined {
  const now = parts.clock.now()
  const consent = parts.memory
    .list('standing_consent')
    .find(
      ({ content }) =>
        content.act === request.act &&
        content.accountId === request.accountId &&
        content.forPersonId === request.input['personId'] &&
        content.giverId !== request.requesterId &&
        content.from <= now &&
        now < content.to &&
        parts.people.ownersOf(content.accountId).every((id) => id === content.giverId),
    )
  if (consent === undefined) return undefined
  const { id, departmentId, content } = consent
  const role = 'holder'
  return { by: content.giverId, at: now, as: 'consent', role, departmentId, standingId: id }
}

function record(
  tx: Tx,
  { audit }: Parts,
  by: By,
  event: 'consent' | 'revoke',
  { id, act, accountId, forPersonId, to }: StandingConsent,
): Promise<void> {
  return audit.record(tx, {
    kind: 'approval',
    event,
    requestId: id,
    act,
    accountId,
    toPrincipalId: forPersonId,
    endsAt: to,
    ...by,
  })
}
