/** include, return and global: scripts in scripts. RFC 6609. */
import type { Arguments } from '../arguments.ts'
import type { CommandDefinition, Flow } from '../definition.ts'
import { runSteps } from '../evaluate.ts'
import { includeDepthMax, includesMax, variableNameMax } from '../limits.ts'
import { RunFault } from '../run-fault.ts'
import type { Run } from '../run.ts'
import { frameOf } from '../script.ts'
import { scriptFault } from '../syntax/position.ts'

export const include: CommandDefinition = {
  name: 'include',
  needs: 'include',
  tags: [
    { name: 'personal', group: 'location' },
    { name: 'global', group: 'location' },
    { name: 'once' },
    { name: 'optional' },
  ],
  values: [{ name: 'script', kind: 'text' }],
  async run(run, args) {
    const location = args.has('global') ? 'global' : 'personal'
    const key = `${location} ${args.text('script')}`
    if (args.has('once') && run.included.has(key)) return 'next'
    if (run.depth >= includeDepthMax) throw new RunFault('scripts include each other too deeply')
    if (++run.includes > includesMax) throw new RunFault('too many scripts are included')
    run.included.add(key)
    return runIncluded(run, args, location)
  },
}

async function runIncluded(
  run: Run,
  args: Arguments,
  location: 'personal' | 'global',
): Promise<Flow> {
  const script = await run.place.include(location, args.text('script'))
  if (script === undefined) {
    if (args.has('optional')) return 'next'
    throw new RunFault('a script that is included is not there')
  }
  const flow = await run.within(frameOf(script), () => runSteps(run, script.steps))
  return flow === 'stop' ? 'stop' : 'next'
}

/** Ends this script; the one that included it goes on. */
export const returnCommand: CommandDefinition = {
  name: 'return',
  needs: 'include',
  run: () => 'return',
}

export const global: CommandDefinition = {
  name: 'global',
  needs: 'include',
  values: [{ name: 'names', kind: 'list' }],
  check({ at, given }) {
    for (const name of [given.get('names') ?? []].flat())
      if (!/^[a-z_][a-z0-9_]*$/i.test(String(name)) || String(name).length > variableNameMax)
        throw scriptFault(at, 'this is no name of a variable')
  },
  run(run, args) {
    for (const name of args.list('names')) run.frame.globals.add(name.toLowerCase())
    return 'next'
  },
}
