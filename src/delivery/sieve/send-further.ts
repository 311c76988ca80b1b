/**
 * `redirect` of a script: to an address of ours. Out of the government mail goes on only by a redirect
 * that was agreed to (ADR 0026), which does so by itself; a script cannot add to it.
 */
import type { QueueInput } from '../../queue/types.ts'
import { fieldsOf } from '../../sieve/fields.ts'
import type { SieveMessage } from '../../sieve/types.ts'
import type { Copy } from '../arrive.ts'
import type { FilterParts } from './run-filter.ts'

export interface Further {
  readonly copy: Copy
  readonly seen: SieveMessage
  readonly message: Buffer
  readonly to: string
}

/** Undefined: it may not, or cannot, go there, and is kept. */
export function sendFurther(
  { directory }: FilterParts,
  { copy, seen, message, to }: Further,
): QueueInput | undefined {
  const destination = directory.findAddress(to)
  if (destination?.kind !== 'account' || destination.isSuspended) return undefined
  const { address } = destination
  if (destination.accountId === copy.accountId || hasBeenAt(seen, copy.trace, address))
    return undefined
  const [, rest = copy.trace] = /^Return-Path: [^\r\n]*\r\n([^]*)$/.exec(copy.trace) ?? []
  return {
    ...(copy.departmentId === undefined ? {} : { departmentId: copy.departmentId }),
    envelope: {
      reversePath: copy.reversePath,
      isSmtpUtf8: false,
      requiresTls: false,
      messageId: copy.messageId,
    },
    content: message,
    recipients: [
      {
        forwardPath: address,
        // It is in the mailbox it was sent to: nobody is told when this copy fails.
        notify: ['never'],
        trace: `Return-Path: <${copy.reversePath}>\r\nDelivered-To: ${address}\r\n${rest}`,
      },
    ],
  }
}

/** Whoever had it is named in the header: that ends a loop. */
function hasBeenAt({ fields }: SieveMessage, trace: string, address: string): boolean {
  const wanted = address.toLowerCase()
  const inTrace = trace.toLowerCase().includes(`delivered-to: ${wanted}\r\n`)
  return inTrace || fieldsOf(fields, 'delivered-to').some(({ raw }) => raw.toLowerCase() === wanted)
}
