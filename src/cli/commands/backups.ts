/** `tamar backups …` and `tamar drill …`: backups of a running node by its API, and whether they are worth it. */
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, type Given } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { counted, field, moment, shortMoment, textOf } from '../output.ts'
import { backgroundOption, inBackground, isInBackground } from './task.ts'

type Counted = Pick<z.output<typeof foundSchema>, 'takenAt' | 'rows' | 'objects'>

const foundSchema = z.object({
  name: z.string(),
  takenAt: z.number(),
  rows: z.number(),
  objects: z.number(),
  missingObjects: z.number(),
})

export function addBackups(program: Command, contextOf: ContextOf): void {
  const noun = program.command('backups').description('backups in the folder of a running node')
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the backups, the newest first',
    run: async ({ client, output }) =>
      output.table(
        await client().all('backups'),
        [field('backup', 'id'), moment('taken', 'takenAt'), field('octets', 'octets')],
        'There is no backup yet. Make one with: tamar backups make',
      ),
  })
  define(noun, contextOf, {
    grammar: 'make',
    about: 'write the whole platform into a sealed file, while it runs',
    options: [backgroundOption],
    run: (context, given) =>
      long(context, given, { path: 'backups', what: 'rows and objects' }, (answer) => {
        const { name, missingObjects: missing, ...rest } = foundSchema.parse(answer)
        const lost =
          missing === 0
            ? ''
            : ` The large content of ${missing} messages was lost before: run "tamar verify".`
        return `${name} holds ${describe(rest)}.${lost}`
      }),
  })
  define(noun, contextOf, {
    grammar: 'verify <backup>',
    about: 'read a backup whole and say whether all of it is there and unchanged',
    options: [backgroundOption],
    run: (context, given) => {
      const path = at`backups/${given.args[0] ?? ''}/verification`
      return long(context, given, { path, what: 'octets' }, (answer) => {
        const { name, ...rest } = foundSchema.parse(answer)
        return `${name} is whole: ${describe(rest)}.`
      })
    },
  })
}

const drillSchema = z.object({
  result: z.string(),
  backup: z.string(),
  ageMs: z.number(),
  restoreMs: z.number(),
  verifyMs: z.number(),
  rows: z.number(),
  accounts: z.number(),
  messages: z.number(),
  faults: z.number(),
  sentences: z.array(z.string()),
})

export function addDrill(program: Command, contextOf: ContextOf): void {
  const noun = program.command('drill').description('trying whether a backup can be brought back')
  define(noun, contextOf, {
    grammar: 'run',
    about: 'bring a backup back into a database of its own, verify it, measure how long it takes',
    options: [['--backup <name>', 'which; the newest otherwise'], backgroundOption],
    run: async (context, given) => {
      const backup = textOf(given.options['backup'])
      const wish = { path: 'drills', what: 'octets', body: backup === undefined ? {} : { backup } }
      let isPassed = true
      await long(context, given, wish, (answer) => {
        const drill = drillSchema.parse(answer)
        isPassed = drill.result === 'passed'
        return describeDrill(drill)
      })
      if (!isPassed) throw new CommandFault('The drill failed.', exitCodes.refused)
    },
  })
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show the drills and what each measured',
    run: async ({ client, output }) =>
      output.table(
        await client().all('drills'),
        [
          moment('begun', 'begunAt'),
          field('result', 'result'),
          field('backup', 'backup'),
          ['would be lost', ({ ageMs }) => span(Number(ageMs))],
          ['restored in', ({ restoreMs }) => span(Number(restoreMs))],
          ['verified in', ({ verifyMs }) => span(Number(verifyMs))],
          field('messages', 'messages'),
          field('faults', 'faults'),
          field('node', 'node'),
        ],
        'No drill was run yet: tamar drill run',
      ),
  })
}

interface Wish {
  readonly path: string
  readonly what: string
  readonly body?: object
}

/** Shows how far it is; or leaves it to its task. */
async function long(
  context: Context,
  given: Given,
  { path, what, body = {} }: Wish,
  sentenceOf: (answer: unknown) => string,
): Promise<void> {
  if (isInBackground(given)) return inBackground(context, path, body)
  const { client, output, progress } = context
  const bar = progress()
  try {
    const told = (done: number, total: number) => bar.at(what, done, total || undefined)
    const answer = await client().postLong(path, body, told)
    bar.end()
    // A fault of what was tried is said with its facts.
    const sentence = sentenceOf(answer)
    output.say(sentence, answer)
  } finally {
    bar.end()
  }
}

function describe({ takenAt, rows, objects }: Counted): string {
  return `the platform as of ${shortMoment(takenAt)}: ${rows} rows and ${objects} objects`
}

function describeDrill(drill: z.output<typeof drillSchema>): string {
  const { backup, ageMs, restoreMs, verifyMs, rows, accounts, messages, faults } = drill
  return [
    `${backup}, ${span(ageMs)} old when the drill began: what came since would be lost.`,
    `Restored in ${span(restoreMs)}: ${rows} rows.`,
    `Verified in ${span(verifyMs)}: ${counted(messages, 'message', 'messages')} in ` +
      `${counted(accounts, 'account', 'accounts')} opened, ${counted(faults, 'fault', 'faults')}.`,
    ...drill.sentences,
  ].join('\n')
}

/** `4.2 s`, `3 min 20 s`, `5 h 12 min`, `3 d 4 h`. */
export function span(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}
