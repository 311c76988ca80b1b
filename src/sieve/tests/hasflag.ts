/** hasflag: flags that were set before in the script. RFC 5232 §4. */
import type { TestDefinition } from '../definition.ts'
import { flagsOf } from '../flags.ts'
import { isMatch, matchTags } from '../tags.ts'

export const hasflag: TestDefinition = {
  name: 'hasflag',
  needs: 'imap4flags',
  tags: matchTags,
  values: [
    { name: 'variables', kind: 'list', isOptional: true },
    { name: 'keys', kind: 'list' },
  ],
  test(run, args) {
    const values = args.has('variables')
      ? args.list('variables').flatMap((name) => flagsOf([run.variable(name.toLowerCase())]))
      : run.flags
    const keys = args.has('count') ? args.list('keys') : flagsOf(args.list('keys'))
    return isMatch(run, args, values, keys)
  },
}
