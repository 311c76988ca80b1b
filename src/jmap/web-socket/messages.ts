/** What a client says over a WebSocket. RFC 8887 §4.3. */
import { isStrings } from '../core/arguments.ts'
import { isObject, parseIJson, type JsonObject } from '../core/json.ts'
import { RequestProblem } from '../core/problems.ts'

export type ClientMessage =
  | { readonly kind: 'request'; readonly id: string | undefined; readonly request: JsonObject }
  | {
      readonly kind: 'push-enable'
      /** Undefined: all of them. */
      readonly types: ReadonlySet<string> | undefined
      readonly pushState: string | undefined
    }
  | { readonly kind: 'push-disable' }

/** @throws RequestProblem */
export function parseClientMessage(octets: Buffer): ClientMessage {
  const value = parseIJson(octets)
  if (value === undefined) throw new RequestProblem('notJSON', 'This is not I-JSON.')
  if (!isObject(value)) throw notRequest('it is no object')
  const { '@type': type } = value
  if (type === 'Request') return { kind: 'request', id: findRequestId(value), request: value }
  if (type === 'WebSocketPushEnable') return pushEnable(value)
  if (type === 'WebSocketPushDisable') return { kind: 'push-disable' }
  throw notRequest('its @type is not known')
}

/** Of a request that is wrong in other ways, too. */
function findRequestId({ id }: JsonObject): string | undefined {
  return typeof id === 'string' ? id : undefined
}

function pushEnable({ dataTypes = null, pushState = null }: JsonObject): ClientMessage {
  if (dataTypes !== null && !isStrings(dataTypes)) throw notRequest('dataTypes is a String[]')
  if (pushState !== null && typeof pushState !== 'string') throw notRequest('pushState is a String')
  const types = dataTypes === null ? undefined : new Set(dataTypes)
  return { kind: 'push-enable', types, pushState: pushState ?? undefined }
}

function notRequest(what: string): RequestProblem {
  return new RequestProblem('notRequest', `This is no message of the subprotocol: ${what}.`)
}
