/** `tamar completion bash|zsh|fish` */
import type { Command } from 'commander'
import { CommandFault } from '../command-fault.ts'
import { formatCompletion, shells } from '../completion.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'

export function addCompletion(program: Command, contextOf: ContextOf): void {
  define(program, contextOf, {
    grammar: 'completion <shell>',
    about: 'say how a shell completes these commands: bash, zsh or fish',
    run: async ({ ports }, { args: [name = ''] }) => {
      const shell = shells.find((one) => one === name)
      if (shell === undefined)
        throw new CommandFault(`A shell is one of ${shells.join(', ')}.`, exitCodes.usage)
      ports.streams.output.write(formatCompletion(program, shell))
    },
  })
}
