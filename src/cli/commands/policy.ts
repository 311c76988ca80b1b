/** `tamar policy …`: what the platform's rules are, who set them, and what a change would need. */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import type { Context, ContextOf } from '../context.ts'
import { CommandFault } from '../command-fault.ts'
import { define, type Given } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { field, moment, textOf } from '../output.ts'

const forDepartment = ['--for <department>', 'of one department, instead of the platform'] as const
const policySchema = z.object({
  id: z.string(),
  value: z.unknown(),
  versions: z.array(z.unknown()),
})
const verdictSchema = z.object({
  action: z.string(),
  reason: z.string(),
  marks: z.array(z.string()),
  facts: z.record(z.string(), z.unknown()),
  fired: z.array(
    z.object({ rule: z.string(), action: z.string(), setBy: z.string(), about: z.string() }),
  ),
})
const explanationSchema = z.object({ sentence: z.string() })

export function addPolicy(program: Command, contextOf: ContextOf): void {
  const noun = program.command('policy').description('what the rules of the platform are')
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show every policy and what holds',
    options: [forDepartment],
    run: async ({ client, output }, { options }) =>
      output.table(
        await client().all('policies', queryOf(options)),
        [
          field('policy', 'id'),
          ['value', ({ value }) => JSON.stringify(value)],
          ['stricter is', ({ stricter }) => textOf(stricter) ?? ''],
          field('set', 'version'),
          field('what it says', 'words'),
        ],
        'There are no policies.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'show <policy>',
    about: 'show a policy and who set it when',
    options: [forDepartment],
    run: show,
  })
  define(noun, contextOf, {
    grammar: 'set <policy> <value>',
    about: 'set a policy; what is weaker needs two people',
    options: [forDepartment],
    run: (context, given) =>
      change(context, given, async (path, { department }) => {
        const value = valueOf(given.args[1] ?? '')
        return context.client().put(path, { department, value })
      }),
  })
  define(noun, contextOf, {
    grammar: 'withdraw <policy>',
    about: 'take back what was set',
    options: [forDepartment],
    run: (context, given) =>
      change(context, given, (path, query) => context.client().delete(path, query)),
  })
  define(noun, contextOf, {
    grammar: 'explain <message>',
    about: 'say what the rules of mail do with a message, every fact and every rule that fired',
    options: [
      ['--from <address>', 'its envelope’s sender; none, of a report'],
      ['--to <addresses>', 'whom it is for, parted by commas'],
      ['--peer <address>', 'which server brings it; without one a user of ours sends it'],
      ['--helo <name>', 'how that server greets'],
      forDepartment,
    ],
    run: (context, { args: [file = ''], options }) => explainMail(context, { file, options }),
  })
  define(noun, contextOf, {
    grammar: 'explain-change <policy> <value>',
    about: 'say what setting it would change, and who would have to agree',
    options: [forDepartment],
    run: async ({ client, output }, { args: [name = '', value = ''], options }) => {
      const body = { ...queryOf(options), value: valueOf(value) }
      const answer = await client().post(at`policies/${name}/explanation`, body)
      output.say(explanationSchema.parse(answer).sentence, answer)
    },
  })
}

interface Explained {
  readonly file: string
  readonly options: Given['options']
}

async function explainMail(
  { client, output }: Context,
  { file, options }: Explained,
): Promise<void> {
  const from = textOf(options['from']) ?? ''
  const to = (textOf(options['to']) ?? '').split(',').filter((address) => address !== '')
  const { peer, helo } = { peer: textOf(options['peer']), helo: textOf(options['helo']) }
  const message = (await readMessage(file)).toString('base64')
  const body = { message, from, to, peer, helo, ...queryOf(options) }
  const answer = await client().post('mail-verdicts', body)
  const { action, reason, marks, facts, fired } = verdictSchema.parse(answer)
  const lines = [
    `${action}, because of ${reason}${marks.length === 0 ? '' : `; marked ${marks.join(', ')}`}`,
    '',
    'Rules that fired:',
    ...fired.map(
      ({ rule, action: does, setBy, about }) => `  ${rule} (${does}, ${setBy}): ${about}`,
    ),
    ...(fired.length === 0 ? ['  none'] : []),
    '',
    'Facts:',
    ...Object.entries(facts).map(([name, value]) => `  ${name}: ${String(value)}`),
  ]
  output.say(lines.join('\n'), answer)
}

async function readMessage(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch {
    throw new CommandFault(`${file} cannot be read.`, exitCodes.usage)
  }
}

async function show({ client, output, isJson }: Context, { args, options }: Given): Promise<void> {
  const answer = await client().get(at`policies/${args[0] ?? ''}`, queryOf(options))
  if (isJson) return output.say('', answer)
  const { id, value, versions } = policySchema.parse(answer)
  output.say(`${id}: ${JSON.stringify(value)}`)
  output.table(
    versions,
    [
      moment('set', 'at'),
      ['of', ({ department }) => textOf(department) ?? 'the platform'],
      ['value', ({ value: set }) => (set === null ? 'withdrawn' : JSON.stringify(set))],
      ['weaker', ({ isWeaker }) => (isWeaker === true ? 'yes' : '')],
      field('by', 'by'),
      field('why', 'reason'),
    ],
    'Nobody has set it.',
  )
}

type Query = { readonly department: string | undefined }

async function change(
  { output }: Context,
  { args: [name = ''], options }: Given,
  work: (path: string, query: Query) => Promise<unknown>,
): Promise<void> {
  const done = await work(at`policies/${name}`, queryOf(options))
  output.say(`${name} is ${JSON.stringify(policySchema.parse(done).value)} now.`, done)
}

function queryOf(options: Given['options']): Query {
  return { department: textOf(options['for']) }
}

/** `180`, `true`, `["a","b"]` are JSON; what is not is a word. */
function valueOf(given: string): unknown {
  try {
    return JSON.parse(given) as unknown
  } catch {
    return given
  }
}
