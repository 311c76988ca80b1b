/** reject and ereject: the message is refused, and its sender is told why. RFC 5429. */
import type { CommandDefinition } from '../definition.ts'
import { reasonCharactersMax } from '../limits.ts'

export const reject = makeReject('reject')
export const ereject = makeReject('ereject')

function makeReject(name: 'reject' | 'ereject'): CommandDefinition {
  return {
    name,
    needs: name,
    values: [{ name: 'reason', kind: 'text' }],
    run(run, args) {
      const reason = args.text('reason').slice(0, reasonCharactersMax)
      run.add({ kind: 'reject', reason, isExtended: name === 'ereject' }, false)
      return 'next'
    },
  }
}
