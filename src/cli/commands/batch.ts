/** `tamar import`, `tamar change`, `tamar batch …`: many people at once, with preview and undo. */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { parseCsv } from '../../directory/import/parse-csv.ts'
import { at } from '../at.ts'
import { CommandFault } from '../command-fault.ts'
import type { Context, ContextOf } from '../context.ts'
import { define, type Given } from '../define.ts'
import { exitCodes } from '../exit-codes.ts'
import { counted, field, moment } from '../output.ts'
import { formatTable } from '../table.ts'

const dryRun = ['--dry-run', 'say what would happen and change nothing'] as const

export function addBatch(program: Command, contextOf: ContextOf): void {
  define(program, contextOf, {
    grammar: 'import <file>',
    about: 'make people from a CSV file: all of them or none',
    options: [dryRun],
    run: importPeople,
  })
  define(program, contextOf, {
    grammar: 'change <file>',
    about:
      'change people from a CSV file with the columns address, nameEn, nameZh, department, state',
    options: [dryRun],
    run: changePeople,
  })
  const noun = program.command('batch').description('imports and changes of many people')
  define(noun, contextOf, {
    grammar: 'list',
    about: 'show those of the last month',
    run: async ({ client, output }) =>
      output.table(
        await client().all('batches'),
        [
          field('id', 'id'),
          field('kind', 'kind'),
          field('people', 'people'),
          field('by', 'by'),
          moment('made', 'madeAt'),
          moment('undone', 'undoneAt'),
        ],
        'Nobody was imported or changed with others in the last month.',
      ),
  })
  define(noun, contextOf, {
    grammar: 'undo <id>',
    about: 'take one back: who has mail or a password is suspended, not removed',
    options: [dryRun],
    run: undo,
  })
}

const importedSchema = z.object({
  batchId: z.string().nullable(),
  people: z.number(),
  appointments: z.number(),
  byDepartment: z.record(z.string(), z.number()),
  faults: z.array(z.object({ line: z.number(), sentence: z.string() })),
  isDone: z.boolean(),
})

async function importPeople(context: Context, { args: [file = ''], options }: Given) {
  const { output, isJson } = context
  const csv = await readCsv(file)
  const isDryRun = options['dryRun'] === true
  const answer = await long(context, 'people/imports', { csv, isDryRun })
  const { batchId, people, appointments, byDepartment, faults, isDone } =
    importedSchema.parse(answer)
  if (faults.length > 0) {
    if (isJson) output.say('', answer)
    const lines = faults.map(({ line, sentence }) => `  line ${line}: ${sentence}`)
    const head = `Nothing was imported. ${counted(faults.length, 'line is', 'lines are')} not right:`
    throw new CommandFault([head, ...lines].join('\n'), exitCodes.refused)
  }
  const rows = Object.entries(byDepartment).sort(([a], [b]) => (a < b ? -1 : 1))
  const table = formatTable(['department', 'people'], rows)
  const [one, many] = isDone ? ['person is', 'people are'] : ['person would be', 'people would be']
  const who = counted(people, one, many)
  const posts =
    appointments === 0 ? '' : ` ${counted(appointments, 'of them holds', 'of them hold')} a post.`
  const said = isDone
    ? `${who} imported.${posts} Take it back with: tamar batch undo ${batchId}`
    : `${who} imported.${posts}`
  output.say(`${said}\n\n${table}`, answer)
}

const changedSchema = z.object({
  batchId: z.string().nullable(),
  people: z.array(z.object({ person: z.string(), changes: z.array(z.string()) })),
  isDone: z.boolean(),
})

async function changePeople(context: Context, { args: [file = ''], options }: Given) {
  const { output } = context
  const changes = changesIn(await readCsv(file))
  const isDryRun = options['dryRun'] === true
  const answer = await long(context, 'people/changes', { changes, isDryRun })
  const { batchId, people, isDone } = changedSchema.parse(answer)
  const rows = people.map(({ person, changes: all }) => [person, all.join('; ') || 'as he is'])
  const said = isDone
    ? `${counted(people.length, 'person is', 'people are')} changed. Take it back with: tamar batch undo ${batchId}`
    : `${counted(people.length, 'person', 'people')} would be changed.`
  output.say(`${formatTable(['person', 'changes'], rows)}\n\n${said}`, answer)
}

/** As in a file that is imported. */
const columns = ['address', 'nameEn', 'nameZh', 'department', 'state']

/** A cell that is empty leaves the field as it is. */
function changesIn(csv: string): readonly object[] {
  const { records, unclosedAt } = parseCsv(csv)
  if (unclosedAt !== undefined)
    throw new CommandFault(`The quotes opened in line ${unclosedAt} never end.`, exitCodes.usage)
  const [head, ...rows] = records
  const names = head?.fields.map((name) => name.trim()) ?? []
  const unknown = names.filter((name) => !columns.includes(name))
  if (!names.includes('address') || unknown.length > 0)
    throw new CommandFault(
      `The first line names the columns: address and any of ${columns.slice(1).join(', ')}.`,
      exitCodes.usage,
    )
  return rows.map(({ fields }) => {
    const cells = names.map((name, index) => [name, fields[index]?.trim() ?? ''] as const)
    const given = Object.fromEntries(cells.filter(([, cell]) => cell !== ''))
    const { address: person = '', nameEn: name, ...others } = given
    return { person, name, ...others }
  })
}

const undoneSchema = z.object({
  people: z.array(z.object({ person: z.string(), result: z.string() })),
  isDone: z.boolean(),
})

async function undo(context: Context, { args: [id = ''], options }: Given) {
  const { output } = context
  const isDryRun = options['dryRun'] === true
  const answer = await long(context, at`batches/${id}/undo`, { isDryRun })
  const { people, isDone } = undoneSchema.parse(answer)
  const rows = people.map(({ person, result }) => [person, result])
  const said = isDone ? 'The batch is undone.' : 'Nothing was changed.'
  output.say(`${formatTable(['person', isDone ? 'is' : 'would be'], rows)}\n\n${said}`, answer)
}

async function long({ client, progress }: Context, path: string, body: object): Promise<unknown> {
  const bar = progress()
  try {
    return await client().postLong(path, body, (done, total) => bar.at('people', done, total))
  } finally {
    bar.end()
  }
}

async function readCsv(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const cause = { cause: error }
    throw new CommandFault(`The file ${file} cannot be read.`, exitCodes.usage, cause)
  }
}
