/** Every act that the platform does by itself at the last yes. What is not here, who asked does. */
import type { OwnedAccess } from '../../access/create-access.ts'
import type { Database } from '../../db/types.ts'
import type { Executors } from '../execute.ts'
import { directoryExecutors } from './directory.ts'
import { powerExecutors } from './powers.ts'

export interface ExecutorPorts {
  readonly database: Database
  readonly access: OwnedAccess
}

export function executors(_ports: ExecutorPorts): Executors {
  return { ...directoryExecutors, ...powerExecutors }
}
