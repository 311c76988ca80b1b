/** `tamar key rotate …`: new keys while the platform runs. */
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, nounOf } from '../define.ts'

const rewrappedSchema = z.object({ rewrapped: z.number() })

export function addKeyRotation(program: Command, contextOf: ContextOf): void {
  const key = nounOf(program, 'key', 'keys')
  const rotate = key.command('rotate').description('new keys, while the platform runs')
  define(rotate, contextOf, {
    grammar: 'master',
    about: 'wrap everything under the present master key; then the one before can go',
    run: (context) => run(context, 'keys/master/rotation', 'Keys of the platform and departments'),
  })
  define(rotate, contextOf, {
    grammar: 'department <code>',
    about: 'a new key for a department',
    run: (context, { args: [code = ''] }) =>
      run(context, at`keys/departments/${code}/rotation`, 'Keys of its accounts'),
  })
  define(rotate, contextOf, {
    grammar: 'account <address>',
    about: 'a new key for a person, post or shared mailbox',
    run: (context, { args: [address = ''] }) =>
      run(context, at`keys/accounts/${address}/rotation`, 'Keys of its months'),
  })
}

async function run({ client, output }: Context, path: string, what: string): Promise<void> {
  const done = rewrappedSchema.parse(await client().post(path, {}))
  output.say(`${what} that were wrapped anew: ${done.rewrapped}.`, done)
}
