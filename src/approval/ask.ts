/**
 * Makes requests: one for each act that was refused for want of a second person, all at once. Who
 * asked for exactly this before is told of that request. What an owner or holder consented to
 * beforehand counts at once.
 */
import type { ApprovalAsked } from '../access/types.ts'
import { newId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import { newHalf } from './code.ts'
import {
  batchMax,
  inputOctetsMax,
  reasonCharactersMax,
  reasonCharactersMin,
  ticketCharactersMax,
  waitingPerPersonMax,
} from './limits.ts'
import { withVoice } from './machine.ts'
import { findBelieved, lookupOf, requestOf, type By, type Parts } from './parts.ts'
import { recordApproval } from './record.ts'
import { addRow, changeRow, lockFeeds, type ApprovalRow } from './rows.ts'
import { afterwardsOf, approvalRuleOf, isHandedOver } from './rule.ts'
import { findStandingVoice } from './standing-consent.ts'
import { isOpen, stateAt } from './state.ts'
import type { ApprovalRequest, RequestContent } from './types.ts'

export interface Asking {
  readonly by: By
  readonly reason: string
  readonly ticket?: string | undefined
  readonly lines: readonly ApprovalAsked[]
}

export interface Asked {
  readonly request: ApprovalRequest
  /** The half of a code that who asks hands over himself; shown here and kept nowhere. */
  readonly half?: string
}

export async function ask(tx: Tx, parts: Parts, asking: Asking): Promise<readonly Asked[]> {
  const words = checkWords(asking)
  if (asking.lines.length > batchMax)
    throw new Refusal('too-many', { message: `At most ${batchMax} acts are asked for at once.` })
  await lockFeeds(tx)
  requireRoom(parts, asking)
  const batchId = asking.lines.length > 1 ? newId(parts.clock) : undefined
  const asked: Asked[] = []
  for (const line of asking.lines)
    asked.push(await askLine(tx, parts, line, { ...words, by: asking.by, batchId }))
  return asked
}

interface Words {
  readonly by: By
  readonly reason: string
  readonly ticket: string | undefined
  readonly batchId: string | undefined
}

async function askLine(tx: Tx, parts: Parts, line: ApprovalAsked, words: Words): Promise<Asked> {
  requireAskable(parts, line)
  const now = parts.clock.now()
  const lookup = lookupOf(parts, line.actorId, line.inputDigest)
  const before = await findBelieved(tx, parts, 'approval', { lookup })
  if (before !== undefined) {
    if (isOpen(stateAt(before.content, now))) return { request: requestOf(before, now) }
    // Its time is over: it gives its place to the new one.
    await changeRow(tx, parts.keys, 'approval', before, undefined)
  }
  const half = isHandedOver(line.act) ? newHalf(parts.keys) : undefined
  const content = voiced(parts, newContent(parts, line, words, half?.hash))
  const row = {
    id: newId(parts.clock),
    departmentId: content.departmentId ?? content.requesterDepartmentId,
    parentId: line.actorId,
    accountId: content.accountId,
    content,
  }
  await addRow(tx, parts.keys, 'approval', { ...row, lookup })
  // The version is the feed's business; nobody compares that of a row just made.
  const made: ApprovalRow<'approval'> = { ...row, state: 'active', version: 0 }
  const request = requestOf(made, now)
  const { by, reason, ticket } = words
  const why = { reason, ...(ticket === undefined ? {} : { ticket }) }
  await recordApproval(tx, parts, 'request', request, {
    ...by,
    role: content.requesterRole,
    ...why,
  })
  return half === undefined ? { request } : { request, half: half.shown }
}

function newContent(
  parts: Parts,
  line: ApprovalAsked,
  { reason, ticket, batchId }: Words,
  firstHalf: string | undefined,
): RequestContent {
  const { act, object, input, inputDigest, actorId, rule } = line
  const now = parts.clock.now()
  return {
    act,
    object,
    input,
    digest: inputDigest,
    objectId: object.objectId ?? object.personId,
    accountId: parts.people.concernedBy(object),
    departmentId: object.departmentId,
    requesterId: actorId,
    requesterRole: parts.people.roleFor(actorId, line) ?? 'officer',
    requesterDepartmentId: parts.people.departmentOf(actorId),
    reason,
    ticket,
    batchId,
    askedAt: now,
    expiresAt: now + rule.livesMs,
    state: 'waiting',
    voices: [],
    firstHalf,
  }
}

/** With the consent that was given beforehand, if any. */
function voiced(parts: Parts, content: RequestContent): RequestContent {
  const rule = approvalRuleOf(content.act)
  const voice = rule.consent === 'none' ? undefined : findStandingVoice(parts, content)
  return voice === undefined ? content : withVoice(content, rule, voice)
}

function requireAskable({ clock }: Parts, { act, input }: ApprovalAsked): void {
  const { insteadWords, grantMsMax, endField = 'to' } = afterwardsOf(act)
  if (insteadWords !== undefined) throw new Refusal('not-permitted', { act, message: insteadWords })
  if (Buffer.byteLength(JSON.stringify(input)) > inputOctetsMax)
    throw new Refusal('too-large', { message: 'There is too much in this request.' })
  if (grantMsMax === undefined) return
  const to = input[endField]
  const latest = clock.now() + grantMsMax
  if (typeof to === 'number' && to <= latest) return
  const message = `This needs an end (--to), at the latest ${new Date(latest).toISOString()}.`
  throw new Refusal('invalid', { field: endField, message })
}

function requireRoom({ memory, clock }: Parts, { by, lines }: Asking): void {
  const now = clock.now()
  const waiting = memory
    .list('approval')
    .filter(({ parentId, content }) => parentId === by.principalId && isOpen(stateAt(content, now)))
  if (waiting.length + lines.length <= waitingPerPersonMax) return
  const message = `You have ${waiting.length} requests that wait: withdraw some first.`
  throw new Refusal('too-many', { message })
}

function checkWords({ reason, ticket }: Asking): { reason: string; ticket: string | undefined } {
  const clean = reason.normalize('NFC').trim()
  if (clean.length < reasonCharactersMin || clean.length > reasonCharactersMax) {
    const message = `A reason has ${reasonCharactersMin} to ${reasonCharactersMax} characters.`
    throw new Refusal('invalid', { field: 'reason', message })
  }
  const number = ticket?.normalize('NFC').trim()
  if (number !== undefined && number.length > ticketCharactersMax) {
    const message = `A ticket has at most ${ticketCharactersMax} characters.`
    throw new Refusal('invalid', { field: 'ticket', message })
  }
  return { reason: clean, ticket: number === '' ? undefined : number }
}
