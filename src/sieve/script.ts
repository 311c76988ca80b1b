/** A script that was checked and can be run, many times and for many messages. */
import type { Capability } from './capabilities.ts'
import type { Step } from './definition.ts'
import type { Frame } from './run.ts'

export interface Script {
  readonly steps: readonly Step[]
  readonly requires: ReadonlySet<Capability>
}

/** Variables of its own for one run of it. */
export function frameOf(script: Script): Frame {
  const hasVariables = script.requires.has('variables')
  return { variables: new Map(), globals: new Set(), hasVariables }
}
