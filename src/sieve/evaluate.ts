/** Walks through a checked script. RFC 5228 §3, §4. */
import { Arguments } from './arguments.ts'
import type { CheckedTest, Flow, Step } from './definition.ts'
import type { Run } from './run.ts'

/** @throws RunFault */
export async function runSteps(run: Run, steps: readonly Step[]): Promise<Flow> {
  for (const step of steps) {
    run.budget.spend(1)
    const flow = 'arms' in step ? await runBranch(run, step.arms) : await runCommand(run, step)
    if (flow !== 'next') return flow
  }
  return 'next'
}

/** @throws RunFault */
export async function holds(run: Run, { definition, bound }: CheckedTest): Promise<boolean> {
  run.budget.spend(1)
  return definition.test(run, new Arguments(bound, run))
}

async function runCommand(run: Run, step: Exclude<Step, { arms: unknown }>): Promise<Flow> {
  return step.definition.run(run, new Arguments(step.bound, run))
}

async function runBranch(run: Run, arms: Extract<Step, { arms: unknown }>['arms']): Promise<Flow> {
  for (const { test, block } of arms)
    if (test === undefined || (await holds(run, test))) return runSteps(run, block)
  return 'next'
}
