/** `tamar list …` */
import type { Command } from 'commander'
import type { ContextOf } from '../context.ts'
import { define, listOf, nameOptions, nameRequired } from '../define.ts'
import { field } from '../output.ts'

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
      const made = await client().post('list/create', { ...options, address, members })
      output.say(`The list ${address} is made.`, made)
    },
  })
  define(noun, contextOf, {
    grammar: 'add <list> <addresses...>',
    about: 'put addresses on a list',
    run: async ({ client, output }, { args: [list, ...members] }) => {
      const done = await client().post('list/add-member', { list, members })
      output.say(`On ${list} now: ${members.join(', ')}.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'remove <list> <addresses...>',
    about: 'take addresses off a list',
    run: async ({ client, output }, { args: [list, ...members] }) => {
      const done = await client().post('list/remove-member', { list, members })
      output.say(`No longer on ${list}: ${members.join(', ')}.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'policy <list>',
    about: 'change who may post and who owns it',
    options: [
      ['--posting <who>', postingAbout],
      ['--owner <address>', 'who gets moderated mail and failures'],
    ],
    run: async ({ client, output }, { args: [list], options }) =>
      output.say(
        `The policy of ${list} is set.`,
        await client().post('list/set-policy', { ...options, list }),
      ),
  })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the lists',
    run: async ({ client, output }) =>
      output.table(
        await client().get('list/list'),
        [
          field('address', 'address'),
          field('name', 'name'),
          field('posting', 'posting'),
          field('owner', 'owner'),
          field('members', 'members'),
        ],
        'There is no distribution list yet. Make one with: tamar list create',
      ),
  })
}
