/** Every act that the platform does by itself at the last yes. What is not here, who asked does. */
import { resetFactors } from '../../access/write/reset-factors.ts'
import type { LedgerWriter } from '../../access/ledger/types.ts'
import { issueEnrolment } from '../enrolment/issue.ts'
import type { Executors } from '../execute.ts'
import type { Parts } from '../parts.ts'
import { delay } from './delay.ts'
import { directoryExecutors } from './directory.ts'
import { releaseHold } from './hold.ts'
import { mailExecutors } from './mail.ts'
import { personIdOf } from './object.ts'
import { powerExecutors } from './powers.ts'

export interface ExecutorPorts {
  readonly ledger: LedgerWriter
}

export function executors({ ledger }: ExecutorPorts): (parts: Parts) => Executors {
  return (parts) => ({
    ...directoryExecutors,
    ...powerExecutors,
    ...mailExecutors({ parts, ledger }),
    'password.reset-for-another': (tx, writing, request) =>
      issueEnrolment(tx, { parts, ledger }, writing, request),
    'factor.reset-for-another': (tx, writing, request) =>
      resetFactors(tx, writing, { personId: personIdOf(request) }),
    'ledger.delay': (tx, writing, request) => delay(tx, parts, writing, request),
    'hold.release': releaseHold,
  })
}
