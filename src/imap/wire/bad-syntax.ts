/** What the client sent is not a command: answered with BAD (RFC 9051 §7.1.3), nothing changed. */
export class BadSyntax extends Error {
  override readonly name = 'BadSyntax'
  /** Response code to go with BAD or NO, without brackets. */
  readonly code: string | undefined
  /** NO instead of BAD: well-formed, but of a kind this server does not have. */
  readonly isNo: boolean

  constructor(message: string, code?: string, isNo = false) {
    super(message)
    this.code = code
    this.isNo = isNo
  }
}
