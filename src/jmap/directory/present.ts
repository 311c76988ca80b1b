/** An entry of the directory as a client is shown it: no ids. */
import type { AddressEntry } from '../../directory/address-book.ts'

export function presentEntry({ kind, address, names, title, department, holders }: AddressEntry) {
  const { code, names: departmentNames } = department
  return {
    kind,
    address,
    names,
    ...(title === undefined ? {} : { title }),
    department: { code, names: departmentNames },
    ...(holders === undefined ? {} : { holders }),
  }
}
