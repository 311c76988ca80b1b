/** `tamar trace`: what the platform did with a message, never what is in it. */
import type { Command } from 'commander'
import { z } from 'zod'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, type Given } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { shortMoment } from '../output.ts'

export function addTrace(program: Command, contextOf: ContextOf): void {
  define(program, contextOf, {
    grammar: 'trace',
    about: 'follow a message through every hop; that you asked is in the audit log',
    options: [
      ['--id <id>', 'the id in our Received field'],
      ['--header-id <id>', 'its Message-ID'],
      ['--sender <address>', 'who sent it'],
      ['--recipient <address>', 'who should have it: a person, a list, an alias'],
      ['--from <time>', 'not before; a day ago, if nothing else is said'],
      ['--to <time>', 'not after'],
      ['--limit <number>', 'how many messages', '20'],
    ],
    run: trace,
  })
}

const tracedSchema = z.object({
  messages: z.array(
    z.object({
      id: z.string(),
      sender: z.string(),
      octets: z.number(),
      takenAt: z.number(),
      steps: z.array(z.object({ at: z.number(), sentence: z.string() })),
    }),
  ),
  isCut: z.boolean(),
})

async function trace({ client, output }: Context, { options }: Given): Promise<void> {
  const { limit: text, ...wanted } = options
  const limit = Number(text)
  if (!Number.isInteger(limit)) throw new CommandFault('--limit is a number.', exitCodes.usage)
  const answer = await client().post('traces', { ...wanted, limit })
  const { messages, isCut } = tracedSchema.parse(answer)
  const told = messages.map(({ id, sender, takenAt, steps }) => {
    const from = sender === '' ? 'the platform itself' : sender
    const lines = steps.map(({ at, sentence }) => `  ${shortMoment(at)}  ${sentence}`)
    return [`Message ${id} from ${from}, ${shortMoment(takenAt)}`, ...lines].join('\n')
  })
  const none = 'No message like that concerns the departments in your care.'
  const more = isCut ? ['There is more: say more of what you look for, or a shorter time.'] : []
  output.say([...(told.length === 0 ? [none] : told), ...more].join('\n\n'), answer)
}
