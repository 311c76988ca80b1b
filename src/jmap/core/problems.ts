/** A request that is answered as a whole with "no". RFC 8620 §3.6.1, RFC 9457. */
export type RequestFault = 'unknownCapability' | 'notJSON' | 'notRequest' | 'limit'

export class RequestProblem extends Error {
  override readonly name = 'RequestProblem'
  readonly fault: RequestFault
  readonly detail: string
  /** The limit's name in the core capability. */
  readonly limit: string | undefined

  constructor(fault: RequestFault, detail: string, limit?: string) {
    super(fault)
    this.fault = fault
    this.detail = detail
    this.limit = limit
  }

  get body(): object {
    const { fault, detail, limit } = this
    const type = `urn:ietf:params:jmap:error:${fault}`
    return { type, status: 400, detail, ...(limit === undefined ? {} : { limit }) }
  }
}
