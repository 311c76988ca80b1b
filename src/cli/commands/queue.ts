/** `tamar queue …` */
import type { Command } from 'commander'
import { z } from 'zod'
import { CommandFault } from '../command-fault.ts'
import type { ContextOf } from '../context.ts'
import { define, type Given, nounOf } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { counted, field, moment } from '../output.ts'

const pick: readonly (readonly [string, string])[] = [
  ['--recipient <number>', 'one recipient of the message'],
  ['--destination <id>', 'everything for one destination'],
  ['--department <code>', 'everything of one department'],
]

export function addQueue(program: Command, contextOf: ContextOf): void {
  const queue = nounOf(program, 'queue', 'mail that waits')
  define(queue, contextOf, {
    grammar: 'list [message]',
    about: 'show what waits, the oldest first',
    options: [['--limit <number>', 'how many', '100'], ...pick],
    run: async ({ client, output }, given) =>
      output.table(
        itemsOf(
          await client().get('queue', { limit: String(given.options['limit']), ...picked(given) }),
        ),
        [
          field('message', 'messageId'),
          field('recipient', 'recipient'),
          field('destination', 'destination'),
          field('department', 'department'),
          field('state', 'state'),
          field('octets', 'octets'),
          field('attempts', 'attempts'),
          moment('queued', 'queuedAt'),
          moment('next', 'nextAttemptAt'),
          moment('expires', 'expiresAt'),
        ],
        'Nothing waits.',
      ),
  })
  define(queue, contextOf, {
    grammar: 'destinations',
    about: 'show where waiting mail is for, the fullest first',
    options: [['--limit <number>', 'how many', '100']],
    run: async ({ client, output }, { options }) =>
      output.table(
        itemsOf(await client().get('queue/destinations', { limit: String(options['limit']) })),
        [
          field('destination', 'destination'),
          field('recipients', 'recipients'),
          ['held', ({ isHeld }) => (isHeld === true ? 'yes' : '')],
          field('attempts', 'attemptsMax'),
          moment('next', 'nextAttemptAt'),
        ],
        'Nothing waits.',
      ),
  })
  for (const { verb, about, done } of acts)
    define(queue, contextOf, {
      grammar: `${verb} [message]`,
      about,
      options: pick,
      run: async ({ client, output }, given) => {
        const wanted = picked(given)
        if (Object.keys(wanted).length === 0)
          throw new CommandFault(
            'Name a message, or give --destination or --department.',
            exitCodes.usage,
          )
        const answer = await client().post(`queue/${verb}`, wanted)
        const { recipients } = answerSchema.parse(answer)
        output.say(`${counted(recipients, 'recipient is', 'recipients are')} ${done}.`, answer)
      },
    })
}

const acts = [
  { verb: 'hold', about: 'hold waiting mail back', done: 'held back' },
  { verb: 'release', about: 'let go what was held back in the same way', done: 'free to go' },
  { verb: 'retry', about: 'try waiting mail now', done: 'tried as soon as possible' },
  {
    verb: 'cancel',
    about: 'take mail out of the queue; its senders are not told',
    done: 'out of the queue',
  },
] as const

const answerSchema = z.object({ recipients: z.number() })
const itemsSchema = z.object({ items: z.array(z.unknown()) })

function itemsOf(answer: unknown): readonly unknown[] {
  return itemsSchema.parse(answer).items
}

function picked({ args: [message], options }: Given): Record<string, string> {
  const wanted = { message, ...only(options, ['recipient', 'destination', 'department']) }
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, value]) =>
      typeof value === 'string' && value !== '' ? [[name, value]] : [],
    ),
  )
}

function only(
  options: Given['options'],
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, options[name]]))
}
