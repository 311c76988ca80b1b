/** Which roles a person holds at a moment. */
import type { Millis } from '../base/clock.ts'
import type { Directory } from '../directory/types.ts'
import type { Office } from './decide.ts'

export function officesOf(directory: Directory, personId: string, now: Millis): readonly Office[] {
  void directory
  void personId
  void now
  return []
}
