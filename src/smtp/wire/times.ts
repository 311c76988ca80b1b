/** Times among the parameters of MAIL: when it is to leave, and by when it is to be there. */

/** RFC 2852 §4: from when the command was heard; may be over for `notify`, never for `return`. */
export interface DeliverByWish {
  readonly seconds: number
  readonly mode: 'return' | 'notify'
  /** Each system on the way reports that it passed the message on. */
  readonly isTraced: boolean
}

/** `120;R`, `-30;NT`. RFC 2852 §4 */
export function parseDeliverBy(value: string): DeliverByWish | undefined {
  const [, digits = '', letter = '', trace] = /^([+-]?\d{1,9});([RN])(T)?$/i.exec(value) ?? []
  if (digits === '') return undefined
  const seconds = Number(digits)
  const mode = letter.toUpperCase() === 'R' ? 'return' : 'notify'
  // §4: what is to come back when it is late cannot be late already.
  if (mode === 'return' && seconds <= 0) return undefined
  return { seconds, mode, isTraced: trace !== undefined }
}

/** RFC 4865 §4: one to nine digits, seconds. */
export function parseHoldFor(value: string): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined
}

/** RFC 4865 §4: a date-time of RFC 3339 §5.6. @returns milliseconds since 1970. */
export function parseHoldUntil(value: string): number | undefined {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i
  const at = form.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}
