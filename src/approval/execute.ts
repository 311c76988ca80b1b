/**
 * Does what was approved, in the name of who asked for it, with the same code as if no approval had
 * been needed: at the last yes, by the platform. What cannot be done this way he does himself, in
 * the time the approval leaves him.
 */
import type { WritingGate } from '../access/types.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import type { Writing } from '../directory/write/writing.ts'
import type { ApprovedWriting } from './opened-mail/open-mail.ts'
import type { Parts } from './parts.ts'
import type { ApprovalRequest } from './types.ts'

/** Does one act as the request says. What it gives back is shown to who said the last yes. */
export type Executor = (
  tx: Tx,
  writing: ApprovedWriting,
  request: ApprovalRequest,
) => Promise<ExecutedFacts | void>
export type ExecutedFacts = Readonly<Record<string, string | number>>
export type Executors = Readonly<Partial<Record<string, Executor>>>

export interface Execution {
  readonly parts: Parts
  readonly writing: Writing
  /** The gate as it stands to this person at his office's door. */
  readonly gateOf: (personId: string) => WritingGate
  readonly executors: Executors
}

export interface Outcome {
  readonly isDone: boolean
  readonly facts?: ExecutedFacts
  /** Why not, in plain words, and that the requester can still do it. */
  readonly message?: string
}

export async function execute(execution: Execution, request: ApprovalRequest): Promise<Outcome> {
  const { parts, executors } = execution
  const executor = executors[request.act]
  if (executor === undefined)
    return { isDone: false, message: 'Approved. Who asked for it can do it now.' }
  try {
    const facts = await parts.database.transaction(async (tx) => {
      parts.executing.add(tx)
      return executor(tx, writingFor(execution, request), request)
    })
    return facts === undefined ? { isDone: true } : { isDone: true, facts }
  } catch (error) {
    if (!isRefusal(error)) throw error
    const said = error.facts['message']
    const why = typeof said === 'string' ? said : error.code
    return { isDone: false, message: `Approved, and not done: ${why}` }
  }
}

function writingFor(
  { writing, gateOf }: Execution,
  { requesterId, reason, ticket }: ApprovalRequest,
): ApprovedWriting {
  return {
    ...writing,
    actor: { principalId: requesterId, reason, ...(ticket === undefined ? {} : { ticket }) },
    requireGrant: gateOf(requesterId),
  }
}
