/** SieveScript/get. RFC 9661 §2.3. */
import { sieveCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'
import { scriptAccountOf, scriptProperties, scriptsOf, stateOf } from './script.ts'

export const sieveScriptGet: Method = {
  capability: sieveCapability,
  async run(call) {
    const account = scriptAccountOf(call)
    const ids = idsOfGet(call.args)
    const asked = propertiesOf(call.args, scriptProperties)
    call.args.end()
    const scripts = new Map(scriptsOf(account).map((script) => [script.id, script]))
    const wanted = ids ?? [...scripts.keys()]
    requireFew(wanted.length)
    const list = wanted.flatMap((id) => {
      const script = scripts.get(id)
      return script === undefined ? [] : [pick(script, asked)]
    })
    const notFound = wanted.filter((id) => !scripts.has(id))
    return { accountId: account.id, state: stateOf(account), list, notFound }
  },
}
