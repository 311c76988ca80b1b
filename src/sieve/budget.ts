/** What one run of a script may cost. A script that costs more stops, and its message is kept. */
import { RunFault } from './run-fault.ts'

export class Budget {
  #left: number

  constructor(steps: number) {
    this.#left = steps
  }

  /** @throws RunFault */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new RunFault('the script takes too long')
  }
}
