/** The calls of a request, one after the other; an error of one leaves the rest running. RFC 8620 §3.5. */
import { isRefusal } from '../../base/refusal.ts'
import { Arguments } from './arguments.ts'
import type { Method, MethodCall, MethodResult, RequestScope } from './call.ts'
import type { Json, JsonObject } from './json.ts'
import { MethodError, methodErrorOf } from './method-error.ts'
import type { Invocation, JmapRequest } from './request.ts'
import { resolveReferences, type Response } from './result-reference.ts'

const onlyReads = /^Core\/echo$|\/(?:get|query|changes|queryChanges|lookup)$/

export async function runCalls(
  methods: ReadonlyMap<string, Method>,
  scope: RequestScope,
  { calls, using }: JmapRequest,
): Promise<readonly Response[]> {
  const responses: Response[] = []
  for (const call of calls) {
    const [name, , callId] = call
    const method = methods.get(name)
    // What only reads leaves what the next reads as it is.
    const isReading = onlyReads.test(name)
    if (!isReading) scope.readings?.clear()
    try {
      if (method === undefined || !using.has(method.capability))
        throw new MethodError('unknownMethod')
      const result = await runCall(
        method,
        { ...scope, using, ...(isReading ? {} : { readings: undefined }) },
        call,
        responses,
      )
      for (const [said, values] of responsesOf(name, result))
        responses.push([said, plain(values), callId])
    } catch (error) {
      responses.push(['error', plain(answerTo(error, name, scope)), callId])
    }
  }
  return responses
}

async function runCall(
  method: Method,
  scope: RequestScope & Pick<MethodCall, 'using'>,
  [, given]: Invocation,
  responses: readonly Response[],
): Promise<MethodResult> {
  const values = resolveReferences(given, responses)
  const args = new Arguments(values, (id) => scope.createdIds.get(id))
  return method.run({ ...scope, args })
}

function responsesOf(
  name: string,
  result: MethodResult,
): readonly (readonly [name: string, values: object])[] {
  return isMany(result) ? result : [[name, result]]
}

function isMany(result: MethodResult): result is readonly (readonly [string, object])[] {
  return Array.isArray(result)
}

/** Methods answer with plain values; undefined ones are left out when they are written. */
function plain(values: object): JsonObject {
  return values as Readonly<Record<string, Json>>
}

function answerTo(error: unknown, name: string, { parts }: RequestScope): object {
  if (error instanceof MethodError) {
    const { type, details, cause } = error
    if (cause !== undefined) parts.log.error('method failed', cause, { door: 'jmap', what: name })
    return { type, ...details }
  }
  if (isRefusal(error)) return { type: methodErrorOf(error) }
  parts.log.error('method failed', error, { door: 'jmap', what: name })
  return { type: 'serverFail', description: 'Try again later' }
}
