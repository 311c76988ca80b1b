/** `tamar founder …`: what founders do after the founding, each with his own key. */
import type { Command } from 'commander'
import { at } from '../at.ts'
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
  define(noun, contextOf, {
    grammar: 'replace <seat> <sign-in-name> <first> <second> <third>',
    about: 'where a founder is gone: the three others, by their sign-in names, say who sits there',
    options: [
      ['--name <name>', 'the newcomer’s English name'],
      ['--name-zh <name>', 'his Chinese name'],
    ],
    run: async (
      { client, output, ports },
      { args: [seat = '', signInName = '', ...others], options },
    ) => {
      const [passphrase = '', ...theirs] = await readPasswords(ports.streams, [
        `Passphrase that ${signInName} chooses: `,
        ...others.map((name) => `Passphrase of ${name}, from the founding: `),
      ])
      const signers = others.map((name, n) => ({ signInName: name, passphrase: theirs[n] ?? '' }))
      const { name: nameEn, nameZh } = options
      const newcomer = { nameEn, nameZh, signInName, passphrase, signers }
      const done = await client().post(at`seats/${seat}/founder`, newcomer)
      output.say(`${signInName} sits in the seat ${seat} now; next: tamar founder take-seat.`, done)
    },
  })
}
