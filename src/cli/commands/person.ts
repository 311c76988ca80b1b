/** `tamar person …` */
import type { Command } from 'commander'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define, nameOptions, nameRequired } from '../define.ts'
import { byAddress, field, textOf } from '../output.ts'

const states = [
  ['suspend', 'suspended', 'keep a person from signing in; new mail is refused', 'is suspended'],
  ['reactivate', 'active', 'let a person sign in again', 'may sign in again'],
  ['leave', 'left', 'say that a person has left the service', 'has left'],
] as const

export function addPerson(program: Command, contextOf: ContextOf): void {
  const noun = program.command('person').description('people who sign in')
  define(noun, contextOf, {
    grammar: 'create <address>',
    about: 'make a person with a mailbox',
    required: [...nameRequired, ['--department <code>', 'his department']],
    options: nameOptions,
    run: async ({ client, output }, { args: [address], options }) => {
      const made = await client().post('people', { ...options, address })
      const next = `He signs in once he has a password: tamar password set ${address}`
      output.say(`${address} is made. ${next}`, made)
    },
  })
  define(noun, contextOf, {
    grammar: 'rename <address>',
    about: 'give a person other names',
    required: nameRequired,
    options: nameOptions,
    run: async ({ client, output }, { args: [address = ''], options }) => {
      const done = await client().patch(at`people/${address}`, options)
      output.say(`${address} is renamed.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'move <address> <department>',
    about: 'move a person and his mailbox to another department',
    run: async ({ client, output }, { args: [address = '', department] }) => {
      const done = await client().patch(at`people/${address}`, { department })
      output.say(`${address} belongs to ${department} now.`, done)
    },
  })
  for (const [verb, state, about, said] of states)
    define(noun, contextOf, {
      grammar: `${verb} <address>`,
      about,
      run: async ({ client, output }, { args: [address = ''] }) => {
        const done = await client().patch(at`people/${address}`, { state })
        output.say(`${address} ${said}.`, done)
      },
    })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the people',
    options: [['--department <code>', 'only those of one department']],
    run: async ({ client, output }, { options }) =>
      output.table(
        byAddress(await client().all('people', { department: textOf(options['department']) })),
        [
          field('address', 'address'),
          field('name', 'name'),
          field('姓名', 'nameZh'),
          field('department', 'department'),
          field('state', 'state'),
        ],
        'There is nobody yet. Make people with: tamar person create, or tamar import',
      ),
  })
}
