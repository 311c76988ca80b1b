/**
 * Directory/lookUp: whom of the government one could mean by what was typed. A capability of our own: for a
 * line in which recipients are typed, not for reading the directory whole (ADR 0045).
 */
import { directoryCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { invalidArguments } from '../core/method-error.ts'
import { lookedUpMax, lookUpCharactersMax, lookUpCharactersMin } from '../limits.ts'
import { bookFor } from './pace.ts'
import { presentEntry } from './present.ts'

export const directoryLookUp: Method = {
  capability: directoryCapability,
  async run(call) {
    const account = accountOf(call)
    const text = call.args.string('text').trim()
    const limit = call.args.unsigned('limit') ?? lookedUpMax
    call.args.end()
    const characters = Array.from(text).length
    if (characters < lookUpCharactersMin || characters > lookUpCharactersMax)
      throw invalidArguments(
        `text must have ${lookUpCharactersMin} to ${lookUpCharactersMax} characters`,
      )
    const book = bookFor(call, 1)
    const max = Math.min(limit, lookedUpMax)
    const { address, departmentId } = call.principal
    const found = book.lookUp(text, { max, now: call.parts.clock.now(), address, departmentId })
    return { accountId: account.id, list: found.map(presentEntry) }
  },
}
