/** `tamar approval …`, `tamar consent …` */
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, type Given } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { field, moment, textOf, type Column, type Row } from '../output.ts'

const columns: readonly Column[] = [
  field('id', 'id'),
  field('state', 'state'),
  field('act', 'words'),
  ['what', linesOf],
  field('asked by', 'requester'),
  field('reason', 'reason'),
  field('ticket', 'ticket'),
  moment('until', 'expiresAt'),
  field('waits for', 'waitsFor'),
]

export function addApproval(program: Command, contextOf: ContextOf): void {
  const noun = program
    .command('approval')
    .description('what needs two people: what waits for your yes, and what you asked for')
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show requests that wait for your yes',
    options: [
      ['--mine', 'those you made'],
      ['--review', 'what was done and waits for a review'],
      ['--all', 'all that concern you'],
      ['--batch <id>', 'those that were asked for together'],
      ['--since <date>', 'all that concern you and were asked for since then, however long ago'],
      ['--until <date>', 'and before then; within a year'],
    ],
    run: async ({ client, output }, { options }) => {
      const [since, until] = [textOf(options['since']), textOf(options['until'])]
      if (since !== undefined) {
        const rows = await client().all('approvals/past', { since, until })
        return output.table(rows, columns, 'There was nothing.')
      }
      const view = ['mine', 'review', 'all'].find((name) => options[name] === true) ?? 'waiting'
      const batch = typeof options['batch'] === 'string' ? options['batch'] : undefined
      const rows = await client().all('approvals', { view, batch })
      output.table(rows, columns, 'Nothing waits.')
    },
  })
  define(noun, contextOf, {
    grammar: 'show <id>',
    about: 'show one request with every line of what it would do',
    run: show,
  })
  define(noun, contextOf, {
    grammar: 'approve [ids...]',
    about: 'say yes; with the last yes needed it is done',
    options: [['--batch <id>', 'all of a batch that wait for you; each is shown']],
    run: approve,
  })
  define(noun, contextOf, {
    grammar: 'refuse <id>',
    about: 'say no, with a --reason; one no ends the request',
    run: async ({ client, output, options }, { args: [id = ''] }) => {
      const reason = options.reason ?? ''
      const done = await client().post(at`approvals/${id}/refuse`, { reason })
      output.say('Refused.', done)
    },
  })
  define(noun, contextOf, {
    grammar: 'withdraw <id>',
    about: 'withdraw what you asked for',
    run: async ({ client, output }, { args: [id = ''] }) =>
      output.say('Withdrawn.', await client().post(at`approvals/${id}/withdraw`, {})),
  })
  define(noun, contextOf, {
    grammar: 'review <id>',
    about: 'say that what was done was in order, or was not',
    required: [['--remark <text>', 'what you saw']],
    options: [['--not-in-order', 'it was not']],
    run: async ({ client, output }, { args: [id = ''], options }) => {
      const finding = options['notInOrder'] === true ? 'not-in-order' : 'in-order'
      const words = { finding, remark: options['remark'] }
      output.say('Reviewed.', await client().post(at`approvals/${id}/review`, words))
    },
  })
}

export function addConsent(program: Command, contextOf: ContextOf): void {
  const noun = program
    .command('consent')
    .description('consent you give beforehand to your successor in a post')
  define(noun, contextOf, {
    grammar: 'give <mailbox>',
    about: 'let a named person follow you without being asked again',
    required: [
      ['--for <person>', 'the address of the person'],
      ['--to <date>', 'until when this holds; within a year'],
    ],
    options: [
      ['--from <date>', 'from when; now, if not given'],
      ['--act <act>', 'what you consent to', 'post.appoint'],
    ],
    run: async ({ client, output }, { args: [mailbox = ''], options }) => {
      const { for: delegate, to, from, act } = options
      const made = await client().post('consents', { mailbox, delegate, to, from, act })
      output.say(`You consent: ${String(delegate)} may follow you at ${mailbox}.`, made)
    },
  })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show what you consented to beforehand',
    run: async ({ client, output }) =>
      output.table(
        await client().all('consents'),
        [
          field('id', 'id'),
          field('act', 'act'),
          field('mailbox', 'mailbox'),
          field('person', 'person'),
          moment('from', 'from'),
          moment('to', 'to'),
        ],
        'You have consented to nothing beforehand.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'revoke <id>',
    about: 'take a consent back',
    run: async ({ client, output }, { args: [id = ''] }) =>
      output.say('Taken back.', await client().delete(at`consents/${id}`)),
  })
}

async function show({ client, output, isJson }: Context, { args: [id = ''] }: Given) {
  const request = await client().get(at`approvals/${id}`)
  if (isJson) return output.say('', request)
  output.table([request], columns, '')
}

const outcomes = z.object({
  outcomes: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      isDone: z.boolean(),
      message: z.string().nullable(),
      facts: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
})

async function approve(context: Context, { args, options }: Given): Promise<void> {
  const { client, output, isJson } = context
  const ids = [...args]
  if (typeof options['batch'] === 'string') {
    const rows = await client().all('approvals', { view: 'waiting', batch: options['batch'] })
    if (!isJson) output.table(rows, columns, 'Nothing of this batch waits for you.')
    for (const { id } of z.array(z.object({ id: z.string() })).parse(rows)) ids.push(id)
  }
  if (ids.length === 0)
    throw new CommandFault('Name what you approve. See: tamar approval list', exitCodes.usage)
  const answer = outcomes.parse(await client().post('approvals/approve', { approvals: ids }))
  if (isJson) return output.say('', answer)
  for (const one of answer.outcomes) output.say(sentenceOf(one))
}

function sentenceOf(one: z.infer<typeof outcomes>['outcomes'][number]): string {
  const facts = Object.entries(one.facts).map(([name, value]) => `${name}: ${value}`)
  const state = one.isDone ? 'done' : one.state
  const words = [one.message ?? (one.state === 'waiting' ? 'It waits for one more.' : ''), ...facts]
  return `${one.id}  ${state}  ${words.filter((word) => word !== '').join('  ')}`.trimEnd()
}

const lines = z.array(z.object({ name: z.string(), value: z.string() }))

function linesOf(row: Row): string {
  return lines
    .parse(row['lines'])
    .map(({ name, value }) => `${name} ${value}`)
    .join('; ')
}
