/** A trail that keeps nothing, in place of `createAudit`: what delivery costs without one. */
import type { OwnedAudit } from '../../../src/audit/create-audit.ts'

export async function createAudit(): Promise<OwnedAudit> {
  const nothing = async () => undefined
  return {
    record: nothing,
    recordAlone: nothing,
    recordAcknowledged: nothing,
    acknowledged: nothing,
    list: async () => [],
    requireRoom: () => undefined,
    sweep: nothing,
    unsealed: 0,
    close: () => undefined,
    [Symbol.asyncDispose]: nothing,
  }
}
