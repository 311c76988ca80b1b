/** exists: all of these fields are there. RFC 5228 §5.5. */
import type { TestDefinition } from '../definition.ts'
import { fieldsOf } from '../fields.ts'

export const exists: TestDefinition = {
  name: 'exists',
  values: [{ name: 'names', kind: 'list' }],
  test(run, args) {
    return args.list('names').every((name) => fieldsOf(run.fields, name).length > 0)
  },
}
