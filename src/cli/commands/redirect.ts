/** `tamar redirect …`: where somebody's mail is sent on to. */
import type { Command } from 'commander'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { field, moment } from '../output.ts'

const mailboxOption = ['--mailbox <address>', 'of a post you hold or of another', 'me'] as const

export function addRedirect(program: Command, contextOf: ContextOf): void {
  const noun = program.command('redirect').description('where mail is sent on to')
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show where your mail is sent on to',
    options: [mailboxOption],
    run: async ({ client, output }, { options }) =>
      output.table(
        await client().all(at`accounts/${String(options['mailbox'])}/redirects`),
        [
          field('to', 'target'),
          ['outside', ({ isExternal }) => (isExternal === true ? 'yes' : '')],
          moment('from', 'from'),
          moment('until', 'to'),
          field('set by', 'setBy'),
          ['in force', ({ isInForce }) => (isInForce === true ? 'yes' : 'no')],
        ],
        'No mail is sent on.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'set <address>',
    about: 'send your mail on; a copy stays, and out of the government somebody must agree',
    options: [mailboxOption, ['--to <date>', 'until when']],
    run: async ({ client, output }, { args: [target = ''], options }) => {
      const { mailbox, to } = options
      const path = at`accounts/${String(mailbox)}/redirects/${target}`
      output.say(`Mail is sent on to ${target}.`, await client().put(path, { to }))
    },
  })
  define(noun, contextOf, {
    grammar: 'remove <address>',
    about: 'end it at once',
    options: [mailboxOption],
    run: async ({ client, output }, { args: [target = ''], options }) => {
      const path = at`accounts/${String(options['mailbox'])}/redirects/${target}`
      output.say(`No mail is sent on to ${target} any more.`, await client().delete(path))
    },
  })
}
