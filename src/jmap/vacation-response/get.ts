/** VacationResponse/get. RFC 8621 §8.1. */
import { vacationCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import { idsOfGet, pick, propertiesOf } from '../core/get.ts'
import {
  singletonId,
  stateOf,
  vacationAccountOf,
  vacationOf,
  vacationProperties,
} from './vacation-response.ts'

export const vacationResponseGet: Method = {
  capability: vacationCapability,
  async run(call) {
    const account = vacationAccountOf(call)
    const ids = idsOfGet(call.args) ?? [singletonId]
    const asked = propertiesOf(call.args, vacationProperties)
    call.args.end()
    const list = ids.includes(singletonId) ? [pick(vacationOf(account), asked)] : []
    const notFound = ids.filter((id) => id !== singletonId)
    return { accountId: account.id, state: stateOf(account), list, notFound }
  },
}
