/**
 * What a script wants done with one message. It never fails: what goes wrong while it runs is told, and
 * the message is kept as if there were no script (RFC 5228 §2.10.6).
 */
import { runSteps } from './evaluate.ts'
import { Run } from './run.ts'
import { RunFault } from './run-fault.ts'
import { frameOf, type Script } from './script.ts'
import type { SieveAction, SieveMessage, SieveOutcome, SievePlace } from './types.ts'

export async function runScript(
  script: Script,
  message: SieveMessage,
  place: SievePlace,
): Promise<SieveOutcome> {
  const run = new Run(message, place, frameOf(script))
  try {
    await runSteps(run, script.steps)
  } catch (error) {
    // What the caller's ports throw is his: a database that is away is no fault of the script.
    if (!(error instanceof RunFault)) throw error
    return { actions: [{ kind: 'keep', flags: [] }], fields: undefined, fault: error.message }
  }
  const kept: SieveAction[] = run.isKeptImplicitly ? [{ kind: 'keep', flags: run.flags }] : []
  const fields = run.edits > 0 ? run.fields : undefined
  return { actions: [...run.actions, ...kept], fields, fault: undefined }
}
