/** `tamar status`, `audit list`, `verify` */
import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { z } from 'zod'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, nounOf } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { counted, field, moment } from '../output.ts'

export function addPlatform(program: Command, contextOf: ContextOf): void {
  define(program, contextOf, {
    grammar: 'status',
    about: 'say how the running node is',
    run: async ({ client, output }) => {
      const status = await client().get('status')
      output.say(describeStatus(status), status)
    },
  })
  define(program, contextOf, {
    grammar: 'support-bundle',
    about: 'write what who helps from afar must know: versions, counts and sizes, no user data',
    options: [['--out <file>', 'where to', 'tamar-support.json']],
    run: async ({ client, output }, { options }) => {
      const file = String(options['out'])
      const bundle = await client().post('support-bundle', {})
      writeFileSync(file, `${JSON.stringify(bundle, undefined, 2)}\n`, { mode: 0o600 })
      output.say(`Written to ${file}. Read it before you give it away.`, bundle)
    },
  })
  define(program, contextOf, {
    grammar: 'verify',
    about: 'walk through everything that is kept and say what is not as it must be',
    run: verify,
  })
  const audit = nounOf(program, 'audit', 'the audit trail')
  define(audit, contextOf, {
    grammar: 'list',
    about: 'show the newest entries',
    options: [['--limit <number>', 'how many', '100']],
    run: async ({ client, output }, { options }) =>
      output.table(
        itemsOf(await client().get('audit/entries', { limit: String(options['limit']) })),
        [
          field('node', 'nodeId'),
          field('seq', 'seq'),
          moment('at', 'at'),
          ['what', ({ entry }) => whatOf(entry)],
          ['by', ({ entry }) => entrySchema.parse(entry).principalId],
        ],
        'The audit trail is empty.',
      ),
  })
  define(audit, contextOf, {
    grammar: 'verify',
    about: 'follow the chains that the database still holds; for the sealed log see verify-audit',
    run: async ({ client, output }) => {
      const answer = await client().post('audit/verification', {})
      const { gaps, altered, first } = brokenSchema.parse(answer)
      const lines = first.map(({ nodeId, seq }) => `Entry ${seq} of ${nodeId} was altered.`)
      const crashes = `${counted(gaps, 'gap', 'gaps')}, as crashes leave them.`
      const sum = `${counted(altered, 'altered entry', 'altered entries')}, ${crashes}`
      output.say([...lines, sum].join('\n'), answer)
      if (altered > 0) throw new CommandFault('Call the auditors.', exitCodes.refused)
    },
  })
}

const brokenSchema = z.object({
  gaps: z.number(),
  altered: z.number(),
  first: z.array(z.object({ nodeId: z.string(), seq: z.number() })),
})

const entrySchema = z.looseObject({
  kind: z.string(),
  principalId: z.string().optional(),
  act: z.string().optional(),
  event: z.string().optional(),
  outcome: z.string().optional(),
})

/** `administration person.create`; `--json` has the whole entry. */
function whatOf(entry: unknown): string {
  const { kind, act, event, outcome } = entrySchema.parse(entry)
  return [kind, event, act, outcome].filter((word) => word !== undefined).join(' ')
}

const itemsSchema = z.object({ items: z.array(z.unknown()) })

function itemsOf(answer: unknown): readonly unknown[] {
  return itemsSchema.parse(answer).items
}

const statusSchema = z.object({
  version: z.string(),
  nodeId: z.string(),
  startedAt: z.number(),
  isFounded: z.boolean(),
  roles: z.array(z.string()),
  listeners: z.record(z.string(), z.string()),
  queueMessages: z.number(),
  unsealedEntries: z.number(),
  checks: z.record(z.string(), z.string()),
})

function describeStatus(value: unknown): string {
  const status = statusSchema.parse(value)
  const pairs = (record: Readonly<Record<string, string>>) =>
    Object.entries(record).map(([name, text]) => `  ${name.padEnd(14)} ${text}`)
  return [
    `Tamar ${status.version}, node ${status.nodeId}, since ${new Date(status.startedAt).toISOString()}`,
    `Founded: ${status.isFounded ? 'yes' : 'no'}. Roles: ${status.roles.join(', ')}.`,
    `Queue: ${status.queueMessages}. Audit entries not yet sealed: ${status.unsealedEntries}.`,
    'Listening:',
    ...pairs(status.listeners),
    'Checks:',
    ...pairs(status.checks),
  ].join('\n')
}

const lineSchema = z.object({
  kind: z.enum(['progress', 'fault', 'summary']),
  what: z.string(),
  done: z.number(),
  total: z.number().optional(),
  sentence: z.string().optional(),
})

async function verify({ client, output, progress }: Context): Promise<void> {
  const bar = progress()
  let faults = 0
  for await (const value of client().lines('verification')) {
    const { kind, what, done, total, sentence = '' } = lineSchema.parse(value)
    if (kind === 'progress') {
      bar.at(what, done, total)
      continue
    }
    bar.end()
    if (kind === 'fault') faults += 1
    output.say(sentence, value)
  }
  bar.end()
  if (faults === 0) return
  throw new CommandFault(
    `Verification found ${counted(faults, 'fault', 'faults')}.`,
    exitCodes.refused,
  )
}
