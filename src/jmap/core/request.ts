/** The Request object. RFC 8620 §3.3. */
import { callsInRequestMax } from '../limits.ts'
import { isStrings } from './arguments.ts'
import { isKnownCapability } from './capabilities.ts'
import { isObject, parseIJson, type Json, type JsonObject } from './json.ts'
import { RequestProblem } from './problems.ts'
import { isCreatedIds } from './result-reference.ts'

export type Invocation = readonly [name: string, values: JsonObject, callId: string]

export interface JmapRequest {
  readonly using: ReadonlySet<string>
  readonly calls: readonly Invocation[]
  /** Undefined: the client does not want them back. */
  readonly createdIds: Readonly<Record<string, string>> | undefined
}

/** @throws RequestProblem. */
export function parseRequest(octets: Buffer): JmapRequest {
  const value = parseIJson(octets)
  if (value === undefined) throw new RequestProblem('notJSON', 'This is not I-JSON.')
  return requestOf(value)
}

/** @throws RequestProblem. */
export function requestOf(value: Json): JmapRequest {
  if (!isObject(value)) throw notRequest('a Request is an object')
  const { using, methodCalls, createdIds } = value
  if (!isStrings(using)) throw notRequest('using is a String[]')
  if (!Array.isArray(methodCalls)) throw notRequest('methodCalls is an Invocation[]')
  const calls = methodCalls.map(invocationOf)
  if (createdIds !== undefined && createdIds !== null && !isCreatedIds(createdIds))
    throw notRequest('createdIds is an Id[Id]')
  const unknown = using.find((name) => !isKnownCapability(name))
  if (unknown !== undefined)
    throw new RequestProblem('unknownCapability', `There is no capability ${unknown} here.`)
  if (calls.length > callsInRequestMax)
    throw new RequestProblem('limit', 'Too many method calls.', 'maxCallsInRequest')
  return { using: new Set(using), calls, createdIds: createdIds ?? undefined }
}

function invocationOf(value: Json): Invocation {
  if (!Array.isArray(value) || value.length !== 3) throw notRequest('an Invocation has three parts')
  const [name, values, callId]: readonly unknown[] = value
  if (typeof name !== 'string' || !isObject(values) || typeof callId !== 'string')
    throw notRequest('an Invocation is a String, an object and a String')
  return [name, values, callId]
}

function notRequest(what: string): RequestProblem {
  return new RequestProblem('notRequest', `This is no Request: ${what}.`)
}
