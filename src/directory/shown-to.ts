/** Whether what is of one department is shown to who is of another: the policy `directory.shown-to`. ADR 0043. */
import type { DepartmentId } from '../base/id.ts'
import type { Directory } from './types.ts'

export function isShownTo(
  directory: Pick<Directory, 'policy'>,
  of: DepartmentId,
  viewer: DepartmentId,
): boolean {
  return of === viewer || directory.policy('directory.shown-to', of) === 'government'
}
