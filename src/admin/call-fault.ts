/** What HTTP itself asks of a call, and no other door knows: conditions and repetitions. */

const faults = {
  /** RFC 9110 §15.5.13 */
  changed: {
    status: 412,
    detail: 'It was changed since you read it.',
    next: 'Read it again, and decide again.',
  },
  /** RFC 6585 §3 */
  'condition-missing': {
    status: 428,
    detail: 'Say with If-Match what you change: the ETag that came with it, or *.',
    next: 'Read it, and send its ETag.',
  },
  'key-reused': {
    status: 422,
    detail: 'This Idempotency-Key was used for something else.',
    next: 'Use a new key.',
  },
  'under-way': {
    status: 409,
    detail: 'The same call is under way.',
    next: 'Ask again in a minute, with the same key.',
  },
  'done-before': {
    status: 409,
    detail: 'It was done under this key; its answer is not kept.',
    next: 'Read what became of it; do it again only with a new key.',
  },
  'end-unknown': {
    status: 409,
    detail: 'It was begun under this key, and its end is not known.',
    next: 'Read what became of it; do it again only with a new key.',
  },
} as const satisfies Record<
  string,
  { readonly status: number; readonly detail: string; readonly next: string }
>

export type CallFaultCode = keyof typeof faults

export class CallFault extends Error {
  override readonly name = 'CallFault'
  readonly code: CallFaultCode

  constructor(code: CallFaultCode) {
    super(code)
    this.code = code
  }

  get answer(): { readonly status: number; readonly detail: string; readonly next: string } {
    return faults[this.code]
  }
}
