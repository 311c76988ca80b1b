/** `tamar task …`: long acts, how far they are, and to stop one. */
import type { Command } from 'commander'
import { z } from 'zod'
import { at } from '../at.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, type Given } from '../define.ts'
import { field, moment, textOf } from '../output.ts'

const taskSchema = z.object({
  id: z.string(),
  what: z.string(),
  state: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  answer: z.record(z.string(), z.unknown()).nullable(),
  problem: z.string().nullable(),
})

/** For commands whose work may go on without them. */
export const backgroundOption = ['--background', 'do not wait: show the id of its task'] as const

export function addTask(program: Command, contextOf: ContextOf): void {
  const noun = program.command('task').description('acts that take long')
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show what runs and what ran within a month',
    run: async ({ client, output }) =>
      output.table(
        await client().all('tasks'),
        [
          field('task', 'id'),
          field('what', 'what'),
          field('state', 'state'),
          ['far', (one) => farOf(taskSchema.parse(one))],
          field('node', 'node'),
          moment('begun', 'begunAt'),
          moment('ended', 'endedAt'),
          ['by', ({ by }) => textOf(by) ?? ''],
        ],
        'Nothing ran.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'show <id>',
    about: 'say how far a task is, or how it ended',
    run: async (context, { args: [id = ''] }) =>
      say(context, await context.client().get(at`tasks/${id}`)),
  })
  define(noun, contextOf, {
    grammar: 'cancel <id>',
    about: 'stop a task; what it had begun is taken back, or goes on when it is asked for again',
    run: async ({ client, output }, { args: [id = ''] }) => {
      const done = await client().post(at`tasks/${id}/cancellation`, {})
      output.say('It stops as soon as it can.', done)
    },
  })
}

/** Begins it and does not wait. */
export async function inBackground(
  { client, output }: Context,
  path: string,
  body: object,
): Promise<void> {
  const task = await client().postTask(path, body)
  output.say(`It goes on as task ${task}: see tamar task show.`, { task })
}

export function isInBackground({ options }: Given): boolean {
  return options['background'] === true
}

function say({ output }: Context, value: unknown): void {
  const { what, state, answer, problem, ...far } = taskSchema.parse(value)
  const said = problem ?? (answer === null ? '' : JSON.stringify(answer))
  output.say(`${what}: ${state}, ${farOf(far)}${said === '' ? '' : `. ${said}`}`, value)
}

function farOf({ done, total }: { readonly done: number; readonly total: number | null }): string {
  return total === null ? String(done) : `${done} of ${total}`
}
