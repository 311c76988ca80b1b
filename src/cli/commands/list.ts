/** `tamar list …` */
import type { Command } from 'commander'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define, listOf, nameOptions, nameRequired } from '../define.ts'
import { byAddress, few, field, textsOf } from '../output.ts'

const postingAbout = 'who may post: anyone, internal, members or moderated'

export function addList(program: Command, contextOf: ContextOf): void {
  const noun = program.command('list').description('distribution lists')
  define(noun, contextOf, {
    grammar: 'create <address>',
    about: 'make a distribution list',
    required: [
      ...nameRequired,
      ['--department <code>', 'its department'],
      ['--owner <address>', 'who gets moderated mail and failures'],
    ],
    options: [
      ...nameOptions,
      ['--posting <who>', postingAbout],
      ['--members <list>', 'addresses, with commas between'],
    ],
    run: async ({ client, output }, { args: [address], options }) => {
      const members = listOf(options['members'])
      const made = await client().post('lists', { ...options, address, members })
      output.say(`The list ${address} is made.`, made)
    },
  })
  define(noun, contextOf, {
    grammar: 'add <list> <addresses...>',
    about: 'put addresses on a list',
    run: async ({ client, output }, { args: [list = '', ...add] }) => {
      const done = await client().patch(at`lists/${list}/members`, { add })
      output.say(`On ${list} now: ${add.join(', ')}.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'remove <list> <addresses...>',
    about: 'take addresses off a list',
    run: async ({ client, output }, { args: [list = '', ...remove] }) => {
      const done = await client().patch(at`lists/${list}/members`, { remove })
      output.say(`No longer on ${list}: ${remove.join(', ')}.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'delete <list>',
    about: 'remove a list without members',
    run: async ({ client, output }, { args: [list = ''] }) =>
      output.say(`The list ${list} is gone.`, await client().delete(at`lists/${list}`)),
  })
  define(noun, contextOf, {
    grammar: 'policy <list>',
    about: 'change who may post and who owns it',
    options: [
      ['--posting <who>', postingAbout],
      ['--owner <address>', 'who gets moderated mail and failures'],
    ],
    run: async ({ client, output }, { args: [list = ''], options }) =>
      output.say(`The policy of ${list} is set.`, await client().patch(at`lists/${list}`, options)),
  })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the lists',
    run: async ({ client, output }) =>
      output.table(
        byAddress(await client().all('lists')),
        [
          field('address', 'address'),
          field('name', 'name'),
          field('posting', 'posting'),
          field('owner', 'owner'),
          few('members', ({ members }) => textsOf(members)),
        ],
        'There is no distribution list yet. Make one with: tamar list create',
      ),
  })
}
