/** Where something stands in a script, and the fault that says so. */
import { Refusal } from '../../base/refusal.ts'

export interface Position {
  readonly line: number
  readonly column: number
}

/** A script that cannot be used: Refusal('invalid') with line, column and `why` in plain words. */
export function scriptFault(at: Position, why: string): Refusal {
  const { line, column } = at
  const message = `Line ${line}, column ${column}: ${why}.`
  return new Refusal('invalid', { field: 'script', message, line, column, why })
}
