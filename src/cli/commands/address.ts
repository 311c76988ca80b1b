/** `tamar address …` */
import type { Command } from 'commander'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'

export function addAddress(program: Command, contextOf: ContextOf): void {
  const noun = program.command('address').description('aliases, and where an address leads')
  define(noun, contextOf, {
    grammar: 'add <address>',
    about: 'give one more address to a person, post, shared mailbox or list',
    required: [['--for <address>', 'whose it becomes']],
    run: async ({ client, output }, { args: [address], options }) => {
      const done = await client().post('addresses', { address, target: options['for'] })
      output.say(`Mail to ${address} goes to ${String(options['for'])} now.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'remove <address>',
    about: 'take an alias away',
    run: async ({ client, output }, { args: [address = ''] }) => {
      const done = await client().delete(at`addresses/${address}`)
      output.say(`${address} is nobody’s now.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'set-primary <address>',
    about: 'make an alias the primary address; the one before becomes an alias',
    run: async ({ client, output }, { args: [address = ''] }) => {
      const done = await client().put(at`addresses/${address}/primary`, {})
      output.say(`${address} is the primary address now; the one before is an alias.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'find <address>',
    about: 'say where mail to an address goes',
    run: async ({ client, output }, { args: [address = ''] }) => {
      const found = await client().get(at`addresses/${address}`)
      // The answer is an object of the API; its fields are shown as they are.
      const { kind, address: primary, department } = found as Record<string, string>
      output.say(`${address}: ${kind} ${primary}, ${department}`, found)
    },
  })
}
