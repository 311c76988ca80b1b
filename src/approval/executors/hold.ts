/** Releases the hold of a matter on an account, as a request says. */
import { z } from 'zod'
import type { Tx } from '../../db/types.ts'
import { releaseHoldOf } from '../holds/release-hold.ts'
import type { ApprovedWriting } from '../opened-mail/open-mail.ts'
import type { ApprovalRequest } from '../types.ts'
import { accountIdOf } from './object.ts'

const input = z.object({ matterId: z.string() })

export async function releaseHold(tx: Tx, writing: ApprovedWriting, request: ApprovalRequest) {
  const { matterId } = input.parse(request.input)
  const accountId = accountIdOf(request)
  return { released: await releaseHoldOf(tx, writing, { accountId, matterId }) }
}
