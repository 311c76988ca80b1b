/** Requests: what waits for whom, a yes, a no, withdrawn, reviewed; and consent given beforehand. */
import { z } from 'zod'
import type { By } from '../../approval/parts.ts'
import type { ApprovalRequest } from '../../approval/types.ts'
import { batchMax, pastSpanMax } from '../../approval/limits.ts'
import { isRefusal, Refusal } from '../../base/refusal.ts'
import { exampleId, id, moment, text } from '../fields.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, reading, type Verb } from '../verb.ts'
import { requestExample, requestSchema, viewOf } from './view.ts'

const which = z.uuid('The id of a request is missing.')
const views = ['waiting', 'mine', 'review', 'all'] as const

const list = listing({
  id: 'approvals.list',
  path: '/approvals',
  act: 'approval.read',
  summary:
    'Requests: that wait for the caller’s yes, that he made, that wait for a review, or all that concern him.',
  input: z.object({ view: z.enum(views).default('waiting'), batch: z.uuid().optional() }),
  item: requestSchema,
  example: requestExample,
  run: async (ports, { view, batch }) =>
    ports.approvals
      .list()
      .filter((one) => batch === undefined || one.batchId === batch)
      .filter((one) => isIn(ports, view, one))
      .map((one) => viewOf(ports, one)),
})

const past = listing({
  id: 'approvals.list-past',
  path: '/approvals/past',
  act: 'approval.read',
  summary:
    'Requests that concern the caller by when they were asked for, a year at most, however long they are over.',
  input: z.object({ since: moment.optional(), until: moment.optional() }),
  item: requestSchema,
  example: { ...requestExample, state: 'executed' },
  run: async (ports, { until = ports.clock.now() + 1, since = until - pastSpanMax }) =>
    (await ports.approvals.listPast({ since, until }))
      .filter((one) => isIn(ports, 'mine', one) || isIn(ports, 'all', one))
      .map((one) => viewOf(ports, one)),
})

const get = reading({
  id: 'approvals.get',
  path: '/approvals/{approval}',
  act: 'approval.read',
  summary: 'One request, with every line of what it would do.',
  input: z.object({ approval: which }),
  output: requestSchema,
  example: requestExample,
  run: async (ports, { approval }) =>
    viewOf(ports, heard(ports, await ports.approvals.findPast(approval.toLowerCase()))),
})

const outcome = z.strictObject({
  id,
  state: z.string(),
  isDone: z.boolean(),
  /** Why it was not done, or not agreed to. */
  message: z.string().nullable(),
  /** What only this approver is told, once. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
})
const outcomeExample = { id: exampleId, state: 'executed', isDone: true, message: null, facts: {} }

const approve = changing({
  id: 'approvals.approve',
  path: '/approvals/{approval}/approve',
  act: 'approval.decide',
  summary: 'Consent or approve. With the last yes the act is done.',
  isSecret: true,
  input: z.object({ approval: which }),
  output: outcome,
  example: outcomeExample,
  run: async (ports, { approval }) => sayYes(ports, getHeard(ports, approval)),
})

const approveBatch = changing({
  id: 'approvals.approve-several',
  path: '/approvals/approve',
  act: 'approval.decide',
  summary: 'Approve several, each named: one that cannot be approved does not stop the others.',
  isSecret: true,
  input: z.object({ approvals: z.array(which).min(1).max(batchMax) }),
  output: z.strictObject({ outcomes: z.array(outcome) }),
  example: { outcomes: [outcomeExample] },
  run: async (ports, { approvals }) => {
    const outcomes: z.infer<typeof outcome>[] = []
    for (const one of approvals) outcomes.push(await tryYes(ports, one))
    return { outcomes }
  },
})

const refuse = changing({
  id: 'approvals.refuse',
  path: '/approvals/{approval}/refuse',
  act: 'approval.decide',
  summary: 'Refuse. One no ends the request.',
  input: z.object({ approval: which, reason: text('Why (--reason)') }),
  output: requestSchema,
  example: { ...requestExample, state: 'refused' },
  run: async (ports, { approval, reason }) => {
    const { id: of } = getHeard(ports, approval)
    return viewOf(ports, await ports.approvals.sayNo(byOf(ports), { id: of, reason }))
  },
})

const withdraw = changing({
  id: 'approvals.withdraw',
  path: '/approvals/{approval}/withdraw',
  act: 'approval.withdraw',
  summary: 'Withdraw one’s own request.',
  input: z.object({ approval: which }),
  output: requestSchema,
  example: { ...requestExample, state: 'withdrawn' },
  run: async (ports, { approval }) => {
    const { id: of } = getHeard(ports, approval)
    return viewOf(ports, await ports.approvals.withdraw(byOf(ports), of))
  },
})

const review = changing({
  id: 'approvals.review',
  path: '/approvals/{approval}/review',
  act: 'approval.review',
  summary: 'Say of what was done that it was in order, or was not.',
  input: z.object({
    approval: which,
    finding: z.enum(['in-order', 'not-in-order']),
    remark: text('What was seen (--remark)'),
  }),
  output: requestSchema,
  example: { ...requestExample, state: 'executed', review: 'done' },
  run: async (ports, { approval, finding, remark }) => {
    const { id: of } = getHeard(ports, approval)
    return viewOf(ports, await ports.approvals.review(byOf(ports), { id: of, finding, remark }))
  },
})

function isIn(ports: AdminPorts, view: (typeof views)[number], request: ApprovalRequest): boolean {
  const { approvals, caller } = ports
  const { personId, principalId } = caller
  if (view === 'mine') return request.requesterId === principalId
  if (personId === undefined) return false
  if (view === 'waiting') return approvals.mayVoice(personId, request)
  if (view === 'review')
    return approvals.mayReview(personId, request) && request.review?.at === undefined
  return approvals.mayHear(personId, request)
}

/** What does not concern him does not exist for him. */
function getHeard(ports: AdminPorts, approval: string): ApprovalRequest {
  return heard(ports, ports.approvals.find(approval.toLowerCase()))
}

function heard(
  { approvals, caller }: AdminPorts,
  found: ApprovalRequest | undefined,
): ApprovalRequest {
  const { personId, principalId } = caller
  if (found !== undefined && found.requesterId === principalId) return found
  if (found !== undefined && personId !== undefined && approvals.mayHear(personId, found))
    return found
  throw new Refusal('not-found', { message: 'There is no such request.' })
}

export function byOf({ actor }: AdminPorts): By {
  const { principalId, sessionId, remoteAddress } = actor
  if (principalId === undefined) throw new Refusal('not-permitted')
  return {
    principalId,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
  }
}

async function sayYes(ports: AdminPorts, { id: of }: ApprovalRequest) {
  const { request, outcome: done } = await ports.approvals.sayYes(byOf(ports), of)
  return {
    id: of,
    state: request.state,
    isDone: done?.isDone === true,
    message: done?.message ?? null,
    facts: done?.facts ?? {},
  }
}

async function tryYes(ports: AdminPorts, of: string): Promise<z.infer<typeof outcome>> {
  try {
    return await sayYes(ports, getHeard(ports, of))
  } catch (error) {
    if (!isRefusal(error)) throw error
    const said = error.facts['message']
    const message = typeof said === 'string' ? said : error.code
    const state = ports.approvals.find(of)?.state ?? 'unknown'
    return { id: of, state, isDone: false, message, facts: {} }
  }
}

export const approvalVerbs: readonly Verb[] = [
  list,
  past,
  approveBatch,
  get,
  approve,
  refuse,
  withdraw,
  review,
]
