/** A request in words for people: what is to be done, to what, for whom, every value of it. */
import { z } from 'zod'
import { ruleOf } from '../../access/acts.ts'
import { isComplete } from '../../approval/complete.ts'
import { reviewStateAt } from '../../approval/machine.ts'
import { approvalRuleOf, approverWords } from '../../approval/rule.ts'
import type { ApprovalRequest } from '../../approval/types.ts'
import { exampleId, id, millis, millisOrNull } from '../fields.ts'
import type { AdminPorts } from '../ports.ts'

export const requestSchema = z.strictObject({
  id,
  state: z.enum(['waiting', 'approved', 'executed', 'refused', 'withdrawn', 'expired']),
  act: z.string(),
  /** The act in plain words. */
  words: z.string(),
  /** Why one person alone may not. */
  why: z.string(),
  /** Every value the act is done with. */
  lines: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  requester: z.string(),
  role: z.string(),
  department: z.string(),
  reason: z.string(),
  ticket: z.string().nullable(),
  batch: z.string().nullable(),
  askedAt: millis,
  expiresAt: millis,
  /** The act must be done before this, once approved. */
  useBefore: millisOrNull,
  /** Whose yes it waits for. */
  waitsFor: z.string().nullable(),
  voices: z.array(z.strictObject({ by: z.string(), as: z.string(), role: z.string(), at: millis })),
  ended: z.strictObject({ by: z.string(), at: millis, reason: z.string().nullable() }).nullable(),
  review: z.enum(['none', 'due', 'overdue', 'done']),
  reviewDueAt: millisOrNull,
  finding: z.string().nullable(),
  /** Whether the caller’s yes would count. */
  isMine: z.boolean(),
})
export type RequestView = z.infer<typeof requestSchema>

export const requestExample: RequestView = {
  id: exampleId,
  state: 'waiting',
  act: 'post.appoint',
  words: 'appoint somebody to a post',
  why: 'the holder of a post reads all its mail',
  lines: [
    { name: 'post', value: 'seo.a2@td.example' },
    { name: 'person', value: 'chan.tai.man@td.example' },
  ],
  requester: 'wong@td.example',
  role: 'department-administrator',
  department: 'TD',
  reason: 'Posting order 12/2026',
  ticket: 'HR-4711',
  batch: null,
  askedAt: 1_767_225_600_000,
  expiresAt: 1_767_830_400_000,
  useBefore: null,
  waitsFor: 'its owner or holder, a department administrator or a security officer',
  voices: [],
  ended: null,
  review: 'none',
  reviewDueAt: null,
  finding: null,
  isMine: true,
}

export function viewOf(ports: AdminPorts, request: ApprovalRequest): RequestView {
  const { approvals, caller, clock, nameOf } = ports
  const { review, ending, act, state } = request
  const rule = approvalRuleOf(act)
  const isWaiting = state === 'waiting' && !isComplete(rule, request, request.voices)
  const { personId } = caller
  return {
    id: request.id,
    state,
    act,
    words: ruleOf(act).words,
    why: rule.why,
    lines: linesOf(ports, request),
    requester: nameOf.person(request.requesterId) || 'the operator',
    role: request.requesterRole,
    department: nameOf.department(request.departmentId ?? ''),
    reason: request.reason,
    ticket: request.ticket ?? null,
    batch: request.batchId ?? null,
    askedAt: request.askedAt,
    expiresAt: request.expiresAt,
    useBefore: request.useBefore ?? null,
    waitsFor: isWaiting ? approverWords(rule) : null,
    voices: request.voices.map((voice) => ({
      by: nameOf.person(voice.by),
      as: voice.standingId === undefined ? voice.as : `${voice.as} beforehand`,
      role: voice.role,
      at: voice.at,
    })),
    ended: ending === undefined ? null : endedOf(ports, ending),
    review: reviewStateAt(request, clock.now()),
    reviewDueAt: review?.dueAt ?? null,
    finding: review?.finding ?? null,
    isMine: personId !== undefined && approvals.mayVoice(personId, request),
  }
}

function endedOf(
  { nameOf }: AdminPorts,
  { by, at, reason }: NonNullable<ApprovalRequest['ending']>,
) {
  return { by: nameOf.person(by), at, reason: reason ?? null }
}

/** Ids become addresses, times become dates; nothing of the input is left out. */
function linesOf(ports: AdminPorts, { object, input }: ApprovalRequest): RequestView['lines'] {
  const values = { ...object, ...input }
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: nameOfLine(name), value: wordsOf(ports, name, value) }],
  )
}

const names: Readonly<Record<string, string>> = {
  accountId: 'mailbox',
  departmentId: 'department',
  personId: 'person',
  objectId: 'of',
  targetId: 'for',
  ownerAddress: 'owner',
}

function nameOfLine(name: string): string {
  return names[name] ?? name
}

const times = new Set(['from', 'to', 'until', 'at', 'expiresAt'])

function wordsOf({ nameOf }: AdminPorts, name: string, value: unknown): string {
  if (typeof value === 'number' && times.has(name)) return new Date(value).toISOString()
  if (name === 'departmentId' && typeof value === 'string') return nameOf.department(value) || value
  if (typeof value === 'string') return nameOf.anything(value) ?? value
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value)
}
