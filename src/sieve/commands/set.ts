/** set: gives a variable a value. RFC 5229 §4. */
import type { CommandDefinition } from '../definition.ts'
import { variableNameMax } from '../limits.ts'
import { scriptFault } from '../syntax/position.ts'

/** By precedence, the highest first: RFC 5229 §4.1. */
const modifiers: readonly {
  readonly name: string
  readonly group: string
  readonly change: (value: string) => string
}[] = [
  { name: 'lower', group: '40', change: (value) => value.toLowerCase() },
  { name: 'upper', group: '40', change: (value) => value.toUpperCase() },
  { name: 'lowerfirst', group: '30', change: (value) => first(value, (one) => one.toLowerCase()) },
  { name: 'upperfirst', group: '30', change: (value) => first(value, (one) => one.toUpperCase()) },
  { name: 'quotewildcard', group: '20', change: (value) => value.replaceAll(/[*?\\]/g, '\\$&') },
  { name: 'length', group: '10', change: (value) => String(Array.from(value).length) },
]

export const set: CommandDefinition = {
  name: 'set',
  needs: 'variables',
  tags: modifiers.map(({ name, group }) => ({ name, group })),
  values: [
    { name: 'name', kind: 'text' },
    { name: 'value', kind: 'text' },
  ],
  check({ at, given }) {
    const name = String(given.get('name'))
    if (name.length > variableNameMax || !/^(?:global\.)?[a-z_][a-z0-9_]*$/i.test(name))
      throw scriptFault(at, `"${name.slice(0, variableNameMax)}" is no name of a variable`)
  },
  run(run, args) {
    let value = args.text('value')
    for (const { name, change } of modifiers) if (args.has(name)) value = change(value)
    run.setVariable(args.text('name').toLowerCase(), value)
    return 'next'
  },
}

function first(value: string, change: (letter: string) => string): string {
  const [letter = ''] = value
  return change(letter) + value.slice(letter.length)
}
