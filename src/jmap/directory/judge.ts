/**
 * Directory/judge: of addresses one is about to write to, which are inside the government, which lead to nobody,
 * and which are made to be taken for one of ours. A capability of our own (ADR 0045).
 */
import { directoryCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { isObject, type Json } from '../core/json.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { judgedAddressesMax, judgedPerToken } from '../limits.ts'
import { bookFor } from './pace.ts'
import { presentEntry } from './present.ts'

export const directoryJudge: Method = {
  capability: directoryCapability,
  async run(call) {
    const account = accountOf(call)
    const addresses = addressesIn(call.args.value('addresses'))
    call.args.end()
    const book = bookFor(call, Math.ceil(addresses.length / judgedPerToken))
    const now = call.parts.clock.now()
    const list = addresses.map(({ name, email }) => {
      const { entry, ...judged } = book.judge(email, name, now)
      if (entry === undefined) return { email, ...judged }
      const isOwnDepartment = entry.departmentId === account.grant.departmentId
      return { email, ...judged, isOwnDepartment, entry: presentEntry(entry) }
    })
    return { accountId: account.id, list }
  },
}

interface Asked {
  readonly name: string | undefined
  readonly email: string
}

function addressesIn(value: Json | undefined): readonly Asked[] {
  if (!Array.isArray(value)) throw invalidArguments('addresses must be an EmailAddress[]')
  if (value.length > judgedAddressesMax) throw new MethodError('requestTooLarge')
  return value.map((each: Json) => {
    const { name = null, email } = isObject(each) ? each : {}
    if (typeof email !== 'string' || (name !== null && typeof name !== 'string'))
      throw invalidArguments('addresses must be an EmailAddress[]')
    return { name: name ?? undefined, email }
  })
}
