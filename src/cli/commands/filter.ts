/** `tamar filter …`: scripts that say what is done with one's mail (RFC 5228). */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { CommandFault } from '../command-fault.ts'
import { exitCodes } from '../exit-codes.ts'
import { field } from '../output.ts'

const shownSchema = z.object({ script: z.string() })

const mailboxOption = ['--mailbox <address>', 'of a post you hold', 'me'] as const

export function addFilter(program: Command, contextOf: ContextOf): void {
  const noun = program.command('filter').description('scripts for your mail (Sieve)')
  const pathOf = (options: Readonly<Record<string, unknown>>, name: string) =>
    at`accounts/${String(options['mailbox'])}/filters/${name}`
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show your scripts',
    options: [mailboxOption],
    run: async ({ client, output }, { options }) =>
      output.table(
        await client().all(at`accounts/${String(options['mailbox'])}/filters`),
        [
          field('name', 'name'),
          field('octets', 'octets'),
          ['in force', ({ isInForce }) => (isInForce === true ? 'yes' : '')],
        ],
        'There are no scripts.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'show <name>',
    about: 'show a script',
    options: [mailboxOption],
    run: async ({ client, output }, { args: [name = ''], options }) => {
      const answer = await client().get(pathOf(options, name))
      output.say(shownSchema.parse(answer).script, answer)
    },
  })
  define(noun, contextOf, {
    grammar: 'put <name> <file>',
    about: 'keep a script; a fault in it is told with its line',
    options: [mailboxOption],
    run: async ({ client, output }, { args: [name = '', file = ''], options }) => {
      const script = await readScript(file)
      const answer = await client().put(pathOf(options, name), { script })
      output.say(`The script ${name} is kept. Put it in force: tamar filter use ${name}`, answer)
    },
  })
  define(noun, contextOf, {
    grammar: 'use [name]',
    about: 'put a script in force, or none',
    options: [mailboxOption],
    run: async ({ client, output }, { args: [name], options }) => {
      const path = at`accounts/${String(options['mailbox'])}/filter-in-force`
      const answer = await client().put(path, name === undefined ? {} : { name })
      output.say(name === undefined ? 'No script is in force.' : `${name} is in force.`, answer)
    },
  })
  define(noun, contextOf, {
    grammar: 'rename <name>',
    about: 'give a script another name',
    options: [mailboxOption, ['--to <name>', 'the new name']],
    run: async ({ client, output }, { args: [name = ''], options }) => {
      const { to } = options
      const answer = await client().post(`${pathOf(options, name)}/rename`, { to })
      output.say(`The script is called ${String(to)}.`, answer)
    },
  })
  define(noun, contextOf, {
    grammar: 'remove <name>',
    about: 'remove a script that is not in force',
    options: [mailboxOption],
    run: async ({ client, output }, { args: [name = ''], options }) =>
      output.say(`The script ${name} is gone.`, await client().delete(pathOf(options, name))),
  })
}

async function readScript(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CommandFault(`The file ${file} cannot be read.`, exitCodes.usage, { cause: error })
  }
}
