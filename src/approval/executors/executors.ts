/** Every act that the platform does by itself at the last yes. What is not here, who asked does. */
import type { Executors } from '../execute.ts'
import { directoryExecutors } from './directory.ts'
import { powerExecutors } from './powers.ts'

export function executors(): Executors {
  return { ...directoryExecutors, ...powerExecutors }
}
