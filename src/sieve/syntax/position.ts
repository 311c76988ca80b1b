/** Where something stands in a script, and the fault that says so. */
import { Refusal } from '../../base/refusal.ts'

export interface Position {
  readonly line: number
  readonly column: number
}

/** A script that cannot be used: Refusal('invalid') with line, column and `why` in plain words. */
export function scriptFault(at: Position, why: string): Refusal {
  return new Refusal('invalid', { what: 'script', line: at.line, column: at.column, why })
}
