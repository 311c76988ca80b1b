/** `tamar role …` and `tamar delegation …` */
import type { Command } from 'commander'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { field, moment, textOf } from '../output.ts'

export function addRole(program: Command, contextOf: ContextOf): void {
  const noun = program.command('role').description('who may do what, beside his own mail')
  define(noun, contextOf, {
    grammar: 'list [person]',
    about: 'show who holds which role',
    run: async ({ client, output }, { args: [person] }) =>
      output.table(
        await client().all(person === undefined ? 'roles' : at`people/${person}/roles`),
        [
          field('person', 'person'),
          field('role', 'role'),
          ['department', ({ department }) => textOf(department) ?? 'all'],
          moment('from', 'from'),
          moment('until', 'to'),
        ],
        'Nobody holds a role.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'grant <person> <role>',
    about: 'give a person a role; docs/roles.md says what each may',
    options: [
      ['--for <department>', 'the department it is for'],
      ['--to <date>', 'until when; as long as the role may last, if not given'],
    ],
    run: async ({ client, output }, { args: [person = '', role = ''], options }) => {
      const { for: department, to } = options
      const done = await client().put(at`people/${person}/roles/${role}`, { department, to })
      output.say(`${person} is ${role} now.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'revoke <person> <role>',
    about: 'end a role at once',
    options: [['--for <department>', 'the department it was for']],
    run: async ({ client, output }, { args: [person = '', role = ''], options }) => {
      const query = { department: textOf(options['for']) }
      const done = await client().delete(at`people/${person}/roles/${role}`, query)
      output.say(`${person} is no longer ${role}.`, done)
    },
  })
}

export function addDelegation(program: Command, contextOf: ContextOf): void {
  const noun = program.command('delegation').description('who was let into whose mailbox')
  const mailboxOption = ['--mailbox <id>', 'one mailbox only, by its id'] as const
  define(noun, contextOf, {
    grammar: 'list [account]',
    about: 'show whom the owner of an account let in; yours, if not given',
    run: async ({ client, output }, { args: [account = 'me'] }) =>
      output.table(
        await client().all(at`accounts/${account}/delegations`),
        [
          field('person', 'person'),
          field('rights', 'rights'),
          ['mailbox', ({ mailboxId }) => textOf(mailboxId) ?? 'all'],
          moment('from', 'from'),
          moment('until', 'to'),
        ],
        'Nobody was let in.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'grant <account> <person>',
    about: 'let a person into an account',
    required: [['--rights <letters>', 'letters of RFC 4314, and 0: may send on behalf']],
    options: [mailboxOption, ['--to <date>', 'until when; a year, if not given']],
    run: async ({ client, output }, { args: [account = '', person = ''], options }) => {
      const { rights, mailbox: mailboxId, to } = options
      const path = at`accounts/${account}/delegations/${person}`
      const done = await client().put(path, { rights, mailboxId, to })
      output.say(`${person} may do ${String(rights)} in ${account}.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'end <account> <person>',
    about: 'end a delegation at once',
    options: [mailboxOption],
    run: async ({ client, output }, { args: [account = '', person = ''], options }) => {
      const query = { mailboxId: textOf(options['mailbox']) }
      const done = await client().delete(at`accounts/${account}/delegations/${person}`, query)
      output.say(`${person} is no longer let into ${account}.`, done)
    },
  })
}
