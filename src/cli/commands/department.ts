/** `tamar department …` and `tamar domain …` */
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define, listOf, nameOptions, nameRequired } from '../define.ts'
import { field } from '../output.ts'

export function addDepartment(program: Command, contextOf: ContextOf): void {
  const noun = program.command('department').description('bureaux and departments')
  define(noun, contextOf, {
    grammar: 'create <code>',
    about: 'make a department',
    required: nameRequired,
    options: [...nameOptions, ['--domains <list>', 'its domains, with commas between']],
    run: async ({ client, output }, { args: [code], options }) => {
      const domains = listOf(options['domains'])
      const made = await client().post('departments', { ...options, code, domains })
      output.say(`The department ${code} is made.`, made)
    },
  })
  define(noun, contextOf, {
    grammar: 'rename <code>',
    about: 'give a department other names',
    required: nameRequired,
    options: nameOptions,
    run: async ({ client, output }, { args: [code = ''], options }) => {
      const done = await client().patch(at`departments/${code}`, options)
      output.say(`The department ${code} is renamed.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the departments',
    run: async ({ client, output }) =>
      output.table(
        await client().all('departments'),
        [
          field('code', 'code'),
          field('name', 'name'),
          field('名稱', 'nameZh'),
          field('people', 'people'),
          field('domains', 'domains'),
        ],
        'There is no department yet. Make one with: tamar department create',
      ),
  })
}

export function addDomain(program: Command, contextOf: ContextOf): void {
  const noun = program.command('domain').description('domains whose mail is internal')
  define(noun, contextOf, {
    grammar: 'dns <domain>',
    about: 'say what to publish in DNS for a domain, its DKIM keys among it',
    run: async ({ client, output }, { args: [domain = ''] }) => {
      const answer = dnsSchema.parse(await client().get(at`domains/${domain}/dns`))
      output.say(describeDns(answer), answer)
    },
  })
  define(noun, contextOf, {
    grammar: 'check <domain>',
    about: 'look whether a domain stands in the DNS as it should, test by test',
    run: async ({ client, output }, { args: [domain = ''] }) => {
      const { checks } = checksSchema.parse(await client().get(at`domains/${domain}/check`))
      output.table(
        checks,
        [
          field('about', 'category'),
          field('test', 'test'),
          field('result', 'result'),
          field('why', 'detail'),
        ],
        'There is nothing to check.',
      )
    },
  })
  define(noun, contextOf, {
    grammar: 'add <department> <domain>',
    about: 'give a domain to a department',
    run: async ({ client, output }, { args: [department = '', domain] }) => {
      const done = await client().post(at`departments/${department}/domains`, { domain })
      output.say(`${domain} belongs to ${department} now.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'remove <domain>',
    about: 'make a domain external in which nobody has an address any more',
    run: async ({ client, output }, { args: [domain = ''] }) => {
      const done = await client().delete(at`domains/${domain}`)
      output.say(`Mail to ${domain} leaves the platform from now on.`, done)
    },
  })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the domains',
    run: async ({ client, output }) =>
      output.table(
        await client().all('domains'),
        [field('domain', 'domain'), field('department', 'department')],
        'There is no domain yet. Add one with: tamar domain add',
      ),
  })
}

const checksSchema = z.object({ checks: z.array(z.unknown()) })

const dnsSchema = z.object({
  records: z.array(
    z.object({ name: z.string(), type: z.string(), value: z.string(), about: z.string() }),
  ),
  notes: z.array(z.string()),
})

/** As lines of a zone file (RFC 1035 §5.1), with what they are for as comments. */
function describeDns({ records, notes }: z.output<typeof dnsSchema>): string {
  return [
    ...records.flatMap(({ name, type, value, about }) => [
      `; ${about}`,
      `${name}. IN ${type} ${type === 'TXT' ? quoted(value) : value}`,
    ]),
    ...notes.map((note) => `; ${note}`),
  ].join('\n')
}

/** RFC 1035 §3.3: strings of at most 255 octets. */
function quoted(text: string): string {
  return (text.match(/.{1,255}/g) ?? []).map((piece) => `"${piece}"`).join(' ')
}
