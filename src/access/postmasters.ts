/**
 * Who gets mail for `postmaster` where nobody has that address: it is always somebody who is there (RFC
 * 5321 §4.5.1). Of a domain, who keeps its department; else, and without a domain, the administrators at the
 * centre, government staff all of them: never the contractor.
 */
import type { Millis } from '../base/clock.ts'
import type { DepartmentId } from '../base/id.ts'
import type { Directory } from '../directory/types.ts'
import { officesOf } from './offices.ts'
import type { Role } from './rules.ts'

/** @returns primary addresses. */
export function postmastersOf(
  directory: Directory,
  domain: string | undefined,
  now: Millis,
): readonly string[] {
  const department = directory
    .departments()
    .find(({ domains }) => domain !== undefined && domains.includes(domain.toLowerCase()))
  const near =
    department === undefined
      ? []
      : holdersOf(directory, 'department-administrator', department.id, now)
  return near.length > 0 ? near : holdersOf(directory, 'central-administrator', undefined, now)
}

function holdersOf(
  directory: Directory,
  role: Role,
  departmentId: DepartmentId | undefined,
  now: Millis,
): readonly string[] {
  const ids = new Set(directory.roleGrants().map(({ personId }) => personId))
  return [...ids].flatMap((id) => {
    const holds = officesOf(directory, id, now).some(
      (office) => office.role === role && office.departmentId === departmentId,
    )
    const address = directory.person(id)?.address
    return holds && address !== undefined ? [address] : []
  })
}
