/** `tamar held …`: mail that the policy set aside, for its owner and for who decides. */
import type { Command } from 'commander'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { field, moment } from '../output.ts'

export function addHeld(program: Command, contextOf: ContextOf): void {
  const noun = program.command('held').description('mail that was set aside')
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show what was set aside of your mail, and of posts that you hold',
    run: async ({ client, output }) =>
      output.table(
        await client().all('held'),
        [
          field('id', 'id'),
          field('for', 'address'),
          field('from', 'from'),
          field('subject', 'subject'),
          field('why', 'about'),
          moment('since', 'heldAt'),
          moment('until', 'expiresAt'),
          moment('asked for', 'requestedAt'),
        ],
        'Nothing was set aside for you.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'request <ids...>',
    about: 'ask for messages; an administrator decides',
    run: async ({ client, output }, { args }) => {
      for (const id of args) await client().post(at`held/${id}/request`, {})
      output.say(args.length === 1 ? 'It is asked for.' : `${args.length} are asked for.`)
    },
  })
  define(noun, contextOf, {
    grammar: 'requests',
    about: 'show what owners in your care asked for',
    run: async ({ client, output }) =>
      output.table(
        await client().all('held-requests'),
        [
          field('id', 'id'),
          field('for', 'address'),
          field('asked by', 'requestedBy'),
          moment('asked at', 'requestedAt'),
          field('why', 'about'),
          moment('since', 'heldAt'),
          moment('until', 'expiresAt'),
        ],
        'Nobody asked for anything.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'release <ids...>',
    about: 'let messages go to their owners, who asked for them',
    run: async ({ client, output }, { args }) => {
      for (const id of args) await client().post(at`held-requests/${id}/release`, {})
      output.say(args.length === 1 ? 'It goes to its owner.' : `${args.length} go to their owners.`)
    },
  })
  define(noun, contextOf, {
    grammar: 'refuse <ids...>',
    about: 'do not; they are destroyed, and their owners are told with the next digest',
    run: async ({ client, output }, { args }) => {
      for (const id of args) await client().post(at`held-requests/${id}/refusal`, {})
      output.say(args.length === 1 ? 'It is refused.' : `${args.length} are refused.`)
    },
  })
}
