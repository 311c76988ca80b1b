/** Header fields of a name. */
import type { SieveField } from './types.ts'

export function fieldsOf(fields: readonly SieveField[], name: string): readonly SieveField[] {
  const wanted = name.toLowerCase()
  return fields.filter((field) => field.name.toLowerCase() === wanted)
}
