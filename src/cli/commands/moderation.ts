/** `tamar moderation …`: what waits for lists that one owns. */
import type { Command } from 'commander'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { field, moment } from '../output.ts'

export function addModeration(program: Command, contextOf: ContextOf): void {
  const noun = program.command('moderation').description('mail that waits for lists of yours')
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show what waits; the messages themselves are in your mailbox Moderation',
    run: async ({ client, output }) =>
      output.table(
        await client().all('moderation'),
        [
          field('id', 'id'),
          field('list', 'list'),
          field('from', 'reversePath'),
          moment('since', 'waitingSince'),
          moment('until', 'expiresAt'),
        ],
        'Nothing waits for you.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'approve <ids...>',
    about: 'let messages through to the members of their list',
    run: async ({ client, output }, { args }) => {
      for (const id of args) await client().post(at`moderation/${id}/passage`, {})
      output.say(args.length === 1 ? 'It goes to the list.' : `${args.length} go to their lists.`)
    },
  })
  define(noun, contextOf, {
    grammar: 'refuse <ids...>',
    about: 'do not; who sent them is told, where he is who he says',
    run: async ({ client, output }, { args }) => {
      for (const id of args) await client().post(at`moderation/${id}/refusal`, {})
      output.say(args.length === 1 ? 'It is refused.' : `${args.length} are refused.`)
    },
  })
}
