/** addheader and deleteheader. RFC 5293. What the platform itself writes and what identifies a message stay. */
import type { Arguments } from '../arguments.ts'
import type { CommandDefinition } from '../definition.ts'
import { fieldsOf } from '../fields.ts'
import { RunFault } from '../run-fault.ts'
import type { Run } from '../run.ts'
import { isMatch, matchTags, pickIndexed } from '../tags.ts'
import type { SieveField } from '../types.ts'

/** RFC 5293 §5, RFC 8601 §5: traces and verdicts are evidence. */
const untouchable = new Set(['received', 'return-path', 'authentication-results', 'auto-submitted'])

export const addheader: CommandDefinition = {
  name: 'addheader',
  needs: 'editheader',
  tags: [{ name: 'last' }],
  values: [
    { name: 'field', kind: 'text' },
    { name: 'value', kind: 'text' },
  ],
  run(run, args) {
    const name = nameOf(args)
    const value = args
      .text('value')
      .replaceAll(/[\r\n]+/g, ' ')
      .trim()
    const field: SieveField = { index: undefined, name, raw: value, text: value }
    run.edit(args.has('last') ? [...run.fields, field] : [field, ...run.fields])
    return 'next'
  },
}

export const deleteheader: CommandDefinition = {
  name: 'deleteheader',
  needs: 'editheader',
  tags: [{ name: 'index', value: 'number' }, { name: 'last' }, ...matchTags],
  values: [
    { name: 'field', kind: 'text' },
    { name: 'keys', kind: 'list', isOptional: true },
  ],
  run(run, args) {
    const doomed = new Set(doomedOf(run, args))
    if (doomed.size > 0) run.edit(run.fields.filter((field) => !doomed.has(field)))
    return 'next'
  },
}

function doomedOf(run: Run, args: Arguments): readonly SieveField[] {
  const picked = pickIndexed(args, fieldsOf(run.fields, nameOf(args)))
  if (!args.has('keys')) return picked
  return picked.filter(({ text }) => isMatch(run, args, [text.trim()], args.list('keys')))
}

function nameOf(args: Arguments): string {
  const name = args.text('field')
  if (!/^[!-9;-~]{1,76}$/.test(name)) throw new RunFault('this is no name of a header field')
  if (untouchable.has(name.toLowerCase())) throw new RunFault(`${name} may not be changed`)
  return name
}
