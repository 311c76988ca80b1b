/** `tamar key rotate …`: new keys while the platform runs. */
import type { Command } from 'commander'
import { z } from 'zod'
import { backgroundOption, inBackground, isInBackground } from './task.ts'
import { at } from '../at.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, nounOf, type Given } from '../define.ts'

const rewrappedSchema = z.object({ rewrapped: z.number() })

export function addKeyRotation(program: Command, contextOf: ContextOf): void {
  const key = nounOf(program, 'key', 'keys')
  const rotate = key.command('rotate').description('new keys, while the platform runs')
  define(rotate, contextOf, {
    grammar: 'master',
    about: 'wrap everything under the present master key; then the one before can go',
    options: [backgroundOption],
    run: (context, given) =>
      run(context, given, ['keys/master/rotation', 'Keys of the platform and departments']),
  })
  define(rotate, contextOf, {
    grammar: 'department <code>',
    about: 'a new key for a department',
    options: [backgroundOption],
    run: (context, given) =>
      run(context, given, [
        at`keys/departments/${given.args[0] ?? ''}/rotation`,
        'Keys of its accounts',
      ]),
  })
  define(rotate, contextOf, {
    grammar: 'account <address>',
    about: 'a new key for a person, post or shared mailbox',
    run: (context, given) =>
      run(context, given, [
        at`keys/accounts/${given.args[0] ?? ''}/rotation`,
        'Keys of its months',
      ]),
  })
}

async function run(
  context: Context,
  given: Given,
  [path, what]: readonly [path: string, what: string],
): Promise<void> {
  if (isInBackground(given)) return inBackground(context, path, {})
  const { client, output } = context
  const done = rewrappedSchema.parse(await client().post(path, {}))
  output.say(`${what} that were wrapped anew: ${done.rewrapped}.`, done)
}
