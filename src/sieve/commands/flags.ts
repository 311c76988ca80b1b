/** setflag, addflag, removeflag: for what is kept or filed afterwards. RFC 5232 §3. */
import type { CommandDefinition } from '../definition.ts'
import { flagsOf } from '../flags.ts'
import type { Run } from '../run.ts'

export const setflag = makeFlagCommand('setflag', (_before, flags) => flags)
export const addflag = makeFlagCommand('addflag', (before, flags) => flagsOf([...before, ...flags]))
export const removeflag = makeFlagCommand('removeflag', (before, flags) => {
  const gone = new Set(flags.map((flag) => flag.toLowerCase()))
  return before.filter((flag) => !gone.has(flag.toLowerCase()))
})

type Change = (before: readonly string[], flags: readonly string[]) => readonly string[]

function makeFlagCommand(name: string, change: Change): CommandDefinition {
  return {
    name,
    needs: 'imap4flags',
    values: [
      { name: 'variable', kind: 'text', isOptional: true },
      { name: 'flags', kind: 'list' },
    ],
    run(run, args) {
      const flags = flagsOf(args.list('flags'))
      const variable = args.findText('variable')?.toLowerCase()
      if (variable === undefined) run.flags = change(run.flags, flags)
      else changeVariable(run, variable, (before) => change(before, flags))
      return 'next'
    },
  }
}

function changeVariable(
  run: Run,
  name: string,
  change: (before: readonly string[]) => readonly string[],
): void {
  run.setVariable(name, change(flagsOf([run.variable(name)])).join(' '))
}
