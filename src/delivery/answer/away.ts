/**
 * Who writes to somebody who said that he is away is answered, once in its time and as RFC 3834 has it.
 * RFC 8621 §8.
 */
import type { Vacation } from '../../directory/types.ts'
import { htmlText } from '../../mime/html-text.ts'
import type { QueueInput } from '../../queue/types.ts'
import type { Copy } from '../arrive.ts'
import { awayAnswerMs } from '../limits.ts'
import type { DeliveryParts } from '../ports.ts'
import { makeSieveMessage } from '../sieve/sieve-message.ts'
import { composeAnswer } from './compose-answer.ts'
import { isAddressOf } from './is-address-of.ts'
import { whySilent } from './may-answer.ts'

type AwayParts = Pick<DeliveryParts, 'store' | 'directory' | 'clock' | 'hostname'>

/** Asked for a copy that is in its place. Undefined: nobody is answered. */
export async function answerAway(
  parts: AwayParts,
  { subject, text, html }: Vacation,
  { copy, message }: { readonly copy: Copy; readonly message: Buffer },
): Promise<QueueInput | undefined> {
  const { accountId, address, reversePath, trace, isJunk, departmentId } = copy
  const original = makeSieveMessage(message, { from: reversePath, to: address })
  const isOwn = (one: string) => isAddressOf(parts.directory, accountId, one)
  if (whySilent({ message: original, trace, isJunk, isOwn }) !== undefined) return undefined
  // Who says something else is heard anew.
  const what = ['away', subject, text, html, reversePath.toLowerCase()].join('\0')
  const until = parts.clock.now() + awayAnswerMs
  const isDue = await parts.store.rememberUntil(accountId, { what, until, isRenewed: false })
  if (!isDue) return undefined
  return composeAnswer(parts, {
    original,
    from: address,
    to: reversePath,
    departmentId,
    subject,
    text: text ?? (html === undefined ? usualText : htmlText(html)),
    html,
    isMime: false,
  })
}

/** Where its owner wrote nothing. */
const usualText =
  'Thank you for your message. I am away and will read it when I return.\n\n' +
  '多謝來郵。本人現時不在，回來後會閱讀您的郵件。\n'
