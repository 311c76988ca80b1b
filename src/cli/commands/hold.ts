/** `tamar hold …`: what a matter keeps of somebody's mail from being destroyed. */
import type { Command } from 'commander'
import { z } from 'zod'
import { CommandFault } from '../command-fault.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { counted, field, moment, textOf } from '../output.ts'

const placedSchema = z.object({ matter: z.string(), messages: z.number() })

export function addHold(program: Command, contextOf: ContextOf): void {
  const noun = program.command('hold').description('mail that must not be destroyed')
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show what is held, for which matter, since when and why',
    options: [
      ['--mailbox <address>', 'of one mailbox'],
      ['--matter <id>', 'of one matter'],
    ],
    run: async ({ client, output }, { options }) => {
      const query = { mailbox: textOf(options['mailbox']), matter: textOf(options['matter']) }
      output.table(
        await client().all('holds', query),
        [
          field('mailbox', 'mailbox'),
          field('matter', 'words'),
          field('its id', 'matter'),
          moment('received from', 'receivedFrom'),
          moment('before', 'receivedBefore'),
          moment('placed', 'placedAt'),
          field('by', 'placedBy'),
          field('why', 'reason'),
        ],
        'Nothing is held.',
      )
    },
  })
  define(noun, contextOf, {
    grammar: 'place <mailbox>',
    about: 'hold what a mailbox received, and receives until the hold is released',
    options: [
      ['--matter <words>', 'a new matter: what it is about'],
      ['--matter-id <id>', 'a matter that holds something already'],
      ['--from <date>', 'only what was received from then on'],
      ['--before <date>', 'only what was received before then'],
    ],
    run: async ({ client, output }, { args: [mailbox], options }) => {
      const { matter: words, matterId: matter, from, before } = options
      if ((words === undefined) === (matter === undefined))
        throw new CommandFault('Say either --matter or --matter-id.', exitCodes.usage)
      const body = { mailbox, words, matter, receivedFrom: from, receivedBefore: before }
      const placed = placedSchema.parse(await client().post('holds', body))
      const what = counted(placed.messages, 'message is', 'messages are')
      output.say(`${what} held in ${mailbox}. The matter is ${placed.matter}.`, placed)
    },
  })
  define(noun, contextOf, {
    grammar: 'release <mailbox> <matter>',
    about: 'ask that what a matter holds in a mailbox is held no longer',
    run: async ({ client, output }, { args: [mailbox, matter] }) => {
      const done = await client().post('hold-releases', { mailbox, matter })
      output.say('The hold is released.', done)
    },
  })
}
