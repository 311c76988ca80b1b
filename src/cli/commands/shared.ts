/** `tamar shared …` */
import type { Command } from 'commander'
import type { ContextOf } from '../context.ts'
import { define, nameOptions, nameRequired } from '../define.ts'
import { field } from '../output.ts'

export function addShared(program: Command, contextOf: ContextOf): void {
  const noun = program.command('shared').description('mailboxes that several people work in')
  define(noun, contextOf, {
    grammar: 'create <address>',
    about: 'make a shared mailbox',
    required: [...nameRequired, ['--department <code>', 'its department']],
    options: nameOptions,
    run: async ({ client, output }, { args: [address], options }) => {
      const made = await client().post('shared/create', { ...options, address })
      output.say(`The shared mailbox ${address} is made. It has no members yet.`, made)
    },
  })
  define(noun, contextOf, {
    grammar: 'add-member <address> <person>',
    about: 'make a person a member, or change his rights',
    options: [['--rights <letters>', 'letters of RFC 4314; all but administering, if not given']],
    run: async ({ client, output }, { args: [address, person], options }) => {
      const member = { address, person, rights: options['rights'] }
      const done = await client().post('shared/set-member', member)
      output.say(`${person} is a member of ${address}.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'remove-member <address> <person>',
    about: 'take a person out',
    run: async ({ client, output }, { args: [address, person] }) => {
      const done = await client().post('shared/remove-member', { address, person })
      output.say(`${person} is no longer a member of ${address}.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the shared mailboxes and their members',
    run: async ({ client, output }) =>
      output.table(
        await client().get('shared/list'),
        [
          field('address', 'address'),
          field('name', 'name'),
          field('名稱', 'nameZh'),
          field('members', 'members'),
        ],
        'There is no shared mailbox yet. Make one with: tamar shared create',
      ),
  })
}
