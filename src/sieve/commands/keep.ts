/** keep, discard and stop. RFC 5228 §4.3, §4.4, §3.3. */
import type { CommandDefinition } from '../definition.ts'
import { flagsTag, flagsFor } from './flags-tag.ts'

export const keep: CommandDefinition = {
  name: 'keep',
  tags: [flagsTag],
  run(run, args) {
    run.add({ kind: 'keep', flags: flagsFor(run, args) }, false)
    return 'next'
  },
}

export const discard: CommandDefinition = {
  name: 'discard',
  run(run) {
    run.isKeptImplicitly = false
    return 'next'
  },
}

export const stop: CommandDefinition = { name: 'stop', run: () => 'stop' }
