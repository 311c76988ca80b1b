/** Every act that the platform does by itself at the last yes. What is not here, who asked does. */
import type { LedgerWriter } from '../../access/ledger/types.ts'
import type { Executors } from '../execute.ts'
import type { Parts } from '../parts.ts'
import { directoryExecutors } from './directory.ts'
import { mailExecutors } from './mail.ts'
import { powerExecutors } from './powers.ts'

export interface ExecutorPorts {
  readonly ledger: LedgerWriter
}

export function executors({ ledger }: ExecutorPorts): (parts: Parts) => Executors {
  return (parts) => ({
    ...directoryExecutors,
    ...powerExecutors,
    ...mailExecutors({ parts, ledger }),
  })
}
