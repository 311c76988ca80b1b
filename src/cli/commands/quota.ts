/** `tamar quota …`: how much a mailbox or a department holds and may hold. */
import type { Command } from 'commander'
import { z } from 'zod'
import { amountOf, formatAmount } from '../amount.ts'
import { at } from '../at.ts'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, type Given } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'

const options = [
  ['--octets <amount>', 'octets, such as 500M or 2G, or none'],
  ['--messages <amount>', 'messages, such as 50k, or none'],
] as const

const roomSchema = z.object({
  usedOctets: z.number(),
  usedMessages: z.number(),
  limitOctets: z.number().nullable(),
  limitMessages: z.number().nullable(),
})
type Room = z.infer<typeof roomSchema>

export function addQuota(program: Command, contextOf: ContextOf): void {
  const quota = program.command('quota').description('how much mailboxes and departments may hold')
  define(quota, contextOf, {
    grammar: 'show <address>',
    about: 'say what a person, post or shared mailbox holds and may hold',
    run: (context, { args: [address = ''] }) => show(context, address, at`quotas/${address}`),
  })
  define(quota, contextOf, {
    grammar: 'set <address>',
    about: 'set how much a person, post or shared mailbox may hold; what is not named stays',
    options,
    run: (context, given) => set(context, given, at`quotas/${given.args[0] ?? ''}`),
  })
  define(quota, contextOf, {
    grammar: 'show-department <code>',
    about: 'say what all mailboxes of a department hold together and may hold',
    run: (context, { args: [code = ''] }) => show(context, code, at`departments/${code}/quota`),
  })
  define(quota, contextOf, {
    grammar: 'set-department <code>',
    about: 'set how much all mailboxes of a department may hold together',
    options,
    run: (context, given) => set(context, given, at`departments/${given.args[0] ?? ''}/quota`),
  })
}

async function show({ client, output }: Context, name: string, path: string): Promise<void> {
  sayRoom(output, name, roomSchema.parse(await client().get(path)))
}

async function set({ client, output }: Context, given: Given, path: string): Promise<void> {
  const { octets, messages } = given.options
  if (octets === undefined && messages === undefined)
    throw new CommandFault('Say --octets, --messages or both.', exitCodes.usage)
  const now = roomSchema.parse(await client().get(path))
  const wanted = {
    limitOctets: octets === undefined ? now.limitOctets : amountOf('--octets', octets),
    limitMessages: messages === undefined ? now.limitMessages : amountOf('--messages', messages),
  }
  sayRoom(output, given.args[0] ?? '', roomSchema.parse(await client().put(path, wanted)))
}

function sayRoom(output: Context['output'], name: string, room: Room): void {
  const { usedOctets, usedMessages, limitOctets, limitMessages } = room
  const of = (limit: number | null) => (limit === null ? 'no limit' : `of ${formatAmount(limit)}`)
  const octets = `${formatAmount(usedOctets)} octets (${of(limitOctets)})`
  output.say(`${name}: ${octets}, ${usedMessages} messages (${of(limitMessages)})`, room)
}
