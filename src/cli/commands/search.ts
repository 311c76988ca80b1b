/** `tamar search rebuild`: what search stands on is built anew, while the platform runs. */
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, type Given } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { backgroundOption, inBackground, isInBackground } from './task.ts'
import { counted } from '../output.ts'

const packedSchema = z.object({ messages: z.number() })

export function addSearch(program: Command, contextOf: ContextOf): void {
  const search = program.command('search').description('what search in mail stands on')
  define(search, contextOf, {
    grammar: 'rebuild',
    about: 'pack the texts of mail for search anew; searches stay right, and are slow until then',
    options: [
      ['--account <address>', 'of a person, post or shared mailbox'],
      ['--all', 'of everybody, one account after the other'],
      backgroundOption,
    ],
    run: rebuild,
  })
}

const optionsSchema = z.object({ account: z.string().optional(), all: z.boolean().optional() })

async function rebuild(context: Context, given: Given): Promise<void> {
  const { account, all } = optionsSchema.parse(given.options)
  if ((account === undefined) === (all === undefined))
    throw new CommandFault('Say either --account with an address, or --all.', exitCodes.usage)
  const { client, output, progress } = context
  const [path, what] =
    account === undefined
      ? (['search/rebuilding', 'accounts'] as const)
      : ([at`search/accounts/${account}/rebuilding`, 'messages'] as const)
  if (isInBackground(given)) return inBackground(context, path, {})
  const bar = progress()
  try {
    const answer = await client().postLong(path, {}, (done, total) => bar.at(what, done, total))
    const { messages } = packedSchema.parse(answer)
    bar.end()
    output.say(`Packed for search: ${counted(messages, 'message', 'messages')}.`, { messages })
  } finally {
    bar.end()
  }
}
