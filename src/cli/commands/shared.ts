/** `tamar shared …` */
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define, nameOptions, nameRequired } from '../define.ts'
import { byAddress, few, field } from '../output.ts'

export function addShared(program: Command, contextOf: ContextOf): void {
  const noun = program.command('shared').description('mailboxes that several people work in')
  define(noun, contextOf, {
    grammar: 'create <address>',
    about: 'make a shared mailbox',
    required: [...nameRequired, ['--department <code>', 'its department']],
    options: nameOptions,
    run: async ({ client, output }, { args: [address], options }) => {
      const made = await client().post('shared-mailboxes', { ...options, address })
      output.say(`The shared mailbox ${address} is made. It has no members yet.`, made)
    },
  })
  define(noun, contextOf, {
    grammar: 'add-member <address> <person>',
    about: 'make a person a member, or change his rights',
    options: [['--rights <letters>', 'letters of RFC 4314; all but administering, if not given']],
    run: async ({ client, output }, { args: [address = '', person = ''], options }) => {
      const path = at`shared-mailboxes/${address}/members/${person}`
      const done = await client().put(path, { rights: options['rights'] })
      output.say(`${person} is a member of ${address}.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'remove-member <address> <person>',
    about: 'take a person out',
    run: async ({ client, output }, { args: [address = '', person = ''] }) => {
      const done = await client().delete(at`shared-mailboxes/${address}/members/${person}`)
      output.say(`${person} is no longer a member of ${address}.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the shared mailboxes and their members',
    run: async ({ client, output }) =>
      output.table(
        byAddress(await client().all('shared-mailboxes')),
        [
          field('address', 'address'),
          field('name', 'name'),
          field('名稱', 'nameZh'),
          few('members', ({ members }) => membersOf(members)),
        ],
        'There is no shared mailbox yet. Make one with: tamar shared create',
      ),
  })
}

const membersSchema = z.array(z.object({ address: z.string(), rights: z.string() }))

function membersOf(value: unknown): readonly string[] {
  return membersSchema.parse(value).map(({ address, rights }) => `${address} (${rights})`)
}
