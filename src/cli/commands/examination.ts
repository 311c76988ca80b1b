/** `tamar examination …`, `tamar ledger` */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import type { ContextOf } from '../context.ts'
import { define } from '../define.ts'
import { field, moment, type Column } from '../output.ts'

export function addExamination(program: Command, contextOf: ContextOf): void {
  const noun = program
    .command('examination')
    .description('mail of others, opened by two people for a time')
  define(noun, contextOf, {
    grammar: 'open <mailbox>',
    about: 'ask that a named person may read a mailbox; somebody else must agree',
    required: [
      ['--for <person>', 'the address of the person'],
      ['--to <date>', 'until when'],
    ],
    options: [['--kind <kind>', 'examine, take-over, export, restore or break-glass', 'examine']],
    run: async ({ client, output }, { args: [mailbox], options }) => {
      const { for: delegate, to, kind } = options
      const made = await client().post('examinations', { mailbox, delegate, to, kind })
      output.say(`${mailbox} is open to ${String(delegate)}.`, made)
    },
  })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show what is open, to whom, until when',
    run: async ({ client, output }) =>
      output.table(
        await client().all('examinations'),
        [
          field('id', 'id'),
          field('mailbox', 'mailbox'),
          field('person', 'person'),
          field('basis', 'basis'),
          moment('until', 'to'),
          field('approved by', 'approvedBy'),
        ],
        'Nobody’s mail is open to another by approval.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'export <id> <file>',
    about: 'get the mail you may have a copy of, as one mbox file',
    run: async ({ client, output }, { args: [id = '', file = ''] }) => {
      const octets = client().octets(at`examinations/${id}/mbox`)
      // Nobody else reads it, and no file is overwritten.
      await pipeline(octets, createWriteStream(file, { flags: 'wx', mode: 0o600 }))
      output.say(`The mail is in ${file}.`, { file })
    },
  })
  define(noun, contextOf, {
    grammar: 'restore <id>',
    about: 'put what its owner deleted into your own mailbox Restored',
    run: async ({ client, output }, { args: [id = ''] }) => {
      const done = await client().post(at`examinations/${id}/restore`, {})
      output.say('The copies are in your mailbox Restored.', done)
    },
  })
  define(noun, contextOf, {
    grammar: 'close <id>',
    about: 'end it at once',
    run: async ({ client, output }, { args: [id = ''] }) =>
      output.say('It is closed.', await client().delete(at`examinations/${id}`)),
  })
  define(noun, contextOf, {
    grammar: 'delay <mailbox>',
    about: 'ask that its owner hears later of what one examiner does',
    required: [
      ['--for <person>', 'the examiner'],
      ['--to <date>', 'until when'],
    ],
    run: async ({ client, output }, { args: [mailbox], options }) => {
      const { for: delegate, to } = options
      const done = await client().post('ledger-delays', { mailbox, delegate, to })
      output.say(`The owner of ${mailbox} hears of it when the delay ends.`, done)
    },
  })
}

const page = z.object({
  mailbox: z.string(),
  lines: z.array(z.unknown()),
  damaged: z.array(z.number()),
})
const columns: readonly Column[] = [
  moment('from', 'at'),
  moment('to', 'lastAt'),
  field('who', 'by'),
  field('did', 'what'),
  field('on the basis', 'basis'),
  field('messages', 'messages'),
  field('approved by', 'approvedBy'),
  moment('told since', 'delayedUntil'),
]

export function addLedger(program: Command, contextOf: ContextOf): void {
  define(program, contextOf, {
    grammar: 'ledger',
    about: 'show who opened your mailbox, on what basis, and who agreed to it',
    options: [['--mailbox <address>', 'of a post you hold, instead of your own']],
    run: async ({ client, output, isJson }, { options }) => {
      const mailbox = typeof options['mailbox'] === 'string' ? options['mailbox'] : undefined
      const answer = await client().get('ledger', { mailbox })
      if (isJson) return output.say('', answer)
      const { lines, damaged } = page.parse(answer)
      output.table(lines, columns, 'Nobody but you has opened it.')
      if (damaged.length > 0)
        output.say(
          `Lines ${damaged.join(', ')} are gone or were altered: tell your security officer.`,
        )
    },
  })
}
