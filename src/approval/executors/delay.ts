/** What an owner is told later, as a request says. */
import { z } from 'zod'
import type { Tx } from '../../db/types.ts'
import { delayDisclosure } from '../ledger/delay.ts'
import type { ApprovedWriting } from '../opened-mail/open-mail.ts'
import type { Parts } from '../parts.ts'
import type { ApprovalRequest } from '../types.ts'
import { accountIdOf } from './object.ts'

const input = z.object({ personId: z.string(), to: z.number() })

export function delay(
  tx: Tx,
  parts: Parts,
  writing: ApprovedWriting,
  request: ApprovalRequest,
): Promise<void> {
  const accountId = accountIdOf(request)
  return delayDisclosure(tx, parts, writing, { accountId, ...input.parse(request.input) })
}
