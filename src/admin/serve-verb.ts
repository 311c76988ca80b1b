/** One request for one verb, from its header fields to its answer. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { AuditEntry } from '../audit/types.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import { callerOf } from './caller-of.ts'
import { actorOf, portsOf, rolesOf } from './call.ts'
import { etagOf, isMatch } from './etag.ts'
import { IdempotentCall } from './idempotency.ts'
import { pageOfItems } from './page.ts'
import { problemFor } from './problem-for.ts'
import { ProgressLines, wantsProgress, wantsTask } from './progress.ts'
import { Precondition } from './precondition.ts'
import type { AdminPorts } from './ports.ts'
import type { Caller } from './callers.ts'
import type { RunningTask } from './task/run-task.ts'
import { apiPrefix } from './prefix.ts'
import type { Service } from './routes.ts'
import type { Verb } from './verb.ts'

const reasonMax = 1_024
const ticketMax = 100

export async function serveVerb(
  service: Service,
  verb: Verb,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const caller = await callerOf(service, request, verb.act)
  try {
    return await serveCaller(service, verb, { caller, request, reply })
  } catch (error) {
    recordRefused(service, verb, { caller, request }, error)
    throw error
  }
}

interface Call {
  readonly caller: Caller
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

async function serveCaller(
  service: Service,
  verb: Verb,
  { caller, request, reply }: Call,
): Promise<FastifyReply> {
  const given = inputOf(verb, request, caller)
  const checks: ((tx: Tx) => Promise<void>)[] = []
  const hidden = new Set<string>()
  const lines = new ProgressLines(service.parts.clock)
  let task: RunningTask | undefined
  const ports = portsOf(service.parts, verb.act, {
    caller,
    remoteAddress: service.isLocal ? '' : request.ip,
    reason: fieldOf(request, 'tamar-reason', reasonMax),
    ticket: fieldOf(request, 'tamar-ticket', ticketMax),
    beforeWriting: async (tx) => {
      for (const check of checks) await check(tx)
    },
    onHidden: (id) => void hidden.add(id),
    onProgress: (done, total) => {
      task?.onProgress(done, total)
      lines.onProgress(done, total)
    },
  })
  try {
    const input = parseInput(verb, given)
    if (verb.method === 'GET') return sendFresh(request, reply, await answerOf(verb, ports, input))
    const condition = await Precondition.of(verb, ports, input, request)
    checks.push((tx) => condition.check(tx))
    const call = await IdempotentCall.begin(verb, ports, request, given)
    if (call.answer !== undefined) return reply.code(verb.status).send(call.answer)
    checks.push((tx) => call.committing(tx))
    const act = () => condition.holdFor(service.turns, () => answerOf(verb, ports, input))
    if (!verb.hasProgress) return reply.code(verb.status).send(await call.finish(act))
    task = await service.tasks.begin(verb, caller)
    const { id } = task
    const work = task.finish(() => call.finish(act))
    if (!wantsProgress(request) && !wantsTask(request))
      return reply.code(verb.status).send(await work)
    const { log } = service
    const whole = work.finally(() => recordHidden(service, verb, ports, hidden))
    const problemIn = (error: unknown) => {
      recordRefused(service, verb, { caller, request }, error)
      return problemFor(error, log, verb.path)
    }
    if (wantsProgress(request)) return lines.send(reply, whole, problemIn)
    whole.catch(problemIn)
    const place = `${apiPrefix}/tasks/${id}`
    void reply.header('location', place).header('preference-applied', 'respond-async')
    return reply.code(202).send({ task: id })
  } finally {
    recordHidden(service, verb, ports, hidden)
  }
}

/** What the schema of the verb reads: parts of the path, and the query or the body. */
function inputOf(verb: Verb, request: FastifyRequest, { personId }: Caller): unknown {
  const isQuery = verb.method === 'GET' || verb.method === 'DELETE'
  const said: unknown = isQuery ? request.query : (request.body ?? {})
  // The router gives the parts of the path by their names.
  const params = request.params as Readonly<Record<string, string>>
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return said
  return { ...said, ...meIn(params, personId) }
}

/** `me` is who calls, where a person or an account is named. */
function meIn(params: Readonly<Record<string, string>>, personId: string | undefined) {
  if (personId === undefined) {
    if (params['person'] !== 'me' && params['account'] !== 'me') return params
    const message = 'The operator of the machine has no account: name a person.'
    throw new Refusal('not-found', { field: 'person', message })
  }
  const entries = Object.entries(params).map(([name, value]) =>
    value === 'me' && (name === 'person' || name === 'account') ? [name, personId] : [name, value],
  )
  return Object.fromEntries(entries)
}

function parseInput(verb: Verb, given: unknown): unknown {
  const input = verb.input.safeParse(given)
  if (input.success) return input.data
  throw new Refusal('invalid', { message: input.error.issues.map(sentenceOf).join(' ') })
}

function sentenceOf({ path, message }: z.core.$ZodIssue): string {
  return message.endsWith('.') ? message : `${path.join('.') || 'the body'}: ${message}.`
}

/** Nothing leaves that the schema does not name: the answer is parsed as strictly as the input. */
async function answerOf(verb: Verb, ports: AdminPorts, input: unknown): Promise<unknown> {
  const answer = await verb.run(ports, input)
  return verb.output.parse(verb.isPaged ? pageOfAnswer(verb, ports, answer, input) : answer)
}

function pageOfAnswer(verb: Verb, ports: AdminPorts, answer: unknown, input: unknown) {
  const place = { verb: verb.id, callerId: ports.caller.personId ?? 'operator' }
  // `listing` made both: items with an id, and an input with the fields of a page.
  const items = answer as readonly { readonly id: string }[]
  const page = input as { readonly limit: number; readonly cursor: string | undefined }
  return pageOfItems(ports.writing.keys.platform, place, items, page)
}

/** RFC 9110 §13.1.2: what the client has already is not sent again. */
function sendFresh(request: FastifyRequest, reply: FastifyReply, answer: unknown): FastifyReply {
  const etag = etagOf(answer)
  void reply.header('etag', etag)
  const has = request.headers['if-none-match']
  if (has !== undefined && isMatch(has, etag)) return reply.code(304).send()
  return reply.send(answer)
}

function fieldOf(request: FastifyRequest, name: string, charactersMax: number): string | undefined {
  const value = request.headers[name]
  if (typeof value !== 'string' || value.trim() === '') return undefined
  if (value.length > 3 * charactersMax)
    throw new Refusal('invalid', { message: `${name} has at most ${charactersMax} characters.` })
  try {
    // A field holds ASCII; what is beyond it is percent-encoded as in a URI (RFC 3986 §2.1).
    return decodeURIComponent(value.trim())
  } catch {
    throw new Refusal('invalid', { message: `${name} is percent-encoded UTF-8.` })
  }
}

/** After the answer, so that it takes no longer for what exists than for what does not. */
function recordHidden(
  { parts, log }: Service,
  verb: Verb,
  { actor, caller }: AdminPorts,
  hidden: Set<string>,
): void {
  if (caller.kind === 'operator') return
  const objects = [...hidden]
  hidden.clear()
  for (const objectId of objects)
    recordLater({ parts, log }, { act: actOf(verb), objectId, ...actor, ...rolesOf(caller) })
}

/** He asked for what he may not, the operator of the machine included (G3 §14.4). */
function recordRefused(
  { parts, log, isLocal }: Service,
  verb: Verb,
  { caller, request }: Omit<Call, 'reply'>,
  error: unknown,
): void {
  if (!isRefusal(error, 'not-permitted')) return
  const remoteAddress = isLocal ? '' : request.ip
  const actor = actorOf({ caller, remoteAddress, reason: undefined, ticket: undefined })
  const asked = error.facts['act']
  const act = typeof asked === 'string' ? asked : actOf(verb)
  recordLater({ parts, log }, { act, code: 'not-permitted', ...actor, ...rolesOf(caller) })
}

function actOf({ act, id }: Verb): string {
  return typeof act === 'string' ? act : (act[0] ?? id)
}

function recordLater(
  { parts, log }: Pick<Service, 'parts' | 'log'>,
  refused: Omit<Extract<AuditEntry, { kind: 'refused' }>, 'kind'>,
): void {
  setImmediate(() => {
    parts.audit
      .recordAlone({ kind: 'refused', ...refused })
      .catch((error: unknown) => log.error('a refusal was not recorded', error, { door: 'admin' }))
  })
}
