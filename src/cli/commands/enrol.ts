/** `tamar password reset`, and `tamar enrol`: a password for who has none. */
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { readPassword } from '../read-password.ts'

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
      const [first, second, password] = await readThree(context)
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

/** One after the other from a person; three lines from a program. */
async function readThree({ ports }: Context): Promise<readonly string[]> {
  const { input } = ports.streams
  const given: string[] = []
  if ('isTTY' in input && input.isTTY === true)
    for (const prompt of prompts) given.push(await readPassword(ports.streams, prompt))
  else
    for await (const line of createInterface({ input })) {
      given.push(line)
      if (given.length === prompts.length) break
    }
  if (given.length < prompts.length)
    throw new CommandFault('This needs two halves and a password, a line each.', exitCodes.usage)
  return given
}
