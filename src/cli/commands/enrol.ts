/** `tamar password reset`, and `tamar enrol`: a password for who has none. */
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { readPasswords } from '../read-password.ts'

const asked = z.object({ approval: z.string(), firstHalf: z.string(), waitsUntil: z.number() })

export function addEnrolment(program: Command, contextOf: ContextOf): void {
  const noun = program.commands.find((command) => command.name() === 'password')
  if (noun !== undefined)
    define(noun, contextOf, {
      grammar: 'reset <person>',
      about: 'ask that a person may choose a new password; you get half a code for him',
      run: async ({ client, output }, { args: [person = ''] }) => {
        const answer = await client().post(at`people/${person}/password-reset`, {})
        const { approval, firstHalf, waitsUntil } = asked.parse(answer)
        const until = new Date(waitsUntil).toISOString()
        output.say(
          `Hand this to ${person} yourself: ${firstHalf}\nIt is half of a code and is shown once. ` +
            `The other half is shown to who approves request ${approval}, until ${until}.`,
          answer,
        )
      },
    })
  define(program, contextOf, {
    grammar: 'enrol <address>',
    about: 'choose your password with both halves of your code',
    run: async (context, { args: [address] }) => {
      const [first, second, password] = await readPasswords(context.ports.streams, prompts)
      const done = await context.client().post('enrolments', {
        address,
        halves: [first, second],
        password,
      })
      context.output.say('Your password is set. Sign in with it.', done)
    },
  })
}

const prompts = ['First half of your code: ', 'Second half: ', 'Your new password: '] as const
