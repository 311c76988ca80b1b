/** `tamar verify-audit`: the verifier that also stands by itself (`src/cli/verify-audit.ts`). */
import type { Command } from 'commander'
import { systemClock } from '../../base/clock.ts'
import { CommandFault } from '../command-fault.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { verifyAudit } from '../verify-audit.ts'

export function addVerifyAudit(program: Command, contextOf: ContextOf): void {
  define(program, contextOf, {
    grammar: 'verify-audit <folder>',
    about: 'prove an exported audit log from public keys alone; 0 proven, 1 broken, 2 unreadable',
    required: [['--key <vkey>', 'the public key of the log, as text or in a file']],
    options: [
      ['--witness <vkey...>', 'public keys of witnesses whose signatures it must have'],
      ['--quorum <n>', 'how many of them must have signed (default: all)'],
      ['--heads <file...>', 'checkpoints kept elsewhere, which the log must continue'],
    ],
    run: async ({ ports, isJson }, { args: [folder = ''], options }) => {
      const { output, errors, isWatched } = ports.streams
      const { key, quorum } = options
      const request = {
        folder,
        key: String(key),
        witnesses: listOfText(options['witness']),
        quorum: typeof quorum === 'string' ? quorum : undefined,
        heads: listOfText(options['heads']),
        isJson,
      }
      const streams = { output, errors, isWatched, clock: systemClock }
      const code = await verifyAudit(request, streams)
      // It has said why.
      if (code !== 0) throw new CommandFault('', code)
    },
  })
}

function listOfText(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
