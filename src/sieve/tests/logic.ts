/** not, anyof and allof: no further than the answer needs. RFC 5228 §5.2, §5.3, §5.8. */
import type { TestDefinition } from '../definition.ts'
import { holds } from '../evaluate.ts'

export const not: TestDefinition = {
  name: 'not',
  takes: 'test',
  async test(run, { tests: [test] }) {
    return test !== undefined && !(await holds(run, test))
  },
}

export const anyof: TestDefinition = {
  name: 'anyof',
  takes: 'tests',
  async test(run, { tests }) {
    for (const test of tests) if (await holds(run, test)) return true
    return false
  },
}

export const allof: TestDefinition = {
  name: 'allof',
  takes: 'tests',
  async test(run, { tests }) {
    for (const test of tests) if (!(await holds(run, test))) return false
    return true
  },
}
