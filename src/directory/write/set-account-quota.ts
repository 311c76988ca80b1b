/** How much a person, a post or a shared mailbox may hold. RFC 9208. */
import type { Tx } from '../../db/types.ts'
import { setQuota } from '../../store/accounts/quota.ts'
import { checkLimit } from './check.ts'
import { recordAct } from './record.ts'
import type { Writing } from './writing.ts'

export interface AccountQuota {
  readonly accountId: string
  readonly departmentId: string
  /** Undefined: no limit. */
  readonly limitOctets: number | undefined
  readonly limitMessages: number | undefined
}

export async function setAccountQuota(
  tx: Tx,
  writing: Writing,
  { accountId, departmentId, limitOctets, limitMessages }: AccountQuota,
): Promise<void> {
  checkLimit('limitOctets', limitOctets)
  checkLimit('limitMessages', limitMessages)
  const act = 'quota.set'
  const object = { departmentId, accountId }
  const input = { limitOctets, limitMessages }
  const granted = await writing.requireGrant(tx, { act, object, input })
  await setQuota(tx, accountId, { limitOctets, limitMessages })
  const fields = ['limitOctets', 'limitMessages']
  await recordAct(tx, writing, { act, departmentId, objectId: accountId, fields }, granted)
}
