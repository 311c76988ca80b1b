/** `tamar node …`: which run, which take no new connections, and to end one. */
import type { Command } from 'commander'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { field, moment } from '../output.ts'

export function addNode(program: Command, contextOf: ContextOf): void {
  const noun = program.command('node').description('machines that serve')
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the nodes that were heard of within a week',
    run: async ({ client, output }) =>
      output.table(
        await client().all('nodes'),
        [
          field('node', 'id'),
          field('state', 'state'),
          field('version', 'version'),
          moment('since', 'startedAt'),
          moment('heard', 'seenAt'),
          moment('drained', 'drainedAt'),
          ['answers', ({ isThis }) => (isThis === true ? 'yes' : '')],
        ],
        'No node is known.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'stop <node>',
    about: 'end a node; its service manager starts it again when you say so there',
    run: async ({ client, output }, { args: [node = ''] }) =>
      output.say(`${node} ends within seconds.`, await client().post(at`nodes/${node}/stop`, {})),
  })
  define(noun, contextOf, {
    grammar: 'drain <node>',
    about: 'let a node take no new connections; what is open goes on',
    run: async ({ client, output }, { args: [node = ''] }) =>
      output.say(
        `${node} takes no new connections.`,
        await client().put(at`nodes/${node}/drain`, {}),
      ),
  })
  define(noun, contextOf, {
    grammar: 'undrain <node>',
    about: 'let it take connections again',
    run: async ({ client, output }, { args: [node = ''] }) =>
      output.say(
        `${node} takes connections again.`,
        await client().delete(at`nodes/${node}/drain`),
      ),
  })
}
