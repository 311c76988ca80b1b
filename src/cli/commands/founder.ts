/** `tamar founder …`: what founders do after the founding, each with his own key. */
import type { Command } from 'commander'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { readPasswords } from '../read-password.ts'

export function addFounder(program: Command, contextOf: ContextOf): void {
  const noun = program.command('founder').description('what the founders do, each with his own key')
  define(noun, contextOf, {
    grammar: 'take-seat <sign-in-name> <person>',
    about: 'say which person of the directory you are: he has the roles of your seat',
    run: async ({ client, output, ports }, { args: [signInName = '', person = ''] }) => {
      const [passphrase, password] = await readPasswords(ports.streams, [
        `Passphrase of ${signInName}, from the founding: `,
        `New password of ${person}: `,
      ])
      const claim = { signInName, passphrase, holder: person, password }
      const done = await client().post('seats', claim)
      output.say(
        `${person} has the seat of ${signInName} now, and signs in with the new password.`,
        done,
      )
    },
  })
}
