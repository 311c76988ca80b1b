/** duplicate: whether a message like this was there before. RFC 7352. */
import type { Arguments } from '../arguments.ts'
import type { TestDefinition } from '../definition.ts'
import { fieldsOf } from '../fields.ts'
import { duplicateSecondsDefault, duplicateSecondsMax } from '../limits.ts'
import type { Run } from '../run.ts'

export const duplicate: TestDefinition = {
  name: 'duplicate',
  needs: 'duplicate',
  tags: [
    { name: 'handle', value: 'text' },
    { name: 'header', value: 'text', group: 'identity' },
    { name: 'uniqueid', value: 'text', group: 'identity' },
    { name: 'seconds', value: 'number' },
    { name: 'last' },
  ],
  async test(run, args) {
    const id = idOf(run, args)
    if (id === undefined) return false
    run.budget.spend(1)
    const wanted = args.number('seconds') ?? duplicateSecondsDefault
    const seconds = Math.min(wanted, duplicateSecondsMax)
    // Kinds and handles never meet: a NUL stands in none of them.
    const named = `${args.text('handle')}\0${id}`
    return run.place.isDuplicate(named, seconds, args.has('last'))
  },
}

/** Undefined: there is nothing to know the message by, and nothing is a duplicate of it. */
function idOf(run: Run, args: Arguments): string | undefined {
  const given = args.findText('uniqueid')
  if (given !== undefined) return `id\0${given}`
  const [field] = fieldsOf(run.fields, args.findText('header') ?? 'message-id')
  const value = field?.text.trim()
  return value === undefined || value === '' ? undefined : `header\0${value}`
}
